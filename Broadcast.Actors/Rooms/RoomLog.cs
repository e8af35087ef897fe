namespace Broadcast.Actors.Rooms;

/// <summary>
/// The last facts as complete frames, addressed by sequence number. It holds at most so many frames and so many bytes,
/// and always the latest frame, however large; older ones are dropped first. Owned by one actor; what it hands out is
/// immutable.
/// </summary>
/// <param name="entries">The most frames held; at least 1.</param>
/// <param name="bytes">The most bytes of frames held; at least 1.</param>
/// <param name="after">The fact in front of the first that it takes.</param>
public sealed class RoomLog(int entries, long bytes, long after = 0)
{
    /// <summary>
    /// The usual size of a segment in bytes, and with it the most that one batch carries (a larger frame travels alone):
    /// large enough that a write is worth its system call, small enough that a slow client, which holds on to one
    /// segment, costs little.
    /// </summary>
    public const int SegmentBytes = 32 * 1024;

    // Oldest first. Segments are dropped from the front once every frame in them is past the limits: a move of a few
    // hundred references once every 32 KiB.
    private readonly List<LogSegment> _segments = [];
    private long _held;

    /// <summary>The oldest frame's number; <see cref="Last"/> + 1 while the log is empty.</summary>
    public long First { get; private set; } = after + 1;

    /// <summary>The latest frame's number; before the first, that of the fact in front of it.</summary>
    public long Last { get; private set; } = after;

    /// <summary>Takes one complete frame as the fact number <see cref="Last"/> + 1.</summary>
    public void Append(ReadOnlySpan<byte> frame)
    {
        if (_segments.Count == 0 || !_segments[^1].HasRoomFor(frame.Length))
        {
            _segments.Add(new LogSegment(Last + 1, Math.Max(SegmentBytes, frame.Length)));
        }

        _segments[^1].Append(frame);
        Last++;
        _held += frame.Length;
        Trim();
    }

    /// <summary>
    /// What follows <paramref name="cursor"/>, as far as one segment goes; empty where nothing does. To get everything,
    /// ask again with the slice's <see cref="LogSlice.Last"/>.
    /// </summary>
    /// <returns>False where the log no longer has the fact <paramref name="cursor"/> + 1.</returns>
    public bool TryAfter(long cursor, out LogSlice slice)
    {
        slice = default;
        if (cursor >= Last)
        {
            return true;
        }

        if (cursor + 1 < First)
        {
            return false;
        }

        var segment = SegmentOf(cursor + 1);
        slice = new LogSlice(segment, cursor + 1, segment.Last);
        return true;
    }

    private void Trim()
    {
        while (First < Last && (Last - First + 1 > entries || _held > bytes))
        {
            _held -= _segments[0].LengthOf(First);
            First++;
            if (First > _segments[0].Last)
            {
                _segments.RemoveAt(0);
            }
        }
    }

    private LogSegment SegmentOf(long seq)
    {
        // The latest is asked for nearly always.
        if (_segments[^1].First <= seq)
        {
            return _segments[^1];
        }

        int low = 0, high = _segments.Count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_segments[middle].First <= seq)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return _segments[low];
    }
}
