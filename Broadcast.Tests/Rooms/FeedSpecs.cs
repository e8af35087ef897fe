using Broadcast.Actors.Names;
using Broadcast.Actors.Rooms;

namespace Broadcast.Tests.Rooms;

public sealed class FeedSpecs
{
    private static readonly Member Alice = new(new MemberId(1), DisplayName.Anonymous);

    private readonly Feed _feed = new(new JsonVoice(), entries: 100, bytes: 100_000);

    [Fact]
    public void A_form_that_nobody_reads_is_not_written()
    {
        Happens(1);
        Assert.Equal(0, _feed.Log.Last);
    }

    [Fact]
    public void Its_log_begins_with_its_first_reader()
    {
        Happens(1);
        _feed.Open(1);
        Happens(2);
        Assert.Equal((2, 2), (_feed.Log.First, _feed.Log.Last));
        Assert.Equal(2, _feed.BatchAfter(1).Slice.First);
    }

    [Fact]
    public void What_it_wrote_is_still_there_for_those_who_are_owed_of_it_until_somebody_new_comes()
    {
        _feed.Open(0);
        Happens(1);
        _feed.Close();
        Happens(2);
        Assert.True(_feed.Log.TryAfter(0, out var slice));
        Assert.Equal((1, 1), (slice.First, slice.Last));

        // What was not written is not there: whoever still asks is told that it is missing.
        _feed.Open(2);
        Happens(3);
        Assert.False(_feed.Log.TryAfter(0, out _));
        Assert.Equal((3, 3), (_feed.Log.First, _feed.Log.Last));
    }

    [Fact]
    public void Nothing_is_missing_where_nothing_happened_between_two_readers()
    {
        _feed.Open(0);
        Happens(1);
        _feed.Close();
        _feed.Open(1);
        Happens(2);
        Assert.True(_feed.Log.TryAfter(0, out var slice));
        Assert.Equal((1, 2), (slice.First, slice.Last));
    }

    private void Happens(long seq) => _feed.Append(new Said(seq, Alice, "hi"), DateTimeOffset.UnixEpoch);
}
