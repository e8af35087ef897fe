using System.Diagnostics;
using System.Globalization;

namespace Broadcast.Tests.Hosting;

/// <summary>The real executable, as a child of this process.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    private HostProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    public static HostProcess Start(params string[] args) => Start(new Dictionary<string, string>(StringComparer.Ordinal), args);

    public static HostProcess Start(Dictionary<string, string> variables, params string[] args) => StartUnder([], variables, args);

    /// <param name="launcher">A command that becomes the process whose command line stands behind it, as <c>exec</c> does.</param>
    /// <param name="variables">Of its environment.</param>
    /// <param name="args">The server's.</param>
    public static HostProcess StartUnder(string[] launcher, Dictionary<string, string> variables, params string[] args)
    {
        string[] command = [.. launcher, Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet"];
        var start = new ProcessStartInfo(command[0])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Anywhere but where its files are.
            WorkingDirectory = Path.GetTempPath(),
        };
        Array.ForEach(command[1..], start.ArgumentList.Add);
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Broadcast.Host.dll"));
        Array.ForEach(args, start.ArgumentList.Add);
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        return new HostProcess(Process.Start(start)!);
    }

    /// <summary>The processor's time that it has taken.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Its resident memory, in MiB.</summary>
    public long ResidentMiB
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 >> 20;
        }
    }

    /// <summary>Where it says that it has started.</summary>
    public async Task<Uri> StartedAsync()
    {
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(Person.Patience);
        const string Start = "Server started at ";
        Assert.StartsWith(Start, line ?? await _errors, StringComparison.Ordinal);
        return new Uri(line![Start.Length..]);
    }

    /// <summary>Sends a signal, such as <c>TERM</c>.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        using var deadline = new CancellationTokenSource(Person.Patience);
        await kill.WaitForExitAsync(deadline.Token);
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>How it ends, and what it has printed that nobody has read.</summary>
    public async Task<(int Status, string Output, string Errors)> EndAsync()
    {
        using var deadline = new CancellationTokenSource(Person.Patience);
        var output = await _process.StandardOutput.ReadToEndAsync(deadline.Token);
        var errors = await _errors.WaitAsync(deadline.Token);
        await _process.WaitForExitAsync(deadline.Token);
        return (_process.ExitCode, output, errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
