using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Broadcast.Bench.Native;

namespace Broadcast.Bench.Servers;

/// <summary>A server that this program has started, and ends.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(3);

    private readonly Process _process;

    private ServerProcess(Process process, int port, string log)
    {
        _process = process;
        Port = port;
        Log = log;
    }

    public int Port { get; }

    /// <summary>The file with what it prints.</summary>
    public string Log { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>Its exit status, once it has one.</summary>
    public int ExitStatus => _process.ExitCode;

    /// <summary>Starts a peer and waits until it listens.</summary>
    /// <param name="peer">Which.</param>
    /// <param name="core">The core that it gets to itself, or null.</param>
    /// <param name="arguments">What is added to its command line.</param>
    public static async Task<ServerProcess> StartAsync(Peer peer, int? core, IEnumerable<string> arguments)
    {
        var port = FreePort();
        var log = Path.Combine(Places.Results, "logs", peer.Name + ".log");
        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = Places.Bench };
        string[] pinned = core is { } number ? ["taskset", "-c", number.ToString(CultureInfo.InvariantCulture)] : [];

        // exec, so that the process we know is the server itself.
        string[] command =
        [
            "-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1", "sh", log, .. pinned,
            Path.Combine(Places.Bench, "peers", peer.Name, "start"), port.ToString(CultureInfo.InvariantCulture), .. arguments,
        ];
        foreach (var word in command)
        {
            start.ArgumentList.Add(word);
        }

        var server = new ServerProcess(Process.Start(start)!, port, log);
        try
        {
            await server.ListensAsync();
            return server;
        }
        catch (TimeoutException late)
        {
            await server.DisposeAsync();
            throw new IOException($"{peer.Name} did not start; its output is in {log}", late);
        }
    }

    /// <summary>The time that it has had on a processor, its workers included.</summary>
    public TimeSpan CpuTime()
    {
        long ticks = 0;
        foreach (var id in Family())
        {
            // The command's name stands in parentheses and may hold anything; the fields behind it are counted from 3.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            ticks += long.Parse(fields[14 - 3], CultureInfo.InvariantCulture) + long.Parse(fields[15 - 3], CultureInfo.InvariantCulture);
        }

        // USER_HZ is 100 on every Linux that .NET runs on.
        return TimeSpan.FromMilliseconds(10 * ticks);
    }

    /// <summary>The memory that it has in use, its workers' included, in KiB.</summary>
    public long ResidentKiB() => Family()
        .SelectMany(id => File.ReadLines($"/proc/{id}/status"))
        .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));

    /// <summary>Sends it a signal.</summary>
    public void Signal(int signal) => _ = Libc.Kill(_process.Id, signal);

    /// <summary>What its heap holds; only of a peer with the hook.</summary>
    public async Task<Heap> HeapAsync()
    {
        var path = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"broadcast-heap.{_process.Id}"));
        File.Delete(path);
        Signal(Libc.SigUser1);
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < StartTime;)
        {
            if (File.Exists(path))
            {
                var numbers = (await File.ReadAllTextAsync(path)).Split(' ').Select(text => long.Parse(text, CultureInfo.InvariantCulture)).ToList();
                File.Delete(path);
                return new Heap(numbers[0], numbers[1], numbers[2]);
            }

            await Task.Delay(10);
        }

        throw new TimeoutException("the server does not say what its heap holds");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signal(Libc.SigTerm);
            using var patience = new CancellationTokenSource(StopTime);
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }

    private async Task ListensAsync()
    {
        for (var started = Stopwatch.GetTimestamp(); !_process.HasExited && Stopwatch.GetElapsedTime(started) < StartTime;)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20);
            }
        }

        throw new TimeoutException();
    }

    private List<int> Family()
    {
        List<int> family = [_process.Id];
        for (var place = 0; place < family.Count; place++)
        {
            foreach (var thread in Directory.EnumerateDirectories($"/proc/{family[place]}/task"))
            {
                family.AddRange(ChildrenOf(thread));
            }
        }

        return family;
    }

    private static IEnumerable<int> ChildrenOf(string thread)
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, "children"))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(id => int.Parse(id, CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // It has ended meanwhile, and what it began is another thread's now.
            return [];
        }
    }

    // Below the ports that connections are given, or one of ours could have it before the server does.
    private static int FreePort()
    {
        for (var tries = 0; tries < 100; tries++)
        {
            var port = RandomNumberGenerator.GetInt32(15_000, 32_000);
            using var probe = new TcpListener(IPAddress.Loopback, port);
            try
            {
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }

        throw new IOException("there is no free port");
    }
}
