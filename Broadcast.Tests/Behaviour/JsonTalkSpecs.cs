using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using Broadcast.Tests.Hosting;

namespace Broadcast.Tests.Behaviour;

/// <summary>What members say in broadcast.v1+json, and what comes of it for everybody and for one.</summary>
public sealed class JsonTalkSpecs
{
    [Fact]
    public async Task A_line_comes_to_everybody_as_it_is_and_before_its_ack()
    {
        const string Text = "/quit is \"text\" here\r\n<b>\\ \u001b[31m \u2028 \U0001f600 e\u0301 \0";
        await using var server = await Server.StartAsync();
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var plain = await server.JoinAsync("Plain");
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        await bob.SayAsync(Text, n: 7);
        await bob.SendAsync(new { type = "say", text = "waves", action = true, n = 1L << 40 });
        var said = new Message(4, bob.Who, Text, N: 7);
        var done = new Message(5, bob.Who, "waves", Action: true, N: 1L << 40);

        await bob.HearsAsync(said, new Ack(7, 4), done, new Ack(1L << 40, 5));
        _ = await alice.HearUntilAsync<Joined>(joined => joined.Who == bob.Who);
        await alice.HearsAsync(said, done);
        await plain.HearsAsync(
            "System: Bob joined the chat",
            "Bob: /quit is \"text\" here␍␤<b>\\ ␛[31m \ufffd \U0001f600 e\u0301 ␀",
            "* Bob: waves");
    }

