using System.Runtime.InteropServices;

namespace Broadcast.Cli;

/// <summary>
/// Ctrl+C and its relatives. The first asks to leave politely; the second ends the process at once, whatever it is
/// waiting for. A process that cannot leave (its output is stuck) is ended after <see cref="Limit"/>.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    // More than the goodbye takes at its longest: the rest of a line and then the close reply.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(6);

    private readonly CancellationTokenSource _leave = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private Timer? _limit;
    private int _count;

    private Interrupts()
    {
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Leave => _leave.Token;

    /// <summary>Takes over SIGINT, SIGTERM and SIGHUP until disposed.</summary>
    public static Interrupts Watch()
    {
        var interrupts = new Interrupts();
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            interrupts._registrations.Add(PosixSignalRegistration.Create(signal, interrupts.Take));
        }

        return interrupts;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _limit?.Dispose();
        _leave.Dispose();
    }

    private void Take(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _count) > 1)
        {
            Environment.Exit(ExitCode.Interrupted);
        }

        _limit = new Timer(static _ => Environment.Exit(ExitCode.Interrupted), state: null, Limit, Timeout.InfiniteTimeSpan);
        _leave.Cancel();
    }
}
