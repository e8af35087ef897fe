namespace Broadcast.Cli;

/// <summary>The names that have been read lately in what arrived, for Tab. A name too many or too few is no harm here.</summary>
internal sealed class PeopleSeen
{
    private const int Most = 1000;
    private const string OfSystem = "System: ";
    private const string Joined = " joined the chat";
    private const string Left = " left the chat";
    private const string Renamed = " is now known as ";
    private const string Here = " here: ";

    private readonly LinkedList<string> _names = [];

    /// <summary>Whoever was heard last comes first.</summary>
    public IReadOnlyCollection<string> Names => _names;

    /// <summary>Reads a line that arrived.</summary>
    public void Hear(string arrival)
    {
        if (!arrival.StartsWith(OfSystem, StringComparison.Ordinal))
        {
            var end = arrival.IndexOf(": ", StringComparison.Ordinal);
            if (end > 0)
            {
                Add(arrival[..end]);
            }

            return;
        }

        var said = arrival[OfSystem.Length..];
        if (said.EndsWith(Joined, StringComparison.Ordinal))
        {
            Add(said[..^Joined.Length]);
        }
        else if (said.EndsWith(Left, StringComparison.Ordinal))
        {
            _names.Remove(said[..^Left.Length]);
        }
        else if (said.Split(Renamed) is [var was, var now])
        {
            _names.Remove(was);
            Add(now);
        }
        else if (said.Split(Here) is [_, var names])
        {
            foreach (var name in names.Split(", ").Reverse())
            {
                Add(name);
            }
        }
    }

    private void Add(string name)
    {
        if (name.Length == 0)
        {
            return;
        }

        _names.Remove(name);
        _names.AddFirst(name);
        if (_names.Count > Most)
        {
            _names.RemoveLast();
        }
    }
}