    [Fact]
    public async Task The_same_bytes_come_to_everybody_with_a_time_that_does_not_go_back()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        var before = TimeProvider.System.GetUtcNow().AddMilliseconds(-1);
        for (var n = 1; n <= 20; n++)
        {
            await (n % 2 == 0 ? alice : bob).SayAsync($"{n}", n);
            _ = await alice.HearUntilAsync<Message>(message => message.N == n);
            _ = await bob.HearUntilAsync<Message>(message => message.N == n);
            Assert.Equal(alice.View.Facts[n + 2], bob.View.Facts[n + 2]);
            using var json = JsonDocument.Parse(bob.View.Facts[n + 2]);
            var time = DateTimeOffset.Parse(json.RootElement.GetProperty("time").GetString()!, CultureInfo.InvariantCulture);
            Assert.InRange(time, before, TimeProvider.System.GetUtcNow());
            before = time;
        }
    }

    [Fact]
    public async Task What_plain_members_say_and_do_comes_without_a_number_of_theirs()
    {
        await using var server = await Server.StartAsync();
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        await using var plain = await server.JoinAsync("Plain");
        await plain.SayAsync("hi\tthere");
        await plain.SayAsync("/me waves");
        await plain.SayAsync("/name Pat");
        await plain.SayAsync("//name is how");
        await plain.SayAsync("/quit");

        var joined = Assert.IsType<Joined>(await bob.HearAsync());
        var pat = joined.Who with { Name = "Pat" };
        Assert.Equal("Plain", joined.Who.Name);
        await bob.HearsAsync(
            new Message(3, joined.Who, "hi\tthere"),
            new Message(4, joined.Who, "waves", Action: true),
            new Renamed(5, pat, "Plain"),
            new Message(6, pat, "/name is how"),
            new Left(7, pat, "quit"));
        Assert.Equal(new Everybody(bob.Who), bob.View.Members);
    }

    [Fact]
    public async Task A_rename_is_a_fact_and_its_ack_has_its_number()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        await bob.RenameAsync("  Bobby ", n: 3);
        var renamed = new Renamed(3, bob.Who with { Name = "Bobby" }, "Bob");
        await bob.HearsAsync(renamed, new Ack(3, 3));
        await alice.HearsAsync(new Joined(2, bob.Who), renamed);
    }

    [Theory]
    [InlineData("Alice", "name-taken")]
    [InlineData("aLICE", "name-taken")]
    [InlineData("*", "name-invalid")]
    [InlineData("", "name-invalid")]
    public async Task A_name_that_cannot_be_had_is_refused_and_nobody_else_hears_of_it(string name, string code)
    {
        await using var server = await Server.StartAsync();
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        await bob.RenameAsync(name, n: 3);
        await bob.SayAsync("hi", n: 4);
        _ = await bob.HearsErrorAsync(code, n: 3);
        await bob.HearsAsync(new Message(3, bob.Who, "hi", N: 4), new Ack(4, 3));
        await alice.HearsAsync(new Joined(2, bob.Who), new Message(3, bob.Who, "hi", N: 4));
    }

    [Fact]
    public async Task A_whisper_is_heard_by_one_in_either_form_and_its_ack_has_no_seq()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        await using var plain = await server.JoinAsync("Plain");
        await bob.WhisperAsync("aLICE", "psst\nyou", n: 1);
        await bob.WhisperAsync("Plain", "psst\nyou", n: 2);
        await bob.SayAsync("and now", n: 3);
        await bob.HearsAsync(new Joined(3, bob.View.Members.List[0] with { Id = "3", Name = "Plain" }));
        await bob.HearsAsync(new Ack(1), new Ack(2), new Message(4, bob.Who, "and now", N: 3), new Ack(3, 4));
        await plain.HearsAsync("System: Bob whispers: psst␤you", "Bob: and now");
        await plain.SayAsync("/msg Alice psst");
        await plain.HearsAsync("System: you whisper to Alice: psst");

        _ = await alice.HearUntilAsync<Joined>(joined => joined.Who.Name == "Plain");
        await alice.HearsAsync(
            new Whisper(bob.Who, alice.Who, "psst\nyou"),
            new Message(4, bob.Who, "and now", N: 3),
            new Whisper(alice.View.Members.List[2], alice.Who, "psst"));
    }

    [Fact]
    public async Task A_whisper_to_nobody_is_refused_with_not_here()
    {
        await using var server = await Server.StartAsync();
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        await bob.WhisperAsync("Zoe", "psst", n: 1);
        _ = await bob.HearsErrorAsync("not-here", n: 1);
    }

    [Fact]
    public async Task A_whisper_to_one_who_is_away_is_refused_with_not_here_until_it_is_back()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        await alice.CloseAsync(WebSocketCloseStatus.EndpointUnavailable);
        await bob.WhisperAsync("Alice", "psst", n: 1);
        _ = await bob.HearsErrorAsync("not-here", n: 1);

        await using var back = await alice.ComeBackAsync(server.Address());
        await bob.WhisperAsync("Alice", "psst", n: 2);
        await bob.HearsAsync(new Ack(2));
        await back.HearsAsync(new Joined(2, bob.Who), new Whisper(bob.Who, alice.Who, "psst"));
    }

    [Fact]
    public async Task A_whisper_to_one_who_does_not_read_is_refused_with_not_here_in_the_end_and_nobody_waits()
    {
        await using var server = await Server.StartAsync();
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        await using var proxy = CuttingProxy.Start(server.Port);
        await using var stuck = await JsonPerson.JoinAsync(proxy.Address, "Stuck");
        (await proxy.NextAsync()).Suffer(Harm.Stall);
        await bob.HearsAsync(new Joined(2, stuck.Who));

        // What the sockets' buffers take counts as read; there is an end to it.
        var psst = new string('x', 30_000);
        var n = 0L;
        do
        {
            await bob.WhisperAsync("Stuck", psst, ++n);
        }
        while (await bob.HearAsync() == new Ack(n));

        await bob.WhisperAsync("Stuck", psst, ++n);
        _ = await bob.HearsErrorAsync("not-here", n);
        await bob.SayAsync("still here", ++n);
        await bob.HearsAsync(new Message(3, bob.Who, "still here", N: n), new Ack(n, 3));
    }

    [Fact]
    public async Task Who_asks_hears_who_is_here_as_of_what_it_has_heard()
    {
        await using var server = await Server.StartAsync();
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var zoe = await server.JoinAsync("Zoë");
        await bob.RenameAsync("Bobby", n: 1);
        await bob.SendAsync("""{"type":"who"}""");

        // The view has compared it with its own list.
        var members = Assert.IsType<Members>((await bob.HearUntilAsync<Members>(_ => true))[^1]);
        Assert.Equal((4, 3), (members.Seq, members.MemberCount));
        Assert.Equal(["Bobby", "Alice", "Zoë"], members.List.List.Select(who => who.Name));
    }

    [Fact]
    public async Task Of_more_than_a_thousand_the_first_thousand_are_listed_and_all_are_counted()
    {
        // Half a million announcements are somebody else's test.
        await using var server = await Server.StartAsync("broadcast.room.announce-up-to=0");
        for (var n = 0; n < 1_005; n++)
        {
            _ = await server.JoinAsync($"m{n}");
        }

        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        Assert.Equal((1_000, 1_005), (bob.Welcome.Members!.List.Count, bob.Welcome.MemberCount!.Value));
        await bob.SendAsync("""{"type":"who"}""");
        var members = Assert.IsType<Members>(await bob.HearAsync());
        Assert.Equal((1_000, 1_006), (members.List.List.Count, members.MemberCount));
        Assert.Equal(("m0", "m999"), (members.List.List[0].Name, members.List.List[^1].Name));
    }

    [Fact]
    public async Task History_is_what_was_as_it_was_sent_page_by_page()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        for (var n = 1; n <= 10; n++)
        {
            await alice.SayAsync($"{n}", n);
        }

        await alice.WhisperAsync("Alice", "psst", n: 11);
        _ = await alice.HearUntilAsync<Ack>(ack => ack.N == 11);
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        _ = await alice.HearUntilAsync<Joined>(_ => true);
        List<string> expected = [.. alice.View.Facts.OrderBy(fact => fact.Key).Select(fact => fact.Value)];

        await bob.SendAsync("""{"type":"history"}""");
        await IsAsync(bob, expected, more: false);
        await bob.SendAsync("""{"type":"history","limit":5}""");
        await IsAsync(bob, expected[^5..], more: true);
        await bob.SendAsync("""{"type":"history","before":8,"limit":5}""");
        await IsAsync(bob, expected[2..7], more: true);
        await bob.SendAsync("""{"type":"history","before":3,"limit":5}""");
        await IsAsync(bob, expected[..2], more: false);
        await bob.SendAsync("""{"type":"history","before":3,"limit":2}""");
        await IsAsync(bob, expected[..2], more: false);
        await bob.SendAsync("""{"type":"history","before":1}""");
        await IsAsync(bob, [], more: false);
        await bob.SendAsync("""{"type":"history","before":9007199254740991,"limit":9007199254740991}""");
        await IsAsync(bob, expected, more: false);

        static async Task IsAsync(JsonPerson person, List<string> facts, bool more)
        {
            var history = Assert.IsType<History>(await person.HearAsync());
            Assert.Equal(facts, history.Facts);
            Assert.Equal(more, history.More);
        }
    }

    [Fact]
    public async Task A_ping_is_answered()
    {
        await using var server = await Server.StartAsync();
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        await bob.SendAsync("""{"type":"ping"}""");
        await bob.HearsAsync(new Pong());
    }

    [Theory]
    [InlineData("", null, "that is not JSON: send one JSON object a frame")]
    [InlineData("hi", null, "that is not JSON: send one JSON object a frame")]
    [InlineData("""{"type":"ping"}{"type":"ping"}""", null, "that is not JSON: send one JSON object a frame")]
    [InlineData("""["ping"]""", null, "that is JSON but not an object: send one JSON object a frame")]
    [InlineData("""{"n":5}""", 5L, "the field type is missing: send a string")]
    [InlineData("""{"type":"shout","n":5}""", 5L, "there is no frame of that type: send hello, say, rename, whisper, who, history, ping or leave")]
    [InlineData("""{"type":"say","text":"hi"}""", null, "the field n is missing: send a whole number from 1 to 9007199254740991")]
    [InlineData("""{"type":"say","text":"hi","n":0}""", null, "the field n is something else: send a whole number from 1 to 9007199254740991")]
    [InlineData("""{"type":"say","text":"hi","n":9007199254740992}""", null, "the field n is something else: send a whole number from 1 to 9007199254740991")]
    [InlineData("""{"type":"say","text":5,"n":5}""", 5L, "the field text is something else: send a string")]
    [InlineData("""{"type":"say","text":"\ud800","n":5}""", 5L, "a string has half of a surrogate pair: send both halves")]
    [InlineData("""{"type":"say","text":"a","text":"b","n":5}""", 5L, "the field text is there twice: send it once")]
    [InlineData("""{"type":"history","limit":0}""", null, "the field limit is something else: send a whole number from 1 to 9007199254740991")]
    public async Task What_is_not_understood_is_a_bad_request_and_costs_nothing(string frame, long? n, string sentence)
    {
        await using var server = await Server.StartAsync();
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        await bob.SendAsync(frame);
        Assert.Equal(sentence, await bob.HearsErrorAsync("bad-request", n));
        await bob.SayAsync("hi", n: 5);
        await bob.HearsAsync(new Message(2, bob.Who, "hi", N: 5), new Ack(5, 2));
    }

    [Fact]
    public async Task A_hundred_bad_requests_in_a_row_close_and_one_good_frame_begins_a_new_row()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        for (var row = 0; row < 2; row++)
        {
            for (var n = 0; n < 99; n++)
            {
                await bob.SendAsync("{}");
                _ = await bob.HearsErrorAsync("bad-request");
            }

            await bob.SendAsync("""{"type":"ping"}""");
            await bob.HearsAsync(new Pong());
        }

        for (var n = 0; n < 100; n++)
        {
            await bob.SendAsync("{}");
        }

        var (heard, code, _) = await bob.HearUntilClosedAsync();
        Assert.Equal(1008, code);
        Assert.Equal(99, heard.Count(arrival => arrival is Error { Code: "bad-request" }));
        await alice.HearsAsync(new Joined(2, bob.Who), new Left(3, bob.Who, "removed"));
    }

    [Fact]
    public async Task Leave_says_goodbye_and_closes_with_1000()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        await bob.SayAsync("bye", n: 1);
        await bob.SendAsync("""{"type":"leave"}""");
        var (heard, code, _) = await bob.HearUntilClosedAsync();
        Assert.Equal(1000, code);
        Assert.Equal([new Message(3, bob.Who, "bye", N: 1), new Ack(1, 3)], heard.Take(2));
        await alice.HearsAsync(new Joined(2, bob.Who), new Message(3, bob.Who, "bye", N: 1), new Left(4, bob.Who, "quit"));
        Assert.Equal(new Everybody(alice.Who), alice.View.Members);
    }

    [Fact]
    public async Task When_the_server_goes_everybody_hears_bye_and_1001()
    {
        await using var server = await Server.StartAsync();
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        var stopping = server.StopAsync();
        var (heard, code, reason) = await bob.HearUntilClosedAsync();
        Assert.Equal((1001, "the server is shutting down"), (code, reason));
        _ = Assert.IsType<Bye>(Assert.Single(heard));
        await bob.CloseAsync(WebSocketCloseStatus.NormalClosure);
        await stopping.WaitAsync(Person.Patience);
    }

    [Fact]
    public async Task No_token_and_no_line_is_in_the_log()
    {
        await using var server = await Server.StartAsync();
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        await bob.SayAsync("a secret", n: 1);
        await bob.HearsAsync(new Message(2, bob.Who, "a secret", N: 1), new Ack(1, 2));
        await bob.CloseAsync(WebSocketCloseStatus.EndpointUnavailable);
        await using var back = await bob.ComeBackAsync(server.Address());
        Assert.DoesNotContain(server.Log.Lines(), line =>
            line.Contains(bob.Welcome.Token, StringComparison.Ordinal) || line.Contains("a secret", StringComparison.Ordinal));
    }
}
