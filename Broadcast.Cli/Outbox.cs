namespace Broadcast.Cli;

/// <summary>What is to go out: frames that are written already, and behind them lines that wait until they may be said.</summary>
internal sealed class Outbox
{
    /// <summary>How many lines wait at most, for a person; a pipe is not read as far ahead, and what was given at the start is kept anyway.</summary>
    public const int MostLines = 1000;

    private readonly Queue<string> _frames = new();
    private readonly Queue<string> _lines = new();

    /// <summary>The lines that wait.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>There is nothing to send.</summary>
    public bool IsEmpty => _frames.Count == 0 && _lines.Count == 0;

    /// <summary>Too much waits already for something typed.</summary>
    public bool IsFull => _lines.Count >= MostLines;

    /// <summary>To be said, behind all that waits.</summary>
    public void Add(string line) => _lines.Enqueue(line);

    /// <summary>To be sent in front of all lines.</summary>
    public void AddFrames(IEnumerable<string> frames)
    {
        foreach (var frame in frames)
        {
            _frames.Enqueue(frame);
        }
    }

    /// <summary>The next frame, if there is one.</summary>
    public string? NextFrame() => _frames.TryDequeue(out var frame) ? frame : null;

    /// <summary>The next line, if there is one.</summary>
    public string? NextLine() => _lines.TryDequeue(out var line) ? line : null;

    /// <summary>Frames were for a connection that has ended.</summary>
    public void DropFrames() => _frames.Clear();

    /// <summary>Nothing is to be sent any more.</summary>
    public void Clear()
    {
        _frames.Clear();
        _lines.Clear();
    }
}
