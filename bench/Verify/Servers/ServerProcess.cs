using System.Diagnostics;
using System.Globalization;

namespace Broadcast.Verify.Servers;

/// <summary>The real server, as a process of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly string Program = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "..", "..", "..", "Broadcast.Host", "bin", "Release", "net10.0", "Broadcast.Host"));

    // What has the server say what its heap holds.
    private static readonly string Hook = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "..", "..", "peers", "broadcast-watched", "bin", "Release", "net10.0", "broadcast-watched.dll"));

    private static readonly string[] Anywhere = ["--host", "127.0.0.1", "--port", "0"];

    private readonly Process _process;
    private readonly Task<string> _errors;

    private ServerProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    public int Port { get; private set; }

    public bool HasEnded => _process.HasExited;

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="arguments">What it is told.</param>
    /// <param name="deadline">When it has to listen.</param>
    /// <param name="isWatched">Whether <see cref="LiveKiBAsync"/> is wanted.</param>
    /// <exception cref="ServerException">It does not.</exception>
    public static async Task<ServerProcess> StartAsync(IEnumerable<string> arguments, CancellationToken deadline, bool isWatched = false)
    {
        var start = new ProcessStartInfo(Program) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        foreach (var word in Anywhere.Concat(arguments))
        {
            start.ArgumentList.Add(word);
        }

        if (isWatched)
        {
            start.Environment["DOTNET_STARTUP_HOOKS"] = Hook;
        }

        var server = new ServerProcess(Process.Start(start)!);
        if (await server._process.StandardOutput.ReadLineAsync(deadline) is not { } line || !line.StartsWith("Server started at ", StringComparison.Ordinal))
        {
            throw new ServerException($"the server did not start: {await server._errors.WaitAsync(deadline)}");
        }

        server.Port = new Uri(line["Server started at ".Length..]).Port;
        return server;
    }

    public void Signal(int signal) => _ = Libc.Kill(_process.Id, signal);

    /// <summary><c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Its exit status and what it had to say.</summary>
    public async Task<(int Status, string Errors)> EndAsync(CancellationToken deadline)
    {
        await _process.WaitForExitAsync(deadline);
        return (_process.ExitCode, await _errors.WaitAsync(deadline));
    }

    /// <summary>The memory that it has in use.</summary>
    public long ResidentKiB() => File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{_process.Id}/status"))
        .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));

    /// <summary>What is alive on its heap.</summary>
    public async Task<long> LiveKiBAsync(CancellationToken deadline)
    {
        var path = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"broadcast-heap.{_process.Id}"));
        File.Delete(path);
        Signal(Libc.SigUser1);
        while (!File.Exists(path))
        {
            await Task.Delay(20, deadline);
        }

        var live = long.Parse((await File.ReadAllTextAsync(path, deadline)).Split(' ')[0], CultureInfo.InvariantCulture) / 1024;
        File.Delete(path);
        return live;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }
}

/// <summary>The server did what it must not.</summary>
internal sealed class ServerException : Exception
{
    public ServerException(string message)
        : base(message)
    {
    }

    public ServerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public ServerException()
    {
    }
}
