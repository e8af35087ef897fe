using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using Broadcast.Actors.Wire;
using Broadcast.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Broadcast.Tests.Behaviour;

/// <summary>What the first system got wrong, fault by fault, each from the side of the one who would have suffered.</summary>
public sealed class FaultSpecs
{
    [Fact]
    public async Task B1_two_people_joining_at_once_do_not_hang_the_room()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await server.JoinAsync("Alice");
        for (var round = 0; round < 20; round++)
        {
            var joining = new[] { server.JoinAsync($"a{round}"), server.JoinAsync($"b{round}") };
            await alice.SayAsync($"{round}");
            await Task.WhenAll(joining);
            await Task.WhenAll(joining.Select(async joined => await (await joined).LeaveAsync()));
        }

        await alice.SayAsync("still here");
        var heard = await alice.HearUntilAsync("Alice: still here");
        Assert.Equal(40, heard.Count(line => line.EndsWith(" left the chat", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task B2_somebody_who_stops_reading_stops_nobody()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await server.JoinAsync("Alice");
        using var stuck = await RawPeer.JoinAsync(server.Port, "/ws?name=Stuck", receiveBuffer: 4096);

        // More than any socket's buffers hold: the stuck one's write is under way long before the end.
        var line = new string('x', 60_000);
        for (var n = 0; n < 300; n++)
        {
            await alice.SayAsync(line);
            Assert.Contains($"Alice: {line}", await alice.HearUntilAsync($"Alice: {line}"));
        }

        await using var bob = await server.JoinAsync("Bob");
        Assert.Equal("System: Bob joined the chat", bob.Joined);
    }

    [Fact]
    public async Task B2_somebody_who_stops_reading_hears_how_much_was_missed_and_goes_on_live()
    {
        await using var server = await Server.StartAsync("broadcast.log.entries=50");
        await using var alice = await server.JoinAsync("Alice");
        await using var slow = await Person.JoinAsync(server.Address("Slow"), options => options.SetBuffer(4096, 4096));
        await alice.HearsAsync("System: Slow joined the chat");
        var line = new string('x', 60_000);
        for (var n = 0; n < 300; n++)
        {
            await alice.SayAsync(line);
            await alice.HearsAsync($"Alice: {line}");
        }

        var heard = 0;
        string notice;
        for (notice = await slow.HearAsync(); !notice.StartsWith("System: you missed", StringComparison.Ordinal); notice = await slow.HearAsync())
        {
            heard++;
        }

        var missed = int.Parse(notice.Split(' ')[3], CultureInfo.InvariantCulture);
        Assert.Equal(300, heard + missed);
        await alice.SayAsync("and now");
        await slow.HearsAsync("Alice: and now");
    }

    [Fact]
    public async Task B9_somebody_who_reads_slowly_but_steadily_is_not_taken_for_gone()
    {
        var time = new FakeTimeProvider();
        await using var server = await Server.StartAsync(
            time,
            "broadcast.keep-alive.interval=200ms",
            "broadcast.keep-alive.timeout=300ms",
            "broadcast.log.bytes=64MiB");
        await using var alice = await server.JoinAsync("Alice");
        using var slow = await RawPeer.JoinAsync(server.Port, "/ws?name=Slow", receiveBuffer: 4096);

        // Far more than any socket's buffers hold: where so much has come, the server has written since the last time.
        const int Chunk = 2 << 20;
        var line = new string('x', 60_000);
        for (var said = 0; said < 8 * Chunk; said += line.Length)
        {
            await alice.SayAsync(line);
            _ = await alice.HearUntilAsync($"Alice: {line}");
        }

        // It never answers a ping, which stands behind all that it has not read yet.
        for (var n = 0; n < 7; n++)
        {
            await slow.SkipAsync(Chunk);
            await alice.SayAsync($"{n}");
            Assert.DoesNotContain("System: Slow left the chat", await alice.HearUntilAsync($"Alice: {n}"));
            time.Advance(TimeSpan.FromMilliseconds(400));
        }

        await alice.SayAsync("/who");
        Assert.DoesNotContain("System: Slow left the chat", await alice.HearUntilAsync("System: 2 here: Alice, Slow"));
    }

    [Fact]
    public async Task B3_a_binary_frame_ends_its_sender_and_nobody_else()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await server.JoinAsync("Alice");
        await using var mallory = await server.JoinAsync("Mallory");
        await mallory.SendAsync([1, 2, 3], WebSocketMessageType.Binary);
        Assert.Equal(1003, (await mallory.HearUntilClosedAsync()).Code);
        await GoesOnAsync(alice, "System: Mallory left the chat");
    }

    [Fact]
    public async Task B3_text_that_is_not_UTF8_ends_its_sender_and_nobody_else()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await server.JoinAsync("Alice");
        await using var mallory = await server.JoinAsync("Mallory");
        await mallory.SendAsync([(byte)'a', 0xC3, 0x28], WebSocketMessageType.Text);
        var (_, code, reason) = await mallory.HearUntilClosedAsync();
        Assert.Equal((1007, CloseReason.NotUtf8.Text), (code, reason));
        await GoesOnAsync(alice, "System: Mallory left the chat");
    }

