using Broadcast.Actors.Sessions;

namespace Broadcast.Actors.Rooms;

/// <summary>
/// What happens, in one wire form: the log of its frames, which is kept while there is a member that reads the form. So
/// a fact is encoded once for each form that is in use, and not at all for one that is not. Owned by one actor.
/// </summary>
/// <param name="voice">Writes the frames.</param>
/// <param name="entries">The most facts that the log holds.</param>
/// <param name="bytes">The most bytes that it holds.</param>
internal sealed class Feed(Voice voice, int entries, long bytes)
{
    // What was told in this step, for the next who is as far.
    private readonly List<Batch> _batches = [];

    private int _readers;

    public Voice Voice => voice;

    /// <summary>The log; of a form that nobody reads any more the log as it was then, for those who are still owed of it.</summary>
    public RoomLog Log { get; private set; } = new(entries, bytes);

    /// <summary>Up to which fact everybody may be told.</summary>
    public long Settled { get; set; } = long.MaxValue;

    /// <summary>The last fact that there is to tell.</summary>
    public long Last => Math.Min(Log.Last, Settled);

    /// <summary>Somebody reads it from here on.</summary>
    /// <param name="seq">The latest fact there is.</param>
    public void Open(long seq)
    {
        if (_readers++ == 0 && Log.Last != seq)
        {
            Log = new RoomLog(entries, bytes, seq);
        }
    }

    /// <summary>Somebody reads it no longer.</summary>
    public void Close() => _readers--;

    /// <summary>Takes the next fact.</summary>
    public void Append(Fact fact, DateTimeOffset time)
    {
        if (_readers > 0)
        {
            Log.Append(voice.Fact(fact, time));
        }
    }

    /// <summary>Takes what was, before anybody reads it: one who was here will come back for it.</summary>
    public void Recall(IEnumerable<Past> oldestFirst)
    {
        foreach (var (fact, time) in oldestFirst)
        {
            if (Log.Last + 1 != fact.Seq)
            {
                Log = new RoomLog(entries, bytes, fact.Seq - 1);
            }

            Log.Append(voice.Fact(fact, time));
        }
    }

    /// <summary>Whoever is told from here on does not get what was told before.</summary>
    public void BeginStep() => _batches.Clear();

    /// <summary>What comes after the last fact that somebody was told; the same object to all who are as far.</summary>
    public Batch BatchAfter(long told)
    {
        // A log that has dropped some of it meanwhile: the session sees that the slice does not follow its cursor, asks,
        // and is told what it missed.
        var cursor = Math.Max(told, Log.First - 1);
        foreach (var known in _batches)
        {
            if (known.Slice.First == cursor + 1)
            {
                return known;
            }
        }

        _ = Log.TryAfter(cursor, out var slice);
        var batch = new Batch(slice.UpTo(Settled));
        _batches.Add(batch);
        return batch;
    }
}
