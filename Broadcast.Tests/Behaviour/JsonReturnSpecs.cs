using System.Net.WebSockets;
using Broadcast.Tests.Hosting;

namespace Broadcast.Tests.Behaviour;

/// <summary>A member of broadcast.v1+json outlives its connection, and comes back to where it was.</summary>
public sealed class JsonReturnSpecs
{
    public enum Going
    {
        Reset,
        End,
        GoingAway,
    }

    [Theory]
    [InlineData(Going.Reset)]
    [InlineData(Going.End)]
    [InlineData(Going.GoingAway)]
    public async Task Whose_connection_ends_without_a_goodbye_is_away_comes_back_and_nobody_hears_of_it(Going going)
    {
        await using var server = await Server.StartAsync();
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var plain = await server.JoinAsync("Plain");
        await using var proxy = CuttingProxy.Start(server.Port);
        await using var bob = await JsonPerson.JoinAsync(proxy.Address, "Bob");
        await bob.SayAsync("before", n: 1);
        await bob.HearsAsync(new Message(4, bob.Who, "before", N: 1), new Ack(1, 4));
        await GoAsync(bob, await proxy.NextAsync(), going);
        await IsAwayAsync(plain, "Bob", "Alice, Plain, Bob (away)");
        await using var second = await JsonPerson.JoinAsync(server.Address(), "Bob");
        Assert.Equal("Bob-2", second.Who.Name);
        Assert.Equal(["Bob"], second.Welcome.Members!.Away);
        await alice.RenameAsync("Alicia", n: 1);
        _ = await second.HearUntilAsync<Renamed>(_ => true);
        await plain.SayAsync("/quit");
        _ = await second.HearUntilAsync<Left>(left => left.Who.Name == "Plain");

        await using var back = await bob.ComeBackAsync(server.Address());
        Assert.Equal(bob.Welcome with { Seq = 4, Resumed = true, Members = null, MemberCount = null }, back.Welcome);
        await back.SayAsync("after", n: 2);
        await back.HearsAsync(
            new Joined(5, second.Who),
            new Renamed(6, alice.Who with { Name = "Alicia" }, "Alice"),
            new Left(7, bob.View.Members.List.First(who => who.Id == "2"), "quit"),
            new Message(8, bob.Who, "after", N: 2),
            new Ack(2, 8));
        var heard = await alice.HearUntilAsync<Message>(message => message.Text == "after");
        Assert.DoesNotContain(heard, arrival => arrival is Left { Who.Name: "Bob" });
        Assert.Single(heard, arrival => arrival is Joined { Who.Name: "Bob" });
        Assert.Equal(back.View.Members, alice.View.Members);
    }

