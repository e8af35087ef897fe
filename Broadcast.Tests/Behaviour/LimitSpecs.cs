using System.Text;
using Broadcast.Actors.Wire;
using Broadcast.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Broadcast.Tests.Behaviour;

/// <summary>Each limit at its edge, the last that is allowed and the first that is not, and off.</summary>
public sealed class LimitSpecs
{
    // Who connects from this machine is nowhere; a proxy on it that is declared says where its clients are.
    private const string Declared = "broadcast.trusted-proxies=127.0.0.1";

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7", "203.0.113.8")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:3::1")]
    public async Task One_connection_more_from_an_address_is_told_to_come_back_and_other_addresses_are_let_in(
        string address, string sameAddress, string otherAddress)
    {
        await using var server = await Server.StartAsync(Declared, "broadcast.limits.connections-per-address=2");
        using var first = await RawPeer.JoinAsync(server.Port, "/ws?name=First", headers: From(address));
        await using var second = await Person.JoinAsync(server.Address("Second"), options => options.SetRequestHeader("X-Forwarded-For", sameAddress));
        await RefusedAsync(server, sameAddress, CloseReason.AddressFull);
        await using var other = await Person.JoinAsync(server.Address("Other"), options => options.SetRequestHeader("X-Forwarded-For", otherAddress));

        await second.LeaveAsync();
        await other.HearUntilAsync("System: Second left the chat");
        using var third = await RawPeer.JoinAsync(server.Port, "/ws?name=Third", headers: From(address));
        await RefusedAsync(server, address, CloseReason.AddressFull);
    }

    [Fact]
    public async Task Who_connects_too_often_is_told_to_come_back()
    {
        await using var server = await Server.StartAsync(new FakeTimeProvider(), Declared, "broadcast.limits.joins-per-second-per-address=3");
        for (var n = 0; n < 3; n++)
        {
            using var peer = await RawPeer.JoinAsync(server.Port, "/ws", headers: From("203.0.113.7"));
        }

        await RefusedAsync(server, "203.0.113.7", CloseReason.JoinsTooFast);
        using var other = await RawPeer.JoinAsync(server.Port, "/ws", headers: From("203.0.113.8"));
    }

    [Fact]
    public async Task Zero_turns_the_limits_of_connections_off()
    {
        await using var server = await Server.StartAsync(
            Declared, "broadcast.limits.connections=0", "broadcast.limits.connections-per-address=0", "broadcast.limits.joins-per-second-per-address=0");
        List<RawPeer> peers = [];
        for (var n = 0; n < 300; n++)
        {
            peers.Add(await RawPeer.JoinAsync(server.Port, "/ws", headers: From("203.0.113.7")));
        }

        peers.ForEach(peer => peer.Dispose());
    }

    [Fact]
    public async Task Only_a_declared_proxy_is_believed()
    {
        await using var server = await Server.StartAsync(
            "broadcast.trusted-proxies=10.0.0.0/8", "broadcast.limits.connections-per-address=1", "broadcast.limits.joins-per-second-per-address=1");
        for (var n = 0; n < 3; n++)
        {
            using var peer = await RawPeer.JoinAsync(server.Port, "/ws", headers: From("203.0.113.7"));
        }
    }

    [Fact]
    public async Task Of_what_clients_put_in_the_header_themselves_nothing_counts()
    {
        await using var server = await Server.StartAsync(Declared, "broadcast.limits.connections-per-address=1");
        using var peer = await RawPeer.JoinAsync(server.Port, "/ws", headers: From("192.0.2.1, 203.0.113.7"));
        await RefusedAsync(server, "192.0.2.2, 203.0.113.7", CloseReason.AddressFull);
        await RefusedAsync(server, "127.0.0.1, 203.0.113.7", CloseReason.AddressFull);
    }

    [Fact]
    public async Task A_name_may_be_changed_so_often_a_minute_and_no_more()
    {
        await using var server = await Server.StartAsync(new FakeTimeProvider(), "broadcast.limits.renames-per-minute=3");
        await using var alice = await server.JoinAsync("Alice");
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        await alice.HearsAsync("System: Bob joined the chat");
        for (var n = 1; n <= 3; n++)
        {
            await alice.SayAsync($"/name Alice{n}");
            await alice.HearUntilAsync($"System: {(n == 1 ? "Alice" : $"Alice{n - 1}")} is now known as Alice{n}");
        }

        await alice.SayAsync("/name Alice4");
        await alice.HearsAsync("System: a name may be changed 3 times a minute: wait a moment and try again");

        // Each has a minute of its own.
        for (var n = 1; n <= 4; n++)
        {
            await bob.SendAsync($$"""{"type":"rename","name":"Bob{{n}}","n":{{n}}}""");
        }

        Arrival last;
        do
        {
            last = await bob.HearAsync();
        }
        while (last is not Error);
        Assert.Equal(("too-fast", 4L), (((Error)last).Code, ((Error)last).N!.Value));
        await alice.SayAsync("/who");
        await alice.HearUntilAsync("System: 2 here: Alice3, Bob3");
    }

    [Fact]
    public async Task Zero_turns_the_limit_of_renames_off()
    {
        await using var server = await Server.StartAsync(new FakeTimeProvider(), "broadcast.limits.renames-per-minute=0");
        await using var alice = await server.JoinAsync("Alice");
        for (var n = 1; n <= 100; n++)
        {
            await alice.SayAsync($"/name Alice{n}");
            await alice.HearsAsync($"System: {(n == 1 ? "Alice" : $"Alice{n - 1}")} is now known as Alice{n}");
        }
    }

    [Fact]
    public async Task Zero_turns_the_limit_of_a_name_off_up_to_what_any_name_may_have()
    {
        var longest = new string('x', 32);
        await using var server = await Server.StartAsync("broadcast.limits.name-length=0");
        await using var alice = await server.JoinAsync(longest);
        Assert.Equal($"System: {longest} joined the chat", alice.Joined);
        await alice.SayAsync($"/name {longest}x");
        await alice.HearsAsync("System: a name has at most 32 characters");
    }

    [Fact]
    public async Task Zero_turns_the_limit_of_a_message_off()
    {
        var line = new string('x', 1 << 20);
        await using var server = await Server.StartAsync("broadcast.limits.message-bytes=0");
        await using var alice = await server.JoinAsync("Alice");
        await alice.SayAsync(line);
        await alice.HearsAsync($"Alice: {line}");
    }

    [Fact]
    public async Task Zero_turns_the_limit_of_lines_off_and_a_burst_with_it()
    {
        await using var server = await Server.StartAsync(new FakeTimeProvider(), "broadcast.limits.lines-per-second=0", "broadcast.limits.burst=1");
        await using var alice = await server.JoinAsync("Alice");
        for (var n = 0; n < 300; n++)
        {
            await alice.SayAsync($"{n}");
        }

        await alice.HearsAsync([.. Enumerable.Range(0, 300).Select(n => $"Alice: {n}")]);
    }

    [Fact]
    public async Task A_name_may_be_so_long_and_no_longer()
    {
        await using var server = await Server.StartAsync("broadcast.limits.name-length=5");
        await using var alice = await server.JoinAsync("Alice");
        Assert.Equal("System: Alice joined the chat", alice.Joined);
        await using var robert = await Person.JoinAsync(server.Address("Robert"));
        Assert.Equal("System: anonymous joined the chat", robert.Joined);
        await robert.HearsAsync("System: a name has at most 5 characters here, so you are anonymous: /name New changes it");
        await robert.SayAsync("/name Robert");
        await robert.HearsAsync("System: a name has at most 5 characters here");
        await robert.SayAsync("/name Rob");
        await robert.HearsAsync("System: anonymous is now known as Rob");
    }

    [Fact]
    public async Task Who_floods_is_slowed_and_told_so_and_every_line_is_said()
    {
        await using var server = await Server.StartAsync("broadcast.limits.lines-per-second=200", "broadcast.limits.burst=20");
        await using var alice = await server.JoinAsync("Alice");
        await using var bob = await server.JoinAsync("Bob");
        await alice.HearsAsync("System: Bob joined the chat");
        for (var n = 0; n < 200; n++)
        {
            await bob.SayAsync($"{n}");
        }

        await alice.HearsAsync([.. Enumerable.Range(0, 200).Select(n => $"Bob: {n}")]);
        var notices = (await bob.HearUntilAsync("Bob: 199")).Where(line => line.StartsWith("System: you are sending too fast", StringComparison.Ordinal));
        Assert.NotEmpty(notices);
    }

    [Theory]
    [InlineData(16384 - 1, "HTTP/1.1 101 ")]
    [InlineData(16384 + 1, "HTTP/1.1 431 ")]
    public async Task The_fields_of_a_request_may_be_so_long_and_no_longer(int bytes, string answer)
    {
        await using var server = await Server.StartAsync();
        using var peer = await RawPeer.ConnectAsync(server.Port);
        var request = RawPeer.Upgrade("/ws");
        var fields = Encoding.ASCII.GetByteCount(request) - request.IndexOf("\r\n", StringComparison.Ordinal) - 2 - 2;
        const string Field = "X-Long: \r\n";
        await peer.SendAsync(Encoding.ASCII.GetBytes(RawPeer.Upgrade("/ws", Field.Insert(8, new string('x', bytes - fields - Field.Length)))));
        Assert.StartsWith(answer, await peer.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16384, "HTTP/1.1 101 ")]
    [InlineData(16384 + 1, "HTTP/1.1 414 ")]
    public async Task The_line_of_a_request_may_be_so_long_and_no_longer(int bytes, string answer)
    {
        await using var server = await Server.StartAsync();
        using var peer = await RawPeer.ConnectAsync(server.Port);
        const string Rest = "GET /ws? HTTP/1.1\r\n";
        await peer.SendAsync(Encoding.ASCII.GetBytes(RawPeer.Upgrade($"/ws?{new string('x', bytes - Rest.Length)}")));
        Assert.StartsWith(answer, await peer.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Zero_turns_the_limit_of_the_request_off()
    {
        await using var server = await Server.StartAsync("broadcast.limits.request-head-bytes=0");
        using var peer = await RawPeer.JoinAsync(server.Port, "/ws?" + new string('x', 40_000), headers: $"X-Long: {new string('x', 40_000)}\r\n");
    }

    [Fact]
    public async Task A_connection_that_says_nothing_is_cut_when_its_time_is_over_and_not_before()
    {
        var time = new FakeTimeProvider();
        await using var server = await Server.StartAsync(time);
        using var silent = await RawPeer.ConnectAsync(server.Port);
        using var slow = await RawPeer.ConnectAsync(server.Port);
        await slow.SendAsync(Encoding.ASCII.GetBytes(RawPeer.Upgrade("/ws"))[..20]);
        await using var busy = await server.JoinAsync("Busy");
        time.Advance(TimeSpan.FromSeconds(10));
        await silent.ClosedByServerAsync();
        await slow.ClosedByServerAsync();

        // Who is in has no such time.
        await busy.SayAsync("still here");
        await busy.HearsAsync("Busy: still here");
    }

    [Fact]
    public async Task A_request_that_ends_just_in_time_is_answered()
    {
        var time = new FakeTimeProvider();
        await using var server = await Server.StartAsync(time);
        using var slow = await RawPeer.ConnectAsync(server.Port);
        using var late = await RawPeer.ConnectAsync(server.Port);
        var request = Encoding.ASCII.GetBytes(RawPeer.Upgrade("/ws"));
        await slow.SendAsync(request[..20]);
        await late.SendAsync(request[..20]);

        // Who comes behind them has been accepted behind them.
        await using var busy = await server.JoinAsync("Busy");
        time.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromTicks(1));
        await slow.SendAsync(request[20..]);
        Assert.StartsWith("HTTP/1.1 101 ", await slow.ReadHeadAsync(), StringComparison.Ordinal);
        time.Advance(TimeSpan.FromTicks(1));
        await late.ClosedByServerAsync();
    }

    [Fact]
    public async Task A_server_that_was_stopped_has_time_for_a_request_that_came_meanwhile()
    {
        var time = new FakeTimeProvider();
        await using var server = await Server.StartAsync(time);
        using var slow = await RawPeer.ConnectAsync(server.Port);
        var request = Encoding.ASCII.GetBytes(RawPeer.Upgrade("/ws"));
        await slow.SendAsync(request[..20]);
        await using var busy = await server.JoinAsync("Busy");
        time.Advance(TimeSpan.FromHours(1));
        await slow.SendAsync(request[20..]);
        Assert.StartsWith("HTTP/1.1 101 ", await slow.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_machine_that_is_too_busy_to_be_in_time_who_asks_for_nothing_is_closed_all_the_same()
    {
        var time = new FakeTimeProvider();
        await using var server = await Server.StartAsync(time);
        using var late = await RawPeer.ConnectAsync(server.Port);
        await late.SendAsync(Encoding.ASCII.GetBytes(RawPeer.Upgrade("/ws"))[..20]);
        await using var busy = await server.JoinAsync("Busy");
        time.Advance(TimeSpan.FromSeconds(20));
        time.Advance(TimeSpan.FromSeconds(20));
        await late.ClosedByServerAsync();
    }

    [Fact]
    public async Task Zero_turns_the_limit_of_a_handshake_off()
    {
        var time = new FakeTimeProvider();
        await using var server = await Server.StartAsync(time, "broadcast.limits.handshake=0");
        using var slow = await RawPeer.ConnectAsync(server.Port);
        var request = Encoding.ASCII.GetBytes(RawPeer.Upgrade("/ws"));
        await slow.SendAsync(request[..20]);
        await using var busy = await server.JoinAsync("Busy");
        time.Advance(TimeSpan.FromHours(1));
        await slow.SendAsync(request[20..]);
        Assert.StartsWith("HTTP/1.1 101 ", await slow.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20_000, 19_680)]
    [InlineData(1_024, 704)]
    [InlineData(512, 192)]
    [InlineData(400, 80)]
    [InlineData(100, 1)]
    public void Connections_are_kept_under_the_limit_of_open_files(long openFiles, int connections) =>
        Assert.Equal(connections, Broadcast.Host.OpenFiles.RoomForConnections(openFiles));

    [Fact]
    public async Task Where_the_limit_of_open_files_binds_one_more_is_told_that_it_is_full()
    {
        const int OpenFiles = 360;
        await using var server = HostProcess.StartUnder(
            ["bash", "-c", $"ulimit -n {OpenFiles}; exec \"$0\" \"$@\""], new(StringComparer.Ordinal), "--port", "0", "--host", "localhost");
        var port = (await server.StartedAsync()).Port;
        List<RawPeer> members = [];
        for (var n = 0; n < Broadcast.Host.OpenFiles.RoomForConnections(OpenFiles); n++)
        {
            members.Add(await RawPeer.JoinAsync(port, $"/ws?name=m{n}"));
        }

        for (var n = 0; n < 3; n++)
        {
            using var oneMore = await RawPeer.ConnectAsync(port);
            await oneMore.SendAsync(Encoding.ASCII.GetBytes(RawPeer.Upgrade("/ws")));
            Assert.StartsWith("HTTP/1.1 503 ", await oneMore.ReadHeadAsync(), StringComparison.Ordinal);
        }

        members.ForEach(member => member.Dispose());
    }

    private static string From(string address) => $"X-Forwarded-For: {address}\r\n";

    private static async Task RefusedAsync(Server server, string address, CloseReason why)
    {
        using var peer = await RawPeer.ConnectAsync(server.Port);
        await peer.SendAsync(Encoding.ASCII.GetBytes(RawPeer.Upgrade("/ws", From(address))));
        var head = await peer.ReadHeadAsync();
        Assert.StartsWith($"HTTP/1.1 {why.Code} ", head, StringComparison.Ordinal);
        Assert.Contains("Retry-After: ", head, StringComparison.Ordinal);
    }
}
