namespace Broadcast.Cli;

/// <summary>
/// The lines that have been sent and not yet seen to come back, oldest first. Everybody hears a line as
/// <c>name: text</c>, its author included, and everybody hears all lines in one order.
/// </summary>
internal sealed class Unanswered
{
    // A server that changes texts never answers the oldest; what is kept for it is bounded all the same.
    private const int Most = 10_000;

    private readonly Queue<(string Line, string Ending)> _said = new();

    /// <summary>How many are waited for.</summary>
    public int Count => _said.Count;

    /// <summary>As they were said.</summary>
    public IReadOnlyList<string> Lines => [.. _said.Select(said => said.Line)];

    /// <summary>A line goes out. A command is answered in ways of its own, if at all, and is not waited for.</summary>
    public void Said(string line)
    {
        if (line.StartsWith('/'))
        {
            return;
        }

        if (_said.Count == Most)
        {
            _said.Dequeue();
        }

        _said.Enqueue((line, $": {VisibleText.Of(line)}"));
    }

    /// <summary>Whether what arrived is the oldest line coming back.</summary>
    public bool IsAnsweredBy(string arrival)
    {
        if (_said.TryPeek(out var oldest) && VisibleText.Of(arrival).EndsWith(oldest.Ending, StringComparison.Ordinal))
        {
            _said.Dequeue();
            return true;
        }

        return false;
    }
}
