using System.Globalization;
using Akka.Actor;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Sessions;
using Broadcast.Host.Connections;
using Broadcast.Tests.Rooms;
using Broadcast.Tests.Wire;

namespace Broadcast.Tests.Sessions;

/// <summary>More than a reader takes, than a write holds, and than is anybody's share, with the room and all sessions real.</summary>
public sealed class FloodSpecs() : StagedSpec(LogEntries)
{
    private const int LogEntries = 1000;

    [Fact]
    public async Task Who_reads_and_who_reads_slowly_see_every_line_in_order_in_writes_of_one_segment_at_most()
    {
        var alice = await JoinAsync("Alice");
        var bob = await JoinAsync("Bob");
        var slow = await JoinAsync("Slow");
        slow.IsFull = true;

        // Of all sizes, two of them larger than a segment; some said while the slow one's first write is under way.
        List<string> texts = [.. Enumerable.Range(1, 600).Select(n => TextOf(n, length: n is 1 or 300 ? 40_000 : n * 7919 % 2000))];
        await SayAsync(alice, texts[..400]);
        await SayAsync(alice, texts[400..]);
        Assert.Single(slow.Written());
        slow.Complete();

        var writes = bob.Written();
        AssertAreOneSegmentEachAtMost(writes);
        Assert.Equal(texts.Select(text => $"Alice: {text}"), LinesOf(writes));
        AssertSameMemory(writes, alice.Written());

        List<ReadOnlyMemory<byte>> slowly = [];
        while (LinesOf(slowly).Count < texts.Count - 1)
        {
            var before = slow.Writes;
            await RoomTakesTurnsUntilAsync(() => slow.Writes > before);
            slowly.AddRange(slow.Written());
            slow.Complete();
        }

        AssertAreOneSegmentEachAtMost(slowly);
        Assert.Equal(texts.Skip(1).Select(text => $"Alice: {text}"), LinesOf(slowly));

        // Nothing is left over: the next line is the next that is heard.
        await SayAsync(alice, "and now");
        Assert.Equal(["Alice: and now"], slow.Heard());
    }

    [Fact]
    public async Task Who_stops_for_a_whole_flood_is_told_once_how_many_lines_were_missed_and_goes_on_with_the_next()
    {
        var alice = await JoinAsync("Alice");
        var stuck = await JoinAsync("Stuck");
        stuck.IsFull = true;
        await SayAsync(alice, "before");
        Assert.Equal(["Alice: before"], stuck.Heard());

        const int Missed = 40 * 60;
        for (var n = 1; n <= Missed; n += 60)
        {
            await SayAsync(alice, [.. Enumerable.Range(n, 60).Select(number => TextOf(number, length: 100))]);
        }

        Assert.Equal(1 + Missed, alice.Heard().Count);
        Assert.Empty(stuck.Written());

        // The socket takes what has been under way all the time, and while the room is being asked for the rest it
        // is told more: that is behind the gap and no part of it.
        stuck.IsFull = false;
        stuck.Complete();
        SessionTurns.RunAll();
        await SayAsync(alice, "after", "and after");
        await SayAsync(alice, "and now");
        Assert.Equal(["Alice: after", "Alice: and after", "Alice: and now"], alice.Heard());
        Assert.Equal(
            [$"System: you missed {Missed} messages", "Alice: after", "Alice: and after", "Alice: and now"],
            stuck.Heard());
    }

    [Fact]
    public async Task A_flooder_is_given_no_credit_before_the_room_has_taken_its_line_and_gets_in_front_of_nobody()
    {
        // Whoever floods sends as much as its credit allows, and one line more on each that comes back.
        const int Enough = 5_000;
        var flooder = await JoinAsync("Flooder");
        var alice = await JoinAsync("Alice");
        var sent = 0;
        void Flood()
        {
            if (sent < Enough)
            {
                flooder.Session.Tell(new Received(string.Create(CultureInfo.InvariantCulture, $"flood {++sent}")), ActorRefs.NoSender);
            }
        }

        flooder.OnGranted = Flood;
        for (var credit = 0; credit < WebSocketConnection.MessagesAhead; credit++)
        {
            Flood();
        }

        SessionTurns.RunAll();
        Assert.Equal(0, flooder.Granted);

        List<int> inFront = [];
        var turns = 0;
        for (var round = 1; round <= 20; round++)
        {
            // All that the flooder has sent is in the room's mailbox; this is behind it.
            inFront.Add(sent);
            alice.Session.Tell(new Received(string.Create(CultureInfo.InvariantCulture, $"line {round}")), ActorRefs.NoSender);
            await RoomTakesTurnsUntilAsync(() =>
            {
                Assert.InRange(flooder.Granted, 0, turns++);
                Assert.Equal(flooder.Granted + WebSocketConnection.MessagesAhead, sent);
                return alice.Granted == round;
            });

            // A turn was spent on seeing that the round was over.
            turns--;
        }

        flooder.OnGranted = () => { };
        await SayAsync(alice, "the end");
        List<string> heard = [];
        await RoomTakesTurnsUntilAsync(() =>
        {
            heard.AddRange(alice.Heard());
            return heard.Contains("Alice: the end", StringComparer.Ordinal);
        });

        // Each of her lines is in front of everything that the flooder sent later.
        Assert.Equal(inFront, heard
            .Index()
            .Where(line => line.Item.StartsWith("Alice: line", StringComparison.Ordinal))
            .Select((line, earlier) => line.Index - earlier));
        Assert.Equal(
            Enumerable.Range(1, sent).Select(n => string.Create(CultureInfo.InvariantCulture, $"Flooder: flood {n}")),
            heard.Where(line => line.StartsWith("Flooder: ", StringComparison.Ordinal)));
    }

    private static string TextOf(int number, int length) => number.ToString(CultureInfo.InvariantCulture).PadLeft(length, '.');

    private static List<string> LinesOf(List<ReadOnlyMemory<byte>> writes) =>
        [.. writes.SelectMany(write => Frame.All(write.Span)).Select(frame => frame.Text)];

    private static void AssertAreOneSegmentEachAtMost(List<ReadOnlyMemory<byte>> writes) =>
        Assert.All(writes, write => Assert.True(write.Length <= RoomLog.SegmentBytes || Frame.All(write.Span).Count == 1));
}
