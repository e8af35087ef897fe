using System.Net;
using System.Net.WebSockets;
using Broadcast.Tests.Hosting;

namespace Broadcast.Tests.Behaviour;

/// <summary>What the first system does, number by number, through the real host and real sockets.</summary>
public sealed class FirstSystemSpecs : IAsyncLifetime
{
    private Server _server = null!;

    public async Task InitializeAsync() => _server = await Server.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("?name=")]
    [InlineData("?name=%20%20")]
    [InlineData("?other=Bob")]
    public async Task S1_who_gives_no_name_is_anonymous(string query)
    {
        await using var nobody = await Person.JoinAsync(new Uri(_server.Address() + query));
        Assert.Equal("System: anonymous joined the chat", nobody.Joined);
    }

    [Fact]
    public async Task S1_a_plain_GET_of_the_chat_is_a_bad_request_and_any_other_path_is_not_found()
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_server.Port}") };
        using var chat = await http.GetAsync(new Uri("/ws", UriKind.Relative));
        using var other = await http.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, chat.StatusCode);
        Assert.Matches("^This is a WebSocket: connect to ws://[^\n]+\n$", await chat.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Fact]
    public async Task S1_an_upgrade_on_another_path_is_not_found()
    {
        var refused = await Assert.ThrowsAsync<WebSocketException>(() => Person.JoinAsync(_server.Address(path: "/chat")));
        Assert.Contains("404", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S2_a_joiner_is_announced_to_everybody_and_hears_of_itself_first()
    {
        await using var alice = await _server.JoinAsync("Alice");
        Assert.Equal("System: Alice joined the chat", alice.Joined);
        await using var bob = await _server.JoinAsync("Bob");
        Assert.Equal("System: Bob joined the chat", bob.Joined);
        await alice.HearsAsync("System: Bob joined the chat");
    }

    [Fact]
    public async Task S3_a_line_reaches_everybody_the_sender_included()
    {
        var (alice, bob) = await AliceAndBobAsync();
        await alice.SayAsync("Grüße, 世界 👋");
        await alice.HearsAsync("Alice: Grüße, 世界 👋");
        await bob.HearsAsync("Alice: Grüße, 世界 👋");
    }

    [Fact]
    public async Task S3_a_line_in_fragments_is_one_line()
    {
        var (alice, bob) = await AliceAndBobAsync();
        await alice.SendAsync("He"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: false);
        await alice.SendAsync("llo"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true);
        await bob.HearsAsync("Alice: Hello");
    }

    [Fact]
    public async Task S3_the_longest_line_of_the_first_systems_client_arrives_whole()
    {
        var (alice, bob) = await AliceAndBobAsync();
        var longest = new string('x', 65536);
        await alice.SayAsync(longest);
        await bob.HearsAsync($"Alice: {longest}");
    }

    [Fact]
    public async Task S4_a_rename_is_announced_to_everybody_and_holds()
    {
        var (alice, bob) = await AliceAndBobAsync();
        await alice.SayAsync("/name Alicia");
        await alice.SayAsync("hi");
        foreach (var person in new[] { alice, bob })
        {
            await person.HearsAsync("System: Alice is now known as Alicia", "Alicia: hi");
        }
    }

    [Fact]
    public async Task S5_a_clean_leave_is_announced_once_to_those_left()
    {
        var (alice, bob) = await AliceAndBobAsync();
        await alice.LeaveAsync();
        await bob.SayAsync("bye");
        await bob.HearsAsync("System: Alice left the chat", "Bob: bye");
    }

    [Fact]
    public async Task S5_a_leave_without_a_close_frame_is_announced_once_to_those_left()
    {
        var (alice, bob) = await AliceAndBobAsync();
        alice.Socket.Abort();
        await bob.HearsAsync("System: Alice left the chat");
        await bob.SayAsync("bye");
        await bob.HearsAsync("Bob: bye");
    }

    [Fact]
    public async Task S6_there_is_one_order_that_everybody_sees()
    {
        // A larger room by hand: BROADCAST_TEST_ROOM=1000,50,100.
        var room = Environment.GetEnvironmentVariable("BROADCAST_TEST_ROOM") ?? "60,10,20";
        var (people, talkers, lines) = room.Split(',').Select(int.Parse).ToArray() is [var p, var t, var l] ? (p, t, l) : default;
        var everybody = await Task.WhenAll(Enumerable.Range(0, people).Select(i => _server.JoinAsync($"p{i}")));
        await Task.WhenAll(everybody.Select((person, i) => i < talkers ? TalkAsync(person) : Task.CompletedTask));
        var seen = await Task.WhenAll(everybody.Select(person => HearAllAsync(person, talkers * lines)));

        // Whoever came first has seen the most; everybody else's is the end of it, from their own joining on.
        var all = seen.MaxBy(one => one.Count)!;
        for (var i = 0; i < people; i++)
        {
            Assert.Equal($"System: p{i} joined the chat", everybody[i].Joined);
            Assert.Equal(all.TakeLast(seen[i].Count), seen[i]);
        }

        for (var i = 0; i < talkers; i++)
        {
            var mine = $"p{i}: ";
            Assert.Equal(
                Enumerable.Range(0, lines).Select(n => $"{mine}{n}"),
                all.Where(line => line.StartsWith(mine, StringComparison.Ordinal)));
        }

        async Task TalkAsync(Person person)
        {
            for (var n = 0; n < lines; n++)
            {
                await person.SayAsync($"{n}");
            }
        }

        static async Task<List<string>> HearAllAsync(Person person, int said)
        {
            List<string> heard = [person.Joined];
            while (said > 0)
            {
                heard.Add(await person.HearAsync());
                said -= heard[^1].StartsWith("System: ", StringComparison.Ordinal) ? 0 : 1;
            }

            return heard;
        }
    }

    [Fact]
    public async Task What_people_can_type_is_answered_to_them_alone()
    {
        var (alice, bob) = await AliceAndBobAsync();
        await alice.SayAsync("/who");
        await alice.HearsAsync("System: 2 here: Alice, Bob");
        await alice.SayAsync("/help");
        Assert.StartsWith("System: /name New", await alice.HearAsync(), StringComparison.Ordinal);
        await alice.SayAsync("/shrug hi");
        await alice.HearsAsync("System: there is no /shrug: /help lists the commands, //text says /text");
        await alice.SayAsync("/name");
        await alice.HearsAsync("System: say which name: /name New");
        await alice.SayAsync("");
        await alice.SayAsync("//shrug");
        await bob.HearsAsync("Alice: /shrug");
    }

    [Fact]
    public async Task Who_quits_is_said_goodbye_to()
    {
        var (alice, bob) = await AliceAndBobAsync();
        await alice.SayAsync("bye");
        await alice.SayAsync("/quit");
        var (lines, code, reason) = await alice.HearUntilClosedAsync();
        Assert.Equal(["Alice: bye"], lines);
        Assert.Equal((1000, "goodbye"), (code, reason));
        await bob.HearsAsync("Alice: bye", "System: Alice left the chat");
    }

    [Fact]
    public async Task What_was_said_before_a_close_comes_back_before_its_answer()
    {
        await using var alice = await _server.JoinAsync("Alice");
        for (var n = 0; n < 100; n++)
        {
            await alice.SayAsync($"{n}");
        }

        await alice.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        var (lines, code, _) = await alice.HearUntilClosedAsync();
        Assert.Equal(Enumerable.Range(0, 100).Select(n => $"Alice: {n}"), lines);
        Assert.Equal(1000, code);
    }

    private async Task<(Person Alice, Person Bob)> AliceAndBobAsync()
    {
        var alice = await _server.JoinAsync("Alice");
        Assert.Equal("System: Alice joined the chat", alice.Joined);
        var bob = await _server.JoinAsync("Bob");
        Assert.Equal("System: Bob joined the chat", bob.Joined);
        await alice.HearsAsync("System: Bob joined the chat");
        return (alice, bob);
    }
}
