using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Broadcast.Cli;

/// <summary>The terminal of this process on Linux and macOS: raw while somebody types, and left as it was found.</summary>
/// <remarks>
/// Raw, but Ctrl-C and Ctrl-\ stay signals, for the whole group as ever: they work while this process is stuck, and
/// whoever has started it (<c>dotnet run</c>) gets them too. Ctrl-Z is a key: as a signal it would stop the others first,
/// and the shell would have the terminal before it was put back. Output keeps making a new row of <c>\n</c>.
/// </remarks>
[UnsupportedOSPlatform("windows")]
internal sealed class PosixTerminal : IRawTerminal
{
    // Bracketed paste: a pasted block comes between marks, so that its line breaks are not taken for Enter.
    private static readonly byte[] PasteOn = "\e[?2004h"u8.ToArray();
    private static readonly byte[] PasteOff = "\e[?2004l"u8.ToArray();

    // For those who share the terminal to have done what they do when they stop or go on.
    private static readonly TimeSpan AfterOthers = TimeSpan.FromMilliseconds(100);

    private readonly Stream _output;
    private readonly byte[] _usual = new byte[Libc.MostTermiosBytes];
    private Action<Happening>? _tell;
    private PosixSignalRegistration? _onStop;
    private int _isRaw;
    private volatile bool _isOver;

    private PosixTerminal(Stream keys, Stream output)
    {
        Keys = keys;
        _output = output;
        Reflows = Reflow.IsExpected(Environment.GetEnvironmentVariable);
    }

    /// <inheritdoc/>
    public Stream Keys { get; }

    /// <inheritdoc/>
    public int Columns => Libc.Columns();

    /// <inheritdoc/>
    public bool Reflows { get; }

    /// <summary>Where standard input is a terminal that can be switched; null where it cannot.</summary>
    /// <param name="keys">Reads it.</param>
    /// <param name="output">Writes to it at once.</param>
    public static PosixTerminal? Find(Stream keys, Stream output) =>
        Libc.KnowsThisSystem && Libc.GetTermios(new byte[Libc.MostTermiosBytes]) ? new PosixTerminal(keys, output) : null;

    /// <inheritdoc/>
    public void Enter()
    {
        if (_isOver)
        {
            return;
        }

        if (_isRaw == 0 && !Libc.GetTermios(_usual))
        {
            return;
        }

        if (_tell is not null)
        {
            _onStop ??= PosixSignalRegistration.Create(PosixSignal.SIGTSTP, TakeStop);
        }

        Interlocked.Exchange(ref _isRaw, 1);
        Libc.SetTermios(Libc.Raw(_usual));
        Write(PasteOn);
    }

    /// <inheritdoc/>
    public void Leave()
    {
        if (Interlocked.Exchange(ref _isRaw, 0) == 1)
        {
            Write(PasteOff);
            Libc.SetTermios(_usual);
        }
    }

    /// <inheritdoc/>
    public void Stop()
    {
        _onStop?.Dispose();
        _onStop = null;
        Libc.StopThisGroup();

        // A group that nobody would wake up is not stopped at all (POSIX calls it orphaned), and the line is wanted back.
        _ = GoOnAfterOthersAsync();
    }

    /// <inheritdoc/>
    public IDisposable Watch(Action<Happening> tell)
    {
        _tell = tell;
        AppDomain.CurrentDomain.ProcessExit += AtTheEnd;
        AppDomain.CurrentDomain.UnhandledException += AtTheEnd;
        _onStop = PosixSignalRegistration.Create(PosixSignal.SIGTSTP, TakeStop);
        return new Watching(
            this,
            PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => tell(new Resized())),
            PosixSignalRegistration.Create(PosixSignal.SIGCONT, TakeContinue),
            PosixSignalRegistration.Create(PosixSignal.SIGQUIT, _ => Leave()));
    }

    private void TakeStop(PosixSignalContext context)
    {
        context.Cancel = true;
        _tell?.Invoke(new StopAsked());
    }

    // Cancelled, or the runtime would put back the modes that it knows, a moment after ours. And twice: a parent that shares
    // the terminal, such as `dotnet run`, sets the modes that it likes when it goes on, too.
    private void TakeContinue(PosixSignalContext context)
    {
        context.Cancel = true;
        _tell?.Invoke(new Continued());
        _ = GoOnAfterOthersAsync();
    }

    private async Task GoOnAfterOthersAsync()
    {
        await Task.Delay(AfterOthers);
        _tell?.Invoke(new Continued());
    }

    private void AtTheEnd(object? sender, EventArgs e)
    {
        _isOver = true;
        Leave();
    }

    private void Write(byte[] bytes)
    {
        try
        {
            _output.Write(bytes);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // Whoever prints next will find out, too.
        }
    }

    private sealed class Watching(PosixTerminal terminal, params PosixSignalRegistration[] registrations) : IDisposable
    {
        public void Dispose()
        {
            foreach (var registration in registrations)
            {
                registration.Dispose();
            }

            terminal._onStop?.Dispose();
            terminal._onStop = null;
            terminal._tell = null;
            AppDomain.CurrentDomain.ProcessExit -= terminal.AtTheEnd;
            AppDomain.CurrentDomain.UnhandledException -= terminal.AtTheEnd;
        }
    }
}
