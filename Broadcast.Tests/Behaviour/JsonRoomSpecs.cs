using System.Net.WebSockets;
using Broadcast.Tests.Hosting;

namespace Broadcast.Tests.Behaviour;

/// <summary>Rooms of many, of slow readers and of both forms, as a member of broadcast.v1+json sees them.</summary>
public sealed class JsonRoomSpecs
{
    [Fact]
    public async Task Above_the_limit_joins_and_leaves_are_no_facts_and_below_nine_tenths_of_it_everybody_hears_who_is_here()
    {
        await using var server = await Server.StartAsync("broadcast.room.announce-up-to=10");
        List<JsonPerson> people = [];
        for (var n = 1; n <= 11; n++)
        {
            people.Add(await JsonPerson.JoinAsync(server.Address(), $"p{n}"));
        }

        var first = people[0];
        var heard = await first.HearUntilAsync<Presence>(_ => true);
        Assert.Equal(10, heard.Count(arrival => arrival is Joined));
        Assert.Equal(new Presence(12, Announced: false, MemberCount: 11), heard[^1]);

        // Its own arrival, and nobody else's.
        var late = await JsonPerson.JoinAsync(server.Address(), "late");
        Assert.Equal((12, 11), (late.Welcome.Seq, late.Welcome.MemberCount!.Value));
        await late.RenameAsync("later", n: 1);
        await late.HearsAsync(new Renamed(13, late.Who with { Name = "later" }, "late"), new Ack(1, 13));
        await first.HearsAsync(new Renamed(13, late.Who with { Name = "later" }, "late"));

        // Two to go are announced by nobody; the third brings the room to nine.
        foreach (var going in new[] { late, people[10], people[9] })
        {
            await going.CloseAsync(WebSocketCloseStatus.NormalClosure);
            await going.DisposeAsync();
        }

        await first.HearsAsync(new Presence(14, Announced: true, MemberCount: 9));
        var members = Assert.IsType<Members>(await first.HearAsync());
        Assert.Equal([.. Enumerable.Range(1, 9).Select(n => $"p{n}")], members.List.List.Select(who => who.Name));
        await using var last = await JsonPerson.JoinAsync(server.Address(), "last");
        await first.HearsAsync(new Joined(15, last.Who));
        Assert.Equal(first.View.Members, last.View.Members);
        await Task.WhenAll(people.Select(person => person.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task Who_comes_back_to_a_room_that_announces_again_hears_who_is_here()
    {
        await using var server = await Server.StartAsync("broadcast.room.announce-up-to=2");
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        await bob.CloseAsync(WebSocketCloseStatus.EndpointUnavailable);
        await using var zoe = await JsonPerson.JoinAsync(server.Address(), "Zoe");
        await alice.CloseAsync(WebSocketCloseStatus.NormalClosure);
        await zoe.SayAsync("hi", n: 1);
        await zoe.HearsAsync(new Presence(4, Announced: false, MemberCount: 3), new Message(5, zoe.Who, "hi", N: 1), new Ack(1, 5));
        await zoe.CloseAsync(WebSocketCloseStatus.NormalClosure);

        await using var back = await bob.ComeBackAsync(server.Address());
        await back.HearsAsync(
            new Joined(3, zoe.Who),
            new Presence(4, Announced: false, MemberCount: 3),
            new Message(5, zoe.Who, "hi", N: 1),
            new Presence(6, Announced: true, MemberCount: 1));
        await back.SayAsync("alone", n: 1);
        await back.HearUntilAsync<Message>(_ => true);
        Assert.Equal(new Everybody(bob.Who), back.View.Members);
    }

    [Fact]
    public async Task Who_reads_too_slowly_is_told_which_facts_are_missing_and_then_who_is_here()
    {
        await using var server = await Server.StartAsync("broadcast.log.entries=50");
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var proxy = CuttingProxy.Start(server.Port);
        await using var slow = await JsonPerson.JoinAsync(proxy.Address, "Slow");
        var crossing = await proxy.NextAsync();
        await alice.HearsAsync(new Joined(2, slow.Who));
        crossing.Suffer(Harm.Stall);

        // Far more than the sockets' buffers hold.
        var line = new string('x', 60_000);
        for (var n = 1; n <= 300; n++)
        {
            await alice.SayAsync(line, n);
            await alice.HearsAsync(new Message(n + 2, alice.Who, line, N: n), new Ack(n, n + 2));
        }

        await alice.RenameAsync("Alicia", n: 301);
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        crossing.GoOn();
        var heard = await slow.HearUntilAsync<Members>(_ => true);
        var gap = Assert.Single(heard.OfType<Gap>());
        Assert.Equal(301, gap.To - 3);
        Assert.Equal(302, gap.Missed + heard.Count(arrival => arrival is Message or Renamed or Joined));
        await bob.SayAsync("and now", n: 1);
        _ = await slow.HearUntilAsync<Message>(message => message.Text == "and now");
        Assert.Equal(bob.View.Members, slow.View.Members);
    }

    [Fact]
    public async Task Members_of_both_forms_who_talk_and_rename_at_once_see_one_order()
    {
        const int Each = 50;
        await using var server = await Server.StartAsync();
        var plain = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => server.JoinAsync($"plain{i}")));
        var json = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => JsonPerson.JoinAsync(server.Address(), $"json{i}")));
        var lines = 10 * Each;
        var plainViews = Task.WhenAll(plain.Select(person => HearAsync(() => person.HearAsync(), lines)));
        var jsonViews = Task.WhenAll(json.Select(person => HearAsync(async () => LineOf(await person.HearAsync()), lines)));
        await Task.WhenAll(
        [
            .. plain.Select(async (person, i) =>
            {
                for (var n = 1; n <= Each; n++)
                {
                    await person.SayAsync(n % 10 == 0 ? $"/me {i} plain {n}" : $"{i} plain {n}");
                }
            }),
            .. json.Select(async (person, i) =>
            {
                for (var n = 1; n <= Each; n++)
                {
                    if (n % 10 == 5)
                    {
                        await person.RenameAsync($"json{i}x{n}", n * 2);
                    }

                    await person.SendAsync(new { type = "say", text = $"{i} json {n}", n = (n * 2) + 1, action = n % 10 == 0 });
                }
            }),
        ]);

        var views = (await plainViews).Concat(await jsonViews).ToList();
        Assert.All(views, view => Assert.Equal(views[0], view));
        Assert.Equal(lines, views[0].Distinct(StringComparer.Ordinal).Count());
        foreach (var person in json)
        {
            await person.DisposeAsync();
        }
    }

    // Everything but who came, until so many lines were said.
    private static async Task<List<string>> HearAsync(Func<Task<string>> hear, int lines)
    {
        List<string> heard = [];
        while (heard.Count < lines)
        {
            var line = await hear();
            if (line.Contains(" plain ", StringComparison.Ordinal) || line.Contains(" json ", StringComparison.Ordinal))
            {
                heard.Add(line);
            }
        }

        return heard;
    }

    // As a plain member sees it.
    private static string LineOf(Arrival arrival) => arrival switch
    {
        Message { Action: true } message => $"* {message.From.Name}: {message.Text}",
        Message message => $"{message.From.Name}: {message.Text}",
        _ => "",
    };
}
