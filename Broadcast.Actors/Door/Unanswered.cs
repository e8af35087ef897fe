namespace Broadcast.Actors.Door;

/// <summary>Connections that have no answer yet, those first that have waited longest.</summary>
internal sealed class Unanswered
{
    private readonly LinkedList<IVisitor> _row = [];
    private readonly Dictionary<IVisitor, LinkedListNode<IVisitor>> _places = [];

    /// <summary>How many there are.</summary>
    public int Count => _row.Count;

    /// <summary>One more.</summary>
    public void Add(IVisitor visitor) => _places.Add(visitor, _row.AddLast(visitor));

    /// <summary>One has its answer, or has gone.</summary>
    public void Remove(IVisitor visitor)
    {
        if (_places.Remove(visitor, out var place))
        {
            _row.Remove(place);
        }
    }

    /// <summary>Cuts so many of those that have waited longest, or all.</summary>
    /// <returns>How many there were to cut.</returns>
    public int Cut(int most)
    {
        var cut = 0;
        while (cut < most && _row.First is { Value: var visitor })
        {
            Remove(visitor);
            cut += visitor.TryCut() ? 1 : 0;
        }

        return cut;
    }
}

/// <summary>A connection that has no answer yet.</summary>
public interface IVisitor
{
    /// <summary>Ends it at once, if it still has none; what it held is free then.</summary>
    /// <returns>Whether it had none.</returns>
    bool TryCut();
}
