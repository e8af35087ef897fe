using System.Threading.Channels;
using Broadcast.Cli.Editing;

namespace Broadcast.Cli;

/// <summary>
/// Where lines come from: the keys of a terminal that are edited here, or whole lines. It outlives the connections; its
/// threads only tell the chat client's loop, which owns it.
/// </summary>
internal sealed class Input : IDisposable
{
    private readonly IRawTerminal? _raw;
    private readonly ChannelWriter<Happening> _happenings;
    private readonly LineReader _lines;
    private IDisposable? _watching;
    private bool _waitsForMore;

    /// <summary>Reads nothing yet.</summary>
    /// <param name="terminal">Where the person is.</param>
    /// <param name="editor">Set where keys are edited here.</param>
    /// <param name="happenings">To the loop.</param>
    public Input(Terminal terminal, LineEditor? editor, ChannelWriter<Happening> happenings)
    {
        _raw = editor is null ? null : terminal.Raw;
        _happenings = happenings;
        _lines = new LineReader(terminal.Input, happenings);
    }

    /// <summary>Begins to read.</summary>
    public void Start()
    {
        if (_raw is null)
        {
            _lines.ReadOn();
            return;
        }

        _watching = _raw.Watch(happening => _happenings.TryWrite(happening));
        _raw.Enter();
        new KeyReader(_raw.Keys, _happenings).Start();
    }

    /// <summary>So many lines have been read that the rest is left where it is until <see cref="ReadOn"/>.</summary>
    public void Pause() => _waitsForMore = true;

    /// <summary>There is room for more lines.</summary>
    public void ReadOn()
    {
        if (_waitsForMore)
        {
            _waitsForMore = false;
            _lines.ReadOn();
        }
    }

    /// <summary>Gives the terminal back and stops the process, as Ctrl-Z does.</summary>
    public void Stop()
    {
        _raw?.Leave();
        _raw?.Stop();
    }

    /// <summary>The process goes on: takes the terminal again.</summary>
    public void GoOn() => _raw?.Enter();

    /// <inheritdoc/>
    public void Dispose()
    {
        _raw?.Leave();
        _watching?.Dispose();
    }
}
