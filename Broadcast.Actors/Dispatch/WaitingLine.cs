namespace Broadcast.Actors.Dispatch;

/// <summary>
/// First in, first out, for many who put in and one who takes out. A link each, and one more while it is empty: the
/// first link's item has been taken already. Nobody ever waits.
/// </summary>
internal sealed class WaitingLine<T>
{
    private Link _first;
    private Link _last;

    public WaitingLine() => _first = _last = new Link(default!);

    /// <summary>
    /// Whether there is nothing to take. To anybody but the one who takes it may say so too late or, while that one takes,
    /// too early: it is to be asked again by whoever has taken, before going to rest.
    /// </summary>
    public bool IsEmpty => Volatile.Read(ref Volatile.Read(ref _first).Next) is null;

    /// <summary>
    /// Puts an item behind all others. To be called by anybody. It ends in a full fence: who adds and then sees the one
    /// who takes still at work may go, because that one will see the item when it looks a last time.
    /// </summary>
    public void Add(T item)
    {
        var link = new Link(item);
        _ = Interlocked.Exchange(ref Interlocked.Exchange(ref _last, link).Next, link);
    }

    /// <summary>Takes the first item. To be called by one at a time.</summary>
    public bool TryTake(out T item)
    {
        var first = _first;
        if (Volatile.Read(ref first.Next) is not { } next)
        {
            item = default!;
            return false;
        }

        item = next.Item;
        next.Item = default!;
        Volatile.Write(ref _first, next);
        // A link that has grown old would keep all that came after it from being collected as young.
        first.Next = null;
        return true;
    }

    private sealed class Link(T item)
    {
        public T Item = item;
        public Link? Next;
    }
}
