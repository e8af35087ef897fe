using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Net.WebSockets;
using Broadcast.Tests.Hosting;
using Xunit.Abstractions;

namespace Broadcast.Tests.Behaviour;

/// <summary>
/// The real process in trouble: its disk, its descriptors, its clock, its memory, its time. <c>bench/faults</c> has them
/// happen; some take as long as the trouble does.
/// </summary>
public sealed class FaultRuns(ITestOutputHelper output)
{
    private const string Durable = "broadcast.durable=on";
    private const string LongGrace = "broadcast.resume.grace=1h";

    private static readonly Dictionary<string, string> None = new(StringComparer.Ordinal);

    [Fault]
    public async Task A_disk_that_is_full_at_the_start_is_a_line_and_nothing_is_lost()
    {
        await using var disk = await SmallDisk.MountAsync("size=1m");
        JsonPerson bob;
        await using (var first = Start(disk.Setting, Durable, LongGrace))
        {
            bob = await JsonPerson.JoinAsync(await first.StartedAsync(), "Bob");
            await bob.SayAsync("before", n: 1);
            await bob.HearsAsync(new Message(2, bob.Who, "before", N: 1), new Ack(1, 2));
        }

        disk.Fill();
        await using (var second = Start(disk.Setting, Durable, LongGrace))
        {
            await EndsWith74Async(second, "No space left on device");
        }

        disk.MakeRoom();
        await using var third = Start(disk.Setting, Durable, LongGrace);
        await using var again = await bob.ComeBackAsync(await third.StartedAsync());
        Assert.True(again.Welcome.Resumed);
        await again.SayAsync("before", n: 1);
        await again.HearsAsync(new Ack(1, 2));
        await bob.DisposeAsync();
    }

