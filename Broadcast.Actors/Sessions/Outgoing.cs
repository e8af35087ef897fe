using System.Diagnostics.CodeAnalysis;
using Broadcast.Actors.Rooms;

namespace Broadcast.Actors.Sessions;

/// <summary>
/// What one session has still to write of what the room tells it, in the order in which it is to be written: a cursor in
/// the room's log, what is at hand behind it, and the private frames, each behind the facts that came before it. Owned by
/// one actor.
/// </summary>
internal sealed class Outgoing
{
    // What of the log is at hand behind the cursor.
    private LogSlice _next;

    // The notice of what the log no longer had; it stands in the place of the facts that are missing.
    private ReadOnlyMemory<byte>? _gap;

    // Of these, made when the first comes, most sessions need none for most of what they write.
    private Queue<PrivateFrame>? _privates;
    private Queue<PrivateFrame>? _givenOut;

    // The last fact known to exist, and the last one that is owed where the session is to end.
    private long _latest;
    private long? _owed;

    /// <summary>The last fact written or being written.</summary>
    public long Cursor { get; private set; }

    /// <summary>How many private frames wait.</summary>
    public int Privates => _privates?.Count ?? 0;

    /// <summary>Whether there is more than is at hand.</summary>
    public bool IsBehind => Cursor < _latest;

    /// <summary>Whether everything that is owed has been given out; false as long as it is not known what is.</summary>
    public bool IsPaid => Cursor >= _owed;

    /// <summary>The facts behind a cursor are to be written, of which there are some already.</summary>
    public void Begin(long cursor, long latest) => (Cursor, _latest) = (cursor, latest);

    /// <summary>There are facts up to this one.</summary>
    public void Hear(long latest) => _latest = Math.Max(_latest, latest);

    /// <summary>Nothing behind this fact is owed any more.</summary>
    public void OweUpTo(long last)
    {
        _owed = last;
        Hear(last);
    }

    /// <summary>A slice counts where it goes on behind the cursor, whole or in part; another is news of what there is to ask for.</summary>
    public void Add(LogSlice slice)
    {
        if (_next.IsEmpty && slice.First <= Cursor + 1)
        {
            _next = slice.After(Cursor);
        }
    }

    /// <summary>The log does not have what was asked for; where the cursor has moved on since, that is no matter.</summary>
    public void Add(Overtaken overtaken)
    {
        if (overtaken.Asked == Cursor)
        {
            _next = default;
            _gap = overtaken.Notice;
            Cursor = overtaken.Cursor;
            Hear(Cursor);
        }
    }

    /// <summary>A private frame, in its place.</summary>
    public void Add(PrivateFrame frame) => (_privates ??= new Queue<PrivateFrame>()).Enqueue(frame);

    /// <summary>The private frames that have been given out, each once.</summary>
    public bool TryTakeGivenOut([NotNullWhen(true)] out PrivateFrame? line)
    {
        line = null;
        return _givenOut?.TryDequeue(out line) == true;
    }

    /// <summary>
    /// What is next: word of a gap where it is, a private frame as soon as its place is reached, facts. Empty where nothing
    /// is at hand, and where nothing more is owed.
    /// </summary>
    public ReadOnlyMemory<byte> Next()
    {
        if (_gap is { } gap)
        {
            _gap = null;
            return gap;
        }

        PrivateFrame? line = null;
        if (_privates?.TryPeek(out line) == true && line.After <= Cursor)
        {
            (_givenOut ??= new Queue<PrivateFrame>()).Enqueue(_privates.Dequeue());
            return line.Frame;
        }

        if (IsPaid || _next.IsEmpty)
        {
            return default;
        }

        var slice = _next.UpTo(Math.Min(line?.After ?? long.MaxValue, _owed ?? long.MaxValue));
        Cursor = slice.Last;
        _next = _next.After(Cursor);
        return slice.Bytes;
    }

    /// <summary>
    /// What is next, as much of it as one write takes. Each line of a peer that numbers them is acknowledged in its place,
    /// which takes apart what everybody is told: one write for all of it, though it has to be copied, costs less than one
    /// for each piece.
    /// </summary>
    public ReadOnlyMemory<byte> NextTogether()
    {
        var first = Next();
        if (first.IsEmpty || Privates == 0)
        {
            return first;
        }

        List<ReadOnlyMemory<byte>> pieces = [first];
        var length = first.Length;
        while (length < RoomLog.SegmentBytes && Next() is { IsEmpty: false } next)
        {
            pieces.Add(next);
            length += next.Length;
        }

        var together = new byte[length];
        var at = 0;
        foreach (var piece in pieces)
        {
            piece.CopyTo(together.AsMemory(at));
            at += piece.Length;
        }

        return together;
    }
}
