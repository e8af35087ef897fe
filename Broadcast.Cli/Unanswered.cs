namespace Broadcast.Cli;

/// <summary>
/// The lines that have been sent and not yet seen to come back, oldest first. Everybody hears a line as
/// <c>name: text</c>, its author included, and everybody hears all lines in one order.
/// </summary>
internal sealed class Unanswered
{
    // A server that changes texts never answers the oldest; what is kept for it is bounded all the same.
    private const int Most = 10_000;

    private readonly Queue<string> _endings = new();

    /// <summary>Nothing is waited for.</summary>
    public bool IsEmpty => _endings.Count == 0;

    /// <summary>A line goes out. A command is answered in ways of its own, if at all, and is not waited for.</summary>
    public void Said(string line)
    {
        if (line.StartsWith('/'))
        {
            return;
        }

        if (_endings.Count == Most)
        {
            _endings.Dequeue();
        }

        _endings.Enqueue($": {VisibleText.Of(line)}");
    }

    /// <summary>Whether what arrived is the oldest line coming back.</summary>
    public bool IsAnsweredBy(string arrival)
    {
        if (_endings.TryPeek(out var ending) && VisibleText.Of(arrival).EndsWith(ending, StringComparison.Ordinal))
        {
            _endings.Dequeue();
            return true;
        }

        return false;
    }
}