    [Fault]
    public async Task A_disk_that_is_full_while_people_talk_ends_the_server_and_nothing_answered_is_lost()
    {
        await using var disk = await SmallDisk.MountAsync("size=2m");
        JsonPerson alice, bob;
        var text = new string('x', 4000);
        var n = 0;
        await using (var first = Start(disk.Setting, Durable, LongGrace))
        {
            var address = await first.StartedAsync();
            alice = await JsonPerson.JoinAsync(address, "Alice");
            bob = await JsonPerson.JoinAsync(address, "Bob");
            var ends = false;
            while (!ends)
            {
                try
                {
                    await bob.SayAsync($"{++n} {text}", n);
                    _ = await bob.HearUntilAsync<Ack>(ack => ack.N == n);
                }
                catch (Exception e) when (e is WebSocketException or InvalidOperationException)
                {
                    ends = true;
                }
            }

            await EndsWith74Async(first, "No space left on device");
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{n - 1} lines were answered"));
        await disk.RemountAsync("size=64m");
        await using var second = Start(disk.Setting, Durable, LongGrace);
        var there = await second.StartedAsync();
        await using var bobAgain = await bob.ComeBackAsync(there);
        await using var aliceAgain = await alice.ComeBackAsync(there);
        Assert.Equal((true, true), (bobAgain.Welcome.Resumed, aliceAgain.Welcome.Resumed));
        await bobAgain.SayAsync($"{n} {text}", n);
        _ = await aliceAgain.HearUntilAsync<Message>(message => message.N == n);
        Assert.Equal(
            Enumerable.Range(1, n).Select(i => (long?)i),
            aliceAgain.View.Facts.OrderBy(fact => fact.Key).Select(fact => Arrival.Read(fact.Value)).OfType<Message>().Select(message => message.N));
        await alice.DisposeAsync();
        await bob.DisposeAsync();
    }

    [Fault]
    public async Task A_disk_that_is_full_when_the_server_is_asked_to_end_is_a_line_and_with_a_journal_nothing_is_lost()
    {
        foreach (var durable in new[] { "off", "on" })
        {
            await using var disk = await SmallDisk.MountAsync("size=1m");
            string[] settings = [disk.Setting, $"broadcast.durable={durable}", LongGrace];
            JsonPerson bob;
            await using (var first = Start(settings))
            {
                bob = await JsonPerson.JoinAsync(await first.StartedAsync(), "Bob");
                await bob.SayAsync("before", n: 1);
                _ = await bob.HearUntilAsync<Ack>(ack => ack.N == 1);
                disk.Fill();
                await first.SignalAsync("TERM");
                await EndsWith74Async(first, "No space left on device");
            }

            disk.MakeRoom();
            await using var second = Start(settings);
            await using var again = await bob.ComeBackAsync(await second.StartedAsync());
            Assert.Equal(durable == "on", again.Welcome.Resumed);
            Assert.Equal(durable == "on", again.Welcome.Epoch == bob.Welcome.Epoch);
            await bob.DisposeAsync();
        }
    }

    [Fault]
    public async Task A_directory_that_cannot_be_written_to_is_a_line_at_the_start()
    {
        await using var disk = await SmallDisk.MountAsync("size=1m,ro");
        await using var server = Start(disk.Setting);
        await EndsWith74Async(server, "Read-only file system");
    }

    [Fault]
    public async Task A_file_that_is_damaged_is_a_line_at_the_start_and_is_left_as_it_is()
    {
        using var folder = new Folder();
        await using (var first = Start(folder.Setting, Durable))
        {
            await using var bob = await JsonPerson.JoinAsync(await first.StartedAsync(), "Bob");
            for (var n = 1; n <= 3; n++)
            {
                await bob.SayAsync("a line that is kept", n);
                _ = await bob.HearUntilAsync<Ack>(ack => ack.N == n);
            }
        }

        var bytes = await File.ReadAllBytesAsync(folder.State);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(folder.State, bytes);
        await using var second = Start(folder.Setting, Durable);
        await EndsWith74Async(second, "room.state is damaged at byte ");
        Assert.Equal(bytes, await File.ReadAllBytesAsync(folder.State));
    }

    [Fault]
    public async Task Without_descriptors_who_is_in_goes_on_nothing_spins_and_the_end_is_in_order()
    {
        const int Limit = 400;
        using var folder = new Folder();
        await using var server = HostProcess.StartUnder(
            ["bash", "-c", $"ulimit -n {Limit}; exec \"$0\" \"$@\""], None, [.. Sets(folder.Setting, "broadcast.limits.lines-per-second=0")]);
        var address = await server.StartedAsync();
        await using var alice = await JsonPerson.JoinAsync(address, "Alice");
        await using var bob = await JsonPerson.JoinAsync(address, "Bob");
        List<Socket> silent = [];
        for (var n = 0; n < Limit; n++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync("127.0.0.1", address.Port).WaitAsync(Person.Patience);
            silent.Add(socket);
        }

        var (began, before) = (Stopwatch.GetTimestamp(), server.ProcessorTime);
        await Task.Delay(TimeSpan.FromSeconds(5));
        var share = (server.ProcessorTime - before) / Stopwatch.GetElapsedTime(began);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{share:P1} of a processor while all descriptors are held"));
        Assert.InRange(share, 0, 0.5);
        for (var n = 1; n <= 100; n++)
        {
            await bob.SayAsync($"line {n}", n);
            _ = await alice.HearUntilAsync<Message>(message => message.N == n);
        }

        // Whoever finds no room makes some.
        var carol = await ComesInAsync(address, "Carol") ?? await ComesInAsync(address, "Carol");
        Assert.NotNull(carol);
        await server.SignalAsync("TERM");
        foreach (var person in new[] { alice, bob, carol })
        {
            Assert.Equal(1012, (await person.HearUntilClosedAsync()).Code);
            person.Socket.Abort();
        }

        await carol.DisposeAsync();
        silent.ForEach(socket => socket.Dispose());
        var (status, _, errors) = await server.EndAsync();
        Assert.Equal(0, status);
        Assert.Contains("Refused a connection: no descriptors are left", errors, StringComparison.Ordinal);
        Assert.True(File.Exists(folder.State));
    }

    private static async Task<JsonPerson?> ComesInAsync(Uri address, string name)
    {
        try
        {
            return await JsonPerson.JoinAsync(address, name);
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    [Fault]
    public async Task A_clock_that_is_set_back_and_forth_disturbs_nobody()
    {
        var clock = Path.GetTempFileName();
        await File.WriteAllTextAsync(clock, "+0");
        var library = Directory.GetDirectories("/usr/lib").Select(path => Path.Combine(path, "faketime", "libfaketimeMT.so.1")).First(File.Exists);
        await using var server = HostProcess.StartUnder(
            [],
            new(StringComparer.Ordinal)
            {
                ["LD_PRELOAD"] = library,
                ["FAKETIME_TIMESTAMP_FILE"] = clock,
                ["FAKETIME_NO_CACHE"] = "1",
                ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
            },
            Sets("broadcast.keep-alive.interval=2s", "broadcast.keep-alive.timeout=20s", "broadcast.resume.grace=3s"));
        var address = await server.StartedAsync();
        await using var alice = await JsonPerson.JoinAsync(address, "Alice");
        await using var bob = await JsonPerson.JoinAsync(address, "Bob");
        List<DateTimeOffset> times = [];
        var n = 0;
        foreach (var offset in new[] { "+0", "-3d", "+3d", "-1h", "+0" })
        {
            await File.WriteAllTextAsync(clock, offset);

            for (var second = 0; second < 4; second++)
            {
                await bob.SayAsync($"{offset} {second}", ++n);
                _ = await alice.HearUntilAsync<Message>(message => message.N == n);
                times.Add(DateTimeOffset.Parse((string)System.Text.Json.Nodes.JsonNode.Parse(alice.Heard)!["time"]!, CultureInfo.InvariantCulture));
                await Task.Delay(TimeSpan.FromSeconds(1));
            }
        }

        output.WriteLine(string.Join('\n', times));
        Assert.True(times[4] < times[0].AddDays(-2), "the server's clock was not set");

        // A member that is away is gone after its time, and not before, whatever the clock says.
        bob.Socket.Abort();
        await alice.SendAsync(new { type = "who" });
        _ = await alice.HearUntilAsync<Members>(_ => true);
        await File.WriteAllTextAsync(clock, "+9d");
        await using var again = await bob.ComeBackAsync(address);
        Assert.True(again.Welcome.Resumed);
        again.Socket.Abort();
        await File.WriteAllTextAsync(clock, "-9d");
        var began = Stopwatch.GetTimestamp();
        _ = await alice.HearUntilAsync<Left>(left => left.Reason == "lost");
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.FromSeconds(2), Person.Patience);
        Assert.Equal(Enumerable.Range(1, n).Select(i => (long?)i), alice.View.Facts.OrderBy(fact => fact.Key).Select(fact => Arrival.Read(fact.Value)).OfType<Message>().Select(message => message.N));
        File.Delete(clock);
    }

    [Fault]
    public async Task A_server_that_is_stopped_for_a_minute_throws_nobody_out_and_everything_said_arrives()
    {
        await using var server = Start();
        var address = await server.StartedAsync();
        await using var alice = await JsonPerson.JoinAsync(address, "Alice");
        await using var bob = await JsonPerson.JoinAsync(address, "Bob");
        await using var plain = await Person.JoinAsync(new Uri(address, "?name=Plain"));
        await server.SignalAsync("STOP");
        for (var n = 1; n <= 20; n++)
        {
            await bob.SayAsync($"meanwhile {n}", n);
        }

        // Beyond interval and timeout.
        await Task.Delay(TimeSpan.FromSeconds(60));
        await server.SignalAsync("CONT");
        _ = await plain.HearUntilAsync("Bob: meanwhile 20");
        _ = await alice.HearUntilAsync<Message>(message => message.N == 20);

        // Who was silent all the time is looked at now.
        await Task.Delay(TimeSpan.FromSeconds(5));
        await plain.SayAsync("/who");
        _ = await plain.HearUntilAsync("System: 3 here: Alice, Bob, Plain");
    }

    [Fault]
    public async Task With_little_memory_a_server_goes_on_or_ends_with_a_line()
    {
        await using var server = HostProcess.StartUnder(
            [], new(StringComparer.Ordinal) { ["DOTNET_GCHeapHardLimit"] = "0x6000000" }, Sets("broadcast.limits.lines-per-second=0", "broadcast.limits.burst=1000"));
        var address = await server.StartedAsync();
        await using var alice = await JsonPerson.JoinAsync(address, "Alice");
        List<RawPeer> peers = [];
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        var line = new string('x', 60_000);
        for (var n = 0; n < 60; n++)
        {
            // Nobody of them reads.
            peers.Add(await RawPeer.JoinAsync(address.Port, $"/ws?name=Peer{n}", receiveBuffer: 4096));
        }

        var floods = peers.Take(10).Select(peer => FloodAsync(peer, line, enough.Token)).ToList();

        var listening = alice.HearUntilClosedAsync();
        await Task.WhenAny(Task.Delay(Timeout.Infinite, enough.Token), listening);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{server.ResidentMiB} MiB"));
        peers.ForEach(peer => peer.Dispose());
        await Task.WhenAll(floods);
        if (listening.IsCompleted)
        {
            var (status, _, errors) = await server.EndAsync();
            output.WriteLine(errors);
            Assert.NotEqual(0, status);
            Assert.Contains("emory", errors, StringComparison.Ordinal);
            return;
        }

        await using var carol = await Person.JoinAsync(new Uri(address, "?name=Carol"));
        await carol.SayAsync("still here");
        _ = await carol.HearUntilAsync("Carol: still here");
        await server.SignalAsync("TERM");
        alice.Socket.Abort();
        await carol.LeaveAsync();
        Assert.Equal(0, (await server.EndAsync()).Status);
    }

    [Fault]
    public async Task A_slow_disk_makes_lines_wait_together_and_drops_nobody()
    {
        using var folder = new Folder();
        var trace = Path.GetTempFileName();
        await using var server = HostProcess.StartUnder(
            ["strace", "-D", "-f", "-qq", "-o", trace, "-e", "trace=fsync", "-e", "inject=fsync:delay_enter=300000"],
            None,
            Sets(folder.Setting, Durable, "broadcast.limits.lines-per-second=0"));
        var address = await server.StartedAsync();
        List<JsonPerson> people = [];
        for (var n = 0; n < 8; n++)
        {
            people.Add(await JsonPerson.JoinAsync(address, $"P{n}"));
        }

        const int Lines = 200;
        var syncs = await SyncsAsync();
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(people.Select(TalkAsync));
        var took = Stopwatch.GetElapsedTime(began);
        syncs = await SyncsAsync() - syncs;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{people.Count * Lines} lines in {took.TotalSeconds:0.0} s with {syncs} commits, {server.ResidentMiB} MiB"));
        Assert.InRange(syncs, 1, people.Count * Lines / 10);
        people.ForEach(person => person.Socket.Abort());
        File.Delete(trace);

        async Task<int> SyncsAsync() => (await File.ReadAllLinesAsync(trace)).Count(line => line.Contains("fsync(", StringComparison.Ordinal));

        static async Task TalkAsync(JsonPerson person)
        {
            var (said, answered) = (0, 0);
            while (answered < Lines)
            {
                if (said < Lines && said - answered < 32)
                {
                    await person.SayAsync($"line {++said}", said);
                }
                else
                {
                    _ = await person.HearUntilAsync<Ack>(ack => ack.N == answered + 1);
                    answered++;
                }
            }
        }
    }

    private static async Task FloodAsync(RawPeer peer, string line, CancellationToken enough)
    {
        try
        {
            while (!enough.IsCancellationRequested)
            {
                await peer.SayAsync(line);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // It is read no further, or is gone.
        }
    }

    private static string[] Sets(params string[] settings) => ["--port", "0", "-H", "127.0.0.1", .. settings.SelectMany(setting => new[] { "--set", setting })];

    private static HostProcess Start(params string[] settings) => HostProcess.Start(Sets(settings));

    private static async Task EndsWith74Async(HostProcess server, string why)
    {
        var (status, _, errors) = await server.EndAsync();
        Assert.Equal(74, status);
        Assert.Contains(why, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }
}
