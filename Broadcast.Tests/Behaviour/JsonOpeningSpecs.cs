using System.Net.WebSockets;
using System.Text;
using Broadcast.Tests.Hosting;

namespace Broadcast.Tests.Behaviour;

/// <summary>How somebody comes to speak broadcast.v1+json, and comes in.</summary>
public sealed class JsonOpeningSpecs
{
    [Theory]
    [InlineData("Sec-WebSocket-Protocol: broadcast.v1+json\r\n", true)]
    [InlineData("Sec-WebSocket-Protocol: chat, broadcast.v1+json\r\n", true)]
    [InlineData("Sec-WebSocket-Protocol: broadcast.v1+json,chat\r\n", true)]
    [InlineData("Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: broadcast.v1+json\r\n", true)]
    [InlineData("sec-websocket-protocol:broadcast.v1+json\r\n", true)]
    [InlineData("Sec-WebSocket-Protocol: broadcast.v2+json\r\n", false)]
    [InlineData("Sec-WebSocket-Protocol: xbroadcast.v1+json\r\n", false)]
    [InlineData("Sec-WebSocket-Protocol: chat\r\n", false)]
    [InlineData("", false)]
    public async Task Who_offers_the_form_is_answered_with_it_and_nobody_else(string header, bool chosen)
    {
        await using var server = await Server.StartAsync();
        using var peer = await RawPeer.ConnectAsync(server.Port);
        await peer.SendAsync(Encoding.ASCII.GetBytes(RawPeer.Upgrade("/ws?name=Bob", header)));
        var head = await peer.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        var echoed = head.Split("\r\n").Where(line => line.StartsWith("Sec-WebSocket-Protocol:", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(chosen ? ["broadcast.v1+json"] : [], echoed.Select(line => line.Split(':')[1].Trim()));
        Assert.DoesNotContain("Sec-WebSocket-Extensions", head, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_name_in_the_address_does_not_count_and_before_hello_nobody_is_in()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await server.JoinAsync("Alice");
        await using var bob = await JsonPerson.ConnectAsync(server.Address("Robert"));
        await alice.SayAsync("/who");
        await alice.HearsAsync("System: 1 here: Alice");
        _ = await bob.HelloAsync("Bob");
        await alice.HearsAsync("System: Bob joined the chat");
    }

    [Fact]
    public async Task A_welcome_says_who_is_here_and_ones_own_arrival_is_the_next_fact()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        Assert.Equal((0, Everybody.Nobody, 0), (alice.Welcome.Seq, alice.Welcome.Members, alice.Welcome.MemberCount!.Value));
        await using var zoe = await server.JoinAsync("Zoë");
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");

        Assert.Equal(2, bob.Welcome.Seq);
        Assert.Equal(["Alice", "Zoë"], bob.Welcome.Members!.List.Select(who => who.Name));
        Assert.Equal((2, "Bob"), (bob.Welcome.MemberCount!.Value, bob.Who.Name));
        Assert.Equal(alice.Welcome.Epoch, bob.Welcome.Epoch);
        Assert.NotEqual(alice.Welcome.Token, bob.Welcome.Token);
        Assert.Matches("^[A-Za-z0-9_-]{22}$", bob.Welcome.Token);
        Assert.Equal(new Limits(65_536, 32, 32, 0, 200), bob.Welcome.Limits);
        await alice.HearsAsync(new Joined(2, bob.Welcome.Members.List[1]), new Joined(3, bob.Who));
        Assert.Equal(bob.View.Members, alice.View.Members);
    }

    [Fact]
    public async Task The_limits_in_a_welcome_are_the_servers()
    {
        await using var server = await Server.StartAsync(
            "broadcast.limits.message-bytes=1000", "broadcast.limits.name-length=16", "broadcast.limits.lines-per-second=50", "broadcast.limits.burst=60");
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        Assert.Equal(new Limits(1000, 16, 32, 50, 60), bob.Welcome.Limits);
        await bob.SendAsync(new byte[1001], WebSocketMessageType.Text);
        Assert.Equal(1009, (await bob.HearUntilClosedAsync()).Code);
    }

    [Theory]
    [InlineData("""{"type":"say","text":"hi","n":1}""")]
    [InlineData("""{"type":"ping"}""")]
    [InlineData("""{"type":"nonsense"}""")]
    [InlineData("hi")]
    public async Task Whose_first_frame_is_no_hello_is_told_so_and_let_go(string frame)
    {
        await using var server = await Server.StartAsync();
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var mallory = await JsonPerson.ConnectAsync(server.Address());
        await mallory.SendAsync(frame);
        await IsLetGoAsync(mallory);

        // Nobody has heard of it.
        await alice.SayAsync("hi", n: 1);
        await alice.HearsAsync(new Message(2, alice.Who, "hi", N: 1));
    }

    [Theory]
    [InlineData("""{"type":"hello"}""", "the field name is missing: send a string")]
    [InlineData("""{"type":"hello","name":"Bob","resume":{"token":"x"}}""", "the field resume.epoch is missing: send a string")]
    public async Task In_whose_hello_something_is_wrong_is_told_what_and_let_go(string hello, string why)
    {
        await using var server = await Server.StartAsync();
        await using var mallory = await JsonPerson.ConnectAsync(server.Address());
        await mallory.SendAsync(hello);
        Assert.Equal(why, await mallory.HearsErrorAsync("bad-request"));
        var (heard, code, reason) = await mallory.HearUntilClosedAsync();
        Assert.Empty(heard);
        Assert.Equal((1008, why), (code, reason));
    }

    [Fact]
    public async Task Who_says_no_hello_for_5_seconds_is_told_so_and_let_go()
    {
        await using var server = await Server.StartAsync();
        await using var mallory = await JsonPerson.ConnectAsync(server.Address());
        await IsLetGoAsync(mallory);
    }

    [Fact]
    public async Task A_second_hello_is_refused_and_changes_nothing()
    {
        await using var server = await Server.StartAsync();
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        await bob.SendAsync("""{"type":"hello","name":"Robert"}""");
        _ = await bob.HearsErrorAsync("bad-request");
        await bob.SayAsync("hi", n: 1);
        await bob.HearsAsync(new Message(2, bob.Who, "hi", N: 1), new Ack(1, 2));
    }

    [Theory]
    [InlineData("Alice", "Alice-2", "name-taken", "the name Alice is taken")]
    [InlineData("ALICE", "ALICE-2", "name-taken", "the name ALICE is taken")]
    [InlineData("Al:ice", "anonymous", "name-invalid", "a name has no colon, nor anything that looks like one")]
    [InlineData("System", "anonymous", "name-invalid", "that name, or one that looks like it, is kept for the system")]
    [InlineData("a\nb", "anonymous", "name-invalid", "a name has no line breaks, control characters or invisible characters")]
    public async Task A_name_that_is_taken_or_refused_is_replaced_and_the_error_comes_behind(string asked, string given, string code, string sentence)
    {
        await using var server = await Server.StartAsync();
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var other = await JsonPerson.JoinAsync(server.Address(), asked);
        Assert.Equal(given, other.Who.Name);
        Assert.StartsWith(sentence, await other.HearsErrorAsync(code, name: given), StringComparison.Ordinal);
        await alice.HearsAsync(new Joined(2, other.Who));
    }

    [Fact]
    public async Task A_name_is_tidied_and_none_at_all_is_anonymous_without_a_word()
    {
        await using var server = await Server.StartAsync();
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "  Bob   B  ");
        Assert.Equal("Bob B", bob.Who.Name);
        await using var nobody = await JsonPerson.JoinAsync(server.Address(), " ");
        Assert.Equal("anonymous", nobody.Who.Name);
        foreach (var person in new[] { bob, nobody })
        {
            await person.SendAsync("""{"type":"ping"}""");
            Assert.Contains(new Pong(), await person.HearUntilAsync<Pong>(_ => true));
        }

        Assert.Equal(2, bob.View.Seq);
    }

    [Fact]
    public async Task A_frame_may_come_in_fragments_with_its_fields_in_any_order_and_others_among_them()
    {
        await using var server = await Server.StartAsync();
        await using var bob = await JsonPerson.ConnectAsync(server.Address());
        var hello = Encoding.UTF8.GetBytes("""{"colour":{"type":["blue"]},"name":"Bob","resume":null,"type":"hello"}""");
        using var deadline = new CancellationTokenSource(Person.Patience);
        foreach (var part in hello.Chunk(7))
        {
            await bob.Socket.SendAsync(part, WebSocketMessageType.Text, endOfMessage: false, deadline.Token);
        }

        await bob.SendAsync([], WebSocketMessageType.Text);
        Assert.Equal("Bob", (await bob.WelcomedAsync()).You.Name);
    }

    private static async Task IsLetGoAsync(JsonPerson person)
    {
        var (heard, code, _) = await person.HearUntilClosedAsync();
        Assert.Equal("hello-first", Assert.IsType<Error>(heard[0]).Code);
        Assert.Equal(1008, code);
        Assert.DoesNotContain(heard, arrival => arrival is Told or Welcome);
    }
}
