using Broadcast.Actors.Rooms;
using CsCheck;

namespace Broadcast.Tests.Rooms;

public sealed class RoomLogSpecs
{
    [Fact]
    public void It_gives_back_what_it_took_from_any_cursor_on()
    {
        // Frames of every size up to a few segments, limits small enough to bite.
        var frames = Gen.Byte.Array[Gen.OneOf(Gen.Int[0, 200], Gen.Int[0, 3 * RoomLog.SegmentBytes])].List[0, 40];
        Gen.Select(frames, Gen.Int[1, 60], Gen.Long[1, 200_000]).Sample((appended, entries, bytes) =>
        {
            var log = new RoomLog(entries, bytes);
            foreach (var frame in appended)
            {
                log.Append(frame);
            }

            // The oracle: the longest tail within both limits, and the latest in any case.
            var held = appended.Count;
            while (held > 1 && (held > entries || appended.TakeLast(held).Sum(frame => (long)frame.Length) > bytes))
            {
                held--;
            }

            Assert.Equal(appended.Count, log.Last);
            Assert.Equal(appended.Count - held + 1, log.First);
            for (long cursor = 0; cursor <= log.Last; cursor++)
            {
                if (cursor < log.Last && cursor + 1 < log.First)
                {
                    Assert.False(log.TryAfter(cursor, out _));
                    continue;
                }

                Assert.Equal(appended.Skip((int)cursor).SelectMany(frame => frame), Walk(log, cursor));
            }
        }, iter: 300);
    }

    [Fact]
    public void A_slice_stays_what_it_was_while_the_log_goes_on()
    {
        var log = new RoomLog(entries: 2, bytes: 100);
        log.Append([1]);
        log.Append([2, 2]);
        Assert.True(log.TryAfter(0, out var slice));
        log.Append([3]);
        log.Append([4]);
        log.Append([5]);
        Assert.Equal([1, 2, 2], slice.Bytes.ToArray());
        Assert.False(log.TryAfter(0, out _));
    }

    [Fact]
    public void A_slice_can_be_cut_at_both_ends()
    {
        var log = new RoomLog(entries: 10, bytes: 100);
        log.Append([1]);
        log.Append([2, 2]);
        log.Append([3, 3, 3]);
        Assert.True(log.TryAfter(0, out var slice));
        Assert.Equal([2, 2, 3, 3, 3], slice.After(1).Bytes.ToArray());
        Assert.Equal([1, 2, 2], slice.UpTo(2).Bytes.ToArray());
        Assert.True(slice.After(3).IsEmpty);
        Assert.Empty(slice.After(3).Bytes.ToArray());
    }

    [Fact]
    public void A_frame_larger_than_the_log_is_held_all_the_same()
    {
        var log = new RoomLog(entries: 10, bytes: 10);
        log.Append(new byte[100]);
        Assert.True(log.TryAfter(0, out var slice));
        Assert.Equal(100, slice.Bytes.Length);
    }

    [Fact]
    public void A_batch_is_at_most_one_segment_unless_one_frame_is_larger()
    {
        var log = new RoomLog(entries: 10_000, bytes: 1 << 30);
        for (var i = 0; i < 2_000; i++)
        {
            log.Append(new byte[100]);
        }

        for (long cursor = 0; cursor < log.Last;)
        {
            Assert.True(log.TryAfter(cursor, out var slice));
            Assert.InRange(slice.Bytes.Length, 1, RoomLog.SegmentBytes);
            cursor = slice.Last;
        }
    }

    private static List<byte> Walk(RoomLog log, long cursor)
    {
        List<byte> bytes = [];
        while (cursor < log.Last)
        {
            Assert.True(log.TryAfter(cursor, out var slice));
            Assert.Equal(cursor + 1, slice.First);
            bytes.AddRange(slice.Bytes.ToArray());
            cursor = slice.Last;
        }

        return bytes;
    }
}