    [Fact]
    public async Task Who_closes_with_1000_has_left()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        await bob.CloseAsync(WebSocketCloseStatus.NormalClosure);
        await alice.HearsAsync(new Joined(2, bob.Who), new Left(3, bob.Who, "quit"));
        await IsSomebodyNewAsync(server, bob, bob.Welcome.Epoch, bob.Welcome.Token, "Bob");
    }

    [Fact]
    public async Task Who_says_leave_has_left_and_cannot_come_back()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        await bob.SendAsync("""{"type":"leave"}""");
        await alice.HearsAsync(new Joined(2, bob.Who), new Left(3, bob.Who, "quit"));
        await IsSomebodyNewAsync(server, bob, bob.Welcome.Epoch, bob.Welcome.Token, "Bob");
    }

    [Theory]
    [InlineData("200ms")]
    [InlineData("0")]
    public async Task Who_does_not_come_back_in_time_has_left_and_was_lost(string grace)
    {
        await using var server = await Server.StartAsync($"broadcast.resume.grace={grace}");
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        bob.Socket.Abort();
        await alice.HearsAsync(new Joined(2, bob.Who), new Left(3, bob.Who, "lost"));

        await using var again = await JsonPerson.ConnectAsync(server.Address());
        var welcome = await again.HelloAsync("Bob", bob.Resume(bob.Welcome));
        Assert.False(welcome.Resumed);
        Assert.NotEqual(bob.Who.Id, welcome.You.Id);
        Assert.NotEqual(bob.Welcome.Token, welcome.Token);
        await again.HearsAsync(new Joined(4, welcome.You));
        await alice.HearsAsync(new Joined(4, welcome.You));
    }

    [Fact]
    public async Task Who_came_back_in_time_is_not_lost_when_that_time_is_over()
    {
        await using var server = await Server.StartAsync("broadcast.resume.grace=500ms");
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        await using var zoe = await JsonPerson.JoinAsync(server.Address(), "Zoe");
        await bob.CloseAsync(WebSocketCloseStatus.EndpointUnavailable);
        await using var back = await bob.ComeBackAsync(server.Address());
        if (!back.Welcome.Resumed)
        {
            // Half a second was not enough on this machine, so that nothing is shown.
            return;
        }

        // Zoe goes later than Bob went, and so Bob's time is over before hers.
        await zoe.CloseAsync(WebSocketCloseStatus.EndpointUnavailable);
        await alice.HearsAsync(new Joined(2, bob.Who), new Joined(3, zoe.Who), new Left(4, zoe.Who, "lost"));
        await back.SayAsync("still here", n: 1);
        await alice.HearsAsync(new Message(5, bob.Who, "still here", N: 1));
    }

    [Fact]
    public async Task Plain_members_leave_at_once()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        using (var plain = await RawPeer.JoinAsync(server.Port, "/ws?name=Plain"))
        {
            _ = Assert.IsType<Joined>(await alice.HearAsync());
        }

        Assert.Equal("Plain", Assert.IsType<Left>(await alice.HearAsync()).Who.Name);
    }

    [Fact]
    public async Task A_connection_that_still_seems_open_is_replaced_and_what_it_still_sends_is_dropped()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var proxy = CuttingProxy.Start(server.Port);
        await using var ghost = await JsonPerson.JoinAsync(proxy.Address, "Bob");
        var crossing = await proxy.NextAsync();
        crossing.Meet(new Fate(Harm.StallOneWay, Way.ToServer, After: 0));
        await ghost.SayAsync("one", n: 1);
        await crossing.Harmed.WaitAsync(Person.Patience);

        await using var back = await ghost.ComeBackAsync(server.Address());
        Assert.True(back.Welcome.Resumed);
        crossing.GoOn();
        var (heard, code, reason) = await ghost.HearUntilClosedAsync();
        Assert.Equal((1008, "replaced"), (code, reason));
        Assert.DoesNotContain(heard, arrival => arrival is Told or Ack or Error);

        await back.SayAsync("one", n: 1);
        await back.SayAsync("two", n: 2);
        await back.HearsAsync(
            new Message(3, back.Who, "one", N: 1), new Ack(1, 3), new Message(4, back.Who, "two", N: 2), new Ack(2, 4));
        await alice.HearsAsync(new Joined(2, back.Who), new Message(3, back.Who, "one", N: 1), new Message(4, back.Who, "two", N: 2));
    }

    [Fact]
    public async Task Of_many_who_come_back_as_the_same_member_the_last_one_is()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        var last = bob;
        List<JsonPerson> earlier = [];
        for (var n = 0; n < 20; n++)
        {
            earlier.Add(last);
            last = await bob.ComeBackAsync(server.Address());
            Assert.Equal((true, bob.Welcome.Token, bob.Who), (last.Welcome.Resumed, last.Welcome.Token, last.Who));
        }

        foreach (var ghost in earlier)
        {
            Assert.Equal(1008, (await ghost.HearUntilClosedAsync()).Code);
            await ghost.DisposeAsync();
        }

        await last.SayAsync("here", n: 1);
        await last.HearsAsync(new Message(3, bob.Who, "here", N: 1), new Ack(1, 3));
        await alice.HearsAsync(new Joined(2, bob.Who), new Message(3, bob.Who, "here", N: 1));
        await last.DisposeAsync();
    }

    [Theory]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA", null)]
    [InlineData("", null)]
    [InlineData("no token at all", null)]
    [InlineData(null, "another epoch")]
    [InlineData(null, "")]
    public async Task With_another_token_or_epoch_one_is_somebody_new_and_the_member_is_still_waited_for(string? token, string? epoch)
    {
        await using var server = await Server.StartAsync();
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        await bob.CloseAsync(WebSocketCloseStatus.EndpointUnavailable);
        await IsSomebodyNewAsync(server, bob, epoch ?? bob.Welcome.Epoch, token ?? bob.Welcome.Token, "Bob-2");
        await using var back = await bob.ComeBackAsync(server.Address());
        Assert.True(back.Welcome.Resumed);
    }

    [Fact]
    public async Task On_another_server_one_is_somebody_new()
    {
        await using var first = await Server.StartAsync();
        await using var second = await Server.StartAsync();
        await using var bob = await JsonPerson.JoinAsync(first.Address(), "Bob");
        await bob.SayAsync("one", n: 1);
        await bob.HearsAsync(new Message(2, bob.Who, "one", N: 1), new Ack(1, 2));
        await using var again = await JsonPerson.ConnectAsync(second.Address());
        var welcome = await again.HelloAsync("Bob", bob.Resume(bob.Welcome));
        Assert.False(welcome.Resumed);
        Assert.NotEqual(bob.Welcome.Epoch, welcome.Epoch);
        await again.SayAsync("one", n: 1);
        await again.HearsAsync(new Joined(1, welcome.You), new Message(2, welcome.You, "one", N: 1), new Ack(1, 2));
    }

    [Theory]
    [InlineData(WebSocketMessageType.Binary, 1, 1003)]
    [InlineData(WebSocketMessageType.Text, 1, 1007)]
    [InlineData(WebSocketMessageType.Text, 70_000, 1009)]
    public async Task Who_is_closed_for_cause_is_removed_and_has_no_token_any_more(WebSocketMessageType type, int length, int code)
    {
        await using var server = await Server.StartAsync();
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        await bob.SayAsync("one", n: 1);
        await bob.HearsAsync(new Message(3, bob.Who, "one", N: 1), new Ack(1, 3));
        byte[] offence = [.. Enumerable.Repeat((byte)0xFF, length)];
        await bob.SendAsync(offence, type);
        Assert.Equal(code, (await bob.HearUntilClosedAsync()).Code);
        await alice.HearsAsync(new Joined(2, bob.Who), new Message(3, bob.Who, "one", N: 1), new Left(4, bob.Who, "removed"));

        // Nor are its answers remembered.
        await using var again = await JsonPerson.ConnectAsync(server.Address());
        Assert.False((await again.HelloAsync("Bob", bob.Resume(bob.Welcome))).Resumed);
        await again.SayAsync("one", n: 1);
        await again.HearsAsync(new Joined(5, again.Who), new Message(6, again.Who, "one", N: 1), new Ack(1, 6));
    }

    [Fact]
    public async Task What_the_log_no_longer_has_is_one_gap_and_the_members_come_again()
    {
        await using var server = await Server.StartAsync("broadcast.limits.renames-per-minute=0", "broadcast.log.entries=20");
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        await alice.HearsAsync(new Joined(2, bob.Who));
        await bob.CloseAsync(WebSocketCloseStatus.EndpointUnavailable);
        for (var n = 1; n <= 200; n++)
        {
            await alice.RenameAsync($"Alice{n}", n);
            await alice.HearsAsync(new Renamed(n + 2, alice.Who with { Name = $"Alice{n}" }, n == 1 ? "Alice" : $"Alice{n - 1}"), new Ack(n, n + 2));
        }

        await using var back = await bob.ComeBackAsync(server.Address());
        Assert.Equal((true, 2), (back.Welcome.Resumed, back.Welcome.Seq));
        await alice.SayAsync("and now", n: 201);
        var heard = await back.HearUntilAsync<Message>(message => message.Text == "and now");
        var gap = Assert.IsType<Gap>(heard[0]);
        Assert.Equal(3, gap.From);
        _ = Assert.Single(heard, arrival => arrival is Gap);
        _ = Assert.Single(heard, arrival => arrival is Members);
        Assert.Equal(201, gap.Missed + heard.Count(arrival => arrival is Told));
        Assert.Equal(alice.View.Members, back.View.Members);
    }

    [Fact]
    public async Task Who_comes_back_from_the_beginning_is_sent_everything_again()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        for (var n = 1; n <= 100; n++)
        {
            await alice.SayAsync($"{n}", n);
            await alice.HearsAsync(new Message(n + 1, alice.Who, $"{n}", N: n), new Ack(n, n + 1));
        }

        await using var back = await JsonPerson.ConnectAsync(server.Address());
        await back.SendAsync(new { type = "hello", name = "", resume = new { token = alice.Welcome.Token, epoch = alice.Welcome.Epoch, seq = 0 } });
        _ = await back.WelcomedAsync();
        _ = await back.HearUntilAsync<Message>(message => message.N == 100);
        Assert.Equal(alice.View.Facts, back.View.Facts);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(9007199254740991)]
    public async Task Who_claims_to_have_heard_what_has_not_happened_yet_misses_nothing(long seq)
    {
        await using var server = await Server.StartAsync();
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        await using var back = await JsonPerson.ConnectAsync(server.Address());
        await back.SendAsync(new { type = "hello", name = "Bob", resume = new { token = bob.Welcome.Token, epoch = bob.Welcome.Epoch, seq } });
        var welcome = Assert.IsType<Welcome>(Arrival.Read(await back.HearRawAsync()));
        await alice.SayAsync("hi", n: 1);
        Assert.InRange(welcome.Seq, 2, 3);
        Message said;
        do
        {
            said = Arrival.Read(await back.HearRawAsync()) as Message ?? new Message(0, alice.Who, "");
        }
        while (said.Text != "hi");
        Assert.Equal("hi", said.Text);
    }

    [Fact]
    public async Task What_is_said_right_behind_the_hello_is_heard()
    {
        await using var server = await Server.StartAsync();
        await using var bob = await JsonPerson.ConnectAsync(server.Address());
        await bob.SendAsync("""{"type":"hello","name":"Bob"}""");
        for (var n = 1; n <= 32; n++)
        {
            await bob.SayAsync($"{n}", n);
        }

        var you = (await bob.WelcomedAsync()).You;
        await bob.HearsAsync(new Joined(1, you));
        var heard = await bob.HearUntilAsync<Ack>(ack => ack.N == 32);
        Assert.Equal(Enumerable.Range(1, 32).Select(n => $"{n}"), heard.OfType<Message>().Select(message => message.Text));
    }

    // How a connection goes without a goodbye.
    private static async Task GoAsync(JsonPerson person, Crossing crossing, Going going)
    {
        switch (going)
        {
            case Going.Reset:
                crossing.Suffer(Harm.Reset);
                break;
            case Going.End:
                crossing.Suffer(Harm.Finish);
                break;
            case Going.GoingAway:
                await person.CloseAsync(WebSocketCloseStatus.EndpointUnavailable);
                break;
        }
    }

    // The server hears of an end when it comes to it; until then the member is simply here.
    private static async Task IsAwayAsync(Person plain, string name, string who)
    {
        string answer;
        do
        {
            await plain.SayAsync("/who");
            do
            {
                answer = await plain.HearAsync();
            }
            while (!answer.Contains(" here: ", StringComparison.Ordinal));
        }
        while (!answer.Contains($"{name} (away)", StringComparison.Ordinal));
        Assert.EndsWith($" here: {who}", answer, StringComparison.Ordinal);
    }

    private static async Task IsSomebodyNewAsync(Server server, JsonPerson was, string epoch, string token, string name)
    {
        await using var again = await JsonPerson.ConnectAsync(server.Address());
        var welcome = await again.HelloAsync("Bob", new { token, epoch, seq = was.View.Seq });
        Assert.Equal((false, name), (welcome.Resumed, welcome.You.Name));
        Assert.NotEqual(was.Who.Id, welcome.You.Id);
        Assert.NotEqual(was.Welcome.Token, welcome.Token);
        await again.HearsAsync(new Joined(welcome.Seq + 1, welcome.You));
    }
}