    [Fact]
    public async Task B4_a_message_over_the_limit_is_refused_when_its_header_says_so()
    {
        await using var server = await Server.StartAsync("broadcast.limits.message-bytes=100");
        await using var alice = await server.JoinAsync("Alice");
        using var mallory = await RawPeer.JoinAsync(server.Port, "/ws?name=Mallory");

        // The header alone: 16 MiB are to follow, and none of them does.
        await mallory.SendAsync([0x81, 0x80 | 127, 0, 0, 0, 0, 1, 0, 0, 0, 1, 2, 3, 4]);
        await alice.HearUntilAsync("System: Mallory left the chat");

        // What still comes is dropped, so that the close frame is not lost to a reset.
        await mallory.SendAsync(new byte[100_000]);
        mallory.FinishSending();
        Assert.Equal(1009, (await mallory.ReadToEndAsync())[^1].CloseCode);
    }

    [Fact]
    public async Task B4_what_was_said_in_front_of_an_offence_is_still_heard()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await server.JoinAsync("Alice");
        using var mallory = await RawPeer.JoinAsync(server.Port, "/ws?name=Mallory");
        await mallory.SendAsync([.. RawPeer.ClientFrame(Opcode.Text, "one"u8), .. RawPeer.ClientFrame(Opcode.Binary, "two"u8)]);
        await alice.HearsAsync("System: Mallory joined the chat", "Mallory: one", "System: Mallory left the chat");
    }

    [Theory]
    [InlineData(Opcode.Binary)]
    [InlineData(Opcode.Text)]
    public async Task B4_an_offender_that_answers_the_close_is_let_go_at_once(Opcode offence)
    {
        // The server would wait two seconds for a peer that says nothing.
        await using var server = await Server.StartAsync("broadcast.limits.message-bytes=10");
        using var mallory = await RawPeer.JoinAsync(server.Port, "/ws?name=Mallory");
        await mallory.SendAsync([.. RawPeer.ClientFrame(offence, new byte[11]), .. RawPeer.ClientFrame(Opcode.Close, [3, 0xE8])]);
        Assert.Equal(Opcode.Close, (await mallory.ReadToEndAsync())[^1].Opcode);
    }

    [Fact]
    public async Task B4_fragments_are_counted_together()
    {
        await using var server = await Server.StartAsync("broadcast.limits.message-bytes=100");
        await using var mallory = await server.JoinAsync("Mallory");
        await mallory.SendAsync(new byte[60], WebSocketMessageType.Text, endOfMessage: false);
        await mallory.SendAsync(new byte[60], WebSocketMessageType.Text, endOfMessage: true);
        Assert.Equal(1009, (await mallory.HearUntilClosedAsync()).Code);
    }

    [Fact]
    public async Task B4_a_name_without_end_is_not_taken()
    {
        await using var server = await Server.StartAsync();
        await using var mallory = await server.JoinAsync(new string('x', 4000));
        Assert.Equal("System: anonymous joined the chat", mallory.Joined);
        Assert.Contains("so you are anonymous", await mallory.HearAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("System")]
    [InlineData("system")]
    [InlineData("Ѕуѕtеm")]
    [InlineData("Alice: hi")]
    [InlineData("Bob\nSystem")]
    public async Task B5_no_name_can_forge_a_line(string name)
    {
        await using var server = await Server.StartAsync();
        await using var mallory = await server.JoinAsync(name);
        Assert.Equal("System: anonymous joined the chat", mallory.Joined);
        Assert.Contains("so you are anonymous", await mallory.HearAsync(), StringComparison.Ordinal);
        await mallory.SayAsync($"/name {name}");
        Assert.StartsWith("System: ", await mallory.HearAsync(), StringComparison.Ordinal);
        await mallory.SayAsync("hi");
        await mallory.HearsAsync("anonymous: hi");
    }

    [Fact]
    public async Task B5_no_text_can_forge_a_line()
    {
        await using var server = await Server.StartAsync();
        await using var mallory = await server.JoinAsync("Mallory");
        await mallory.SayAsync("hi\nSystem: the server is closing\r\nAlice: bye");
        await mallory.HearsAsync("Mallory: hi␤System: the server is closing␍␤Alice: bye");
    }

    [Fact]
    public async Task B6_no_name_and_no_text_reaches_a_terminal_or_the_log_as_control_characters()
    {
        await using var server = await Server.StartAsync("broadcast.echo-lines=on");
        await using var mallory = await server.JoinAsync("\u001b]52;c;aGk=\u0007");
        Assert.Equal("System: anonymous joined the chat", mallory.Joined);
        await mallory.HearAsync();
        await mallory.SayAsync("\u001b[2J\u009b31m\u202egnp.exe\nforged log line");
        var line = await mallory.HearAsync();
        Assert.Equal("anonymous: ␛[2J\ufffd31m\ufffdgnp.exe␤forged log line", line);
        var logged = server.Log.Lines();
        Assert.Contains(logged, text => text.Contains($"Broadcasting: {line}", StringComparison.Ordinal));
        Assert.DoesNotContain(logged, text => text.Trim().Any(char.IsControl));
    }

    [Theory]
    [InlineData("Origin: https://evil.example\r\n", "127.0.0.1", 403)]
    [InlineData("Origin: null\r\n", "127.0.0.1", 403)]
    [InlineData("Origin: http://rebound.example\r\n", "rebound.example", 403)]
    [InlineData("Origin: http://localhost:8080\r\n", "localhost:8080", 101)]
    [InlineData("Origin: https://chat.example\r\n", "127.0.0.1", 101)]
    [InlineData("", "whatever.example", 101)]
    public async Task B7_a_web_page_from_elsewhere_cannot_join(string origin, string host, int status)
    {
        await using var server = await Server.StartAsync("broadcast.origins=https://chat.example");
        using var page = await RawPeer.ConnectAsync(server.Port);
        await page.SendAsync(Encoding.ASCII.GetBytes(RawPeer.Upgrade("/ws", origin, host)));
        Assert.StartsWith($"HTTP/1.1 {status} ", await page.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task B8_a_line_always_stands_under_the_name_of_its_moment()
    {
        const int people = 8, renames = 50;
        await using var server = await Server.StartAsync("broadcast.limits.renames-per-minute=0");
        var everybody = await Task.WhenAll(Enumerable.Range(0, people).Select(i => server.JoinAsync($"p{i}x0")));
        await Task.WhenAll(everybody.Select(async (person, i) =>
        {
            for (var n = 1; n <= renames; n++)
            {
                await person.SayAsync($"/name p{i}x{n}");
                await person.SayAsync($"{i} {n}");
            }
        }));

        // Whoever says "i n" was renamed to p<i>x<n> just before: nobody speaks under an old name, or another's.
        for (var said = 0; said < people * renames;)
        {
            var line = await everybody[0].HearAsync();
            if (!line.StartsWith("System: ", StringComparison.Ordinal))
            {
                var words = line.Split(": ")[1].Split(' ');
                Assert.Equal($"p{words[0]}x{words[1]}: {words[0]} {words[1]}", line);
                said++;
            }
        }
    }

    [Fact]
    public async Task B9_a_peer_that_vanishes_is_announced_as_left()
    {
        await using var server = await Server.StartAsync(
            "broadcast.keep-alive.interval=200ms", "broadcast.keep-alive.timeout=300ms");
        await using var alice = await server.JoinAsync("Alice");
        using var ghost = await RawPeer.JoinAsync(server.Port, "/ws?name=Ghost");

        // Alice's socket answers pings while she listens; the ghost's never does.
        await alice.HearUntilAsync("System: Ghost left the chat");
    }

    [Fact]
    public async Task B9_a_handshake_that_takes_too_long_is_cut()
    {
        await using var server = await Server.StartAsync("broadcast.limits.handshake=500ms");
        using var slow = await RawPeer.ConnectAsync(server.Port);
        using var silent = await RawPeer.ConnectAsync(server.Port);
        await slow.SendAsync("GET /ws HTTP/1.1\r\nHost: "u8.ToArray());
        await slow.ClosedByServerAsync();
        await silent.ClosedByServerAsync();
    }

    [Fact]
    public async Task B9_one_connection_over_the_limit_is_told_to_come_back_and_a_place_given_up_is_free()
    {
        await using var server = await Server.StartAsync("broadcast.limits.connections=2");
        await using var alice = await server.JoinAsync("Alice");
        var bob = await server.JoinAsync("Bob");
        using var carol = await RawPeer.ConnectAsync(server.Port);
        await carol.SendAsync(Encoding.ASCII.GetBytes(RawPeer.Upgrade("/ws?name=Carol")));
        var head = await carol.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 503 ", head, StringComparison.Ordinal);
        Assert.Contains("Retry-After: ", head, StringComparison.Ordinal);
        Assert.Contains($"Broadcast-Refusal: {CloseReason.Full.Text}", head, StringComparison.Ordinal);
        await bob.LeaveAsync();
        await bob.DisposeAsync();
        await alice.HearUntilAsync("System: Bob left the chat");
        await using var dave = await server.JoinAsync("Dave");
        Assert.Equal("System: Dave joined the chat", dave.Joined);
    }

    [Fact]
    public async Task B10_everybody_hears_that_the_server_is_going()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await server.JoinAsync("Alice");
        await using var bob = await server.JoinAsync("Bob");
        await bob.SayAsync("last words");
        await bob.HearUntilAsync("Bob: last words");
        var stopping = server.StopAsync();
        var (lines, code, reason) = await alice.HearUntilClosedAsync();
        Assert.Equal(["System: Bob joined the chat", "Bob: last words"], lines);
        Assert.Equal((1001, CloseReason.ShuttingDown.Text), (code, reason));
        Assert.Equal(1001, (await bob.HearUntilClosedAsync()).Code);
        await stopping.WaitAsync(Person.Patience);
    }

    [Fact]
    public async Task B11_a_server_can_be_reached_by_IPv6()
    {
        await using var server = await Server.StartAtAsync("::1");
        await using var alice = await Person.JoinAsync(new Uri($"ws://[::1]:{server.Port}/ws?name=Alice"));
    }

    [Theory]
    [InlineData("Bob Smith")]
    [InlineData("a&b")]
    [InlineData("100%")]
    [InlineData("Zoë")]
    [InlineData("1+1=2")]
    [InlineData("李雷")]
    public async Task B12_a_name_with_odd_characters_arrives_as_it_is(string name)
    {
        await using var server = await Server.StartAsync();
        await using var person = await server.JoinAsync(name);
        Assert.Equal($"System: {name} joined the chat", person.Joined);
    }

    [Fact]
    public async Task B12_the_first_systems_client_may_send_its_name_as_raw_UTF8()
    {
        await using var server = await Server.StartAsync();
        using var zoe = await RawPeer.JoinAsync(server.Port, "/ws?name=Zoë");
        await zoe.SayAsync("/quit");
        var frames = await zoe.ReadToEndAsync();
        Assert.Equal("System: Zoë joined the chat", frames[0].Text);
    }

    [Theory]
    [InlineData("Alice")]
    [InlineData("ALICE")]
    [InlineData("AIice")]
    [InlineData("Аlice")]
    [InlineData("Ａｌｉｃｅ")]
    public async Task B13_nobody_can_pass_for_Alice(string name)
    {
        await using var server = await Server.StartAsync();
        await using var alice = await server.JoinAsync("Alice");
        await using var other = await server.JoinAsync(name);
        Assert.EndsWith("-2 joined the chat", other.Joined, StringComparison.Ordinal);
        Assert.Contains("is taken, so you are", await other.HearAsync(), StringComparison.Ordinal);
        await other.SayAsync($"/name {name}");
        Assert.Contains("taken", await other.HearAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task B13_who_gives_no_name_gets_a_free_one()
    {
        await using var server = await Server.StartAsync();
        await using var first = await server.JoinAsync();
        Assert.Equal("System: anonymous joined the chat", first.Joined);
        await using var second = await server.JoinAsync();
        Assert.Equal("System: anonymous-2 joined the chat", second.Joined);
        await using var third = await server.JoinAsync();
        Assert.Equal("System: anonymous-3 joined the chat", third.Joined);
        await second.LeaveAsync();
        await using var fourth = await server.JoinAsync();
        Assert.Equal("System: anonymous-2 joined the chat", fourth.Joined);
    }

    [Fact]
    public async Task B16_what_people_say_is_not_logged()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await server.JoinAsync("Alice");
        await alice.SayAsync("my secret");
        await alice.SayAsync("/shrug my secret");
        await alice.SayAsync("/name my: secret");
        await alice.HearUntilAsync("Alice: my secret");
        await alice.LeaveAsync();
        await server.StopAsync();
        var logged = server.Log.Lines();
        Assert.Contains(logged, line => line.Contains("Alice (member 1) joined", StringComparison.Ordinal));
        Assert.DoesNotContain(logged, line => line.Contains("secret", StringComparison.Ordinal));
    }

    private static async Task GoesOnAsync(Person person, string afterwards)
    {
        await person.HearUntilAsync(afterwards);
        await person.SayAsync("we go on");
        await person.HearUntilAsync("Alice: we go on");
    }
}
