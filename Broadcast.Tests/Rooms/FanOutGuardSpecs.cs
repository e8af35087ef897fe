using System.Globalization;
using Akka.Actor;
using Akka.Dispatch;
using Broadcast.Actors.Dispatch;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Sessions;
using Broadcast.Tests.Hosting;
using Broadcast.Tests.Wire;

namespace Broadcast.Tests.Rooms;

/// <summary>
/// What it takes to tell everybody, counted and not timed: the numbers are the same on every machine, whatever runs
/// beside.
/// </summary>
public sealed class FanOutGuardSpecs() : StagedSpec(logEntries: 8192)
{
    // On 64 bits an object begins with 16 bytes, and a reference or a number of the log is 8.
    // To each member: a link of its mailbox (the message, its sender, the next link)...
    private const int MailboxLink = 16 + 8 + 8 + 8;

    // ...and a link of the lane (the mailbox that is to be run, the next link).
    private const int LaneLink = 16 + 8 + 8;

    // To all in one step together: the batch (its segment, its first and its last number).
    private const int OneBatch = 16 + 8 + 8 + 8;

    // To itself, for each step more, as the dispatcher takes it.
    private const int NextStep = 16 + 8 + 8;

    // To the one who said it, for each line: its credit, in a mailbox that is in its lane already.
    private const int Credit = MailboxLink;

    // Lines of so many bytes with their header fill a segment to the last byte.
    private const int FrameBytes = 64;
    private const int FramesPerSegment = RoomLog.SegmentBytes / FrameBytes;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 7)]
    [InlineData(50, 20)]
    [InlineData(10, FramesPerSegment)]
    public async Task However_many_lines_a_batch_has_each_member_is_written_to_once_and_all_from_the_same_memory(int members, int lines)
    {
        await SeatAsync(members);
        for (var round = 1; round <= 3; round++)
        {
            await BeginSegmentAsync();
            var texts = Lines(lines, FrameBytes);
            await SayAsync(Guests[0], texts);

            var first = Guests[0].Written();
            Assert.Equal(lines * FrameBytes, Assert.Single(first).Length);
            Assert.Equal(texts.Select(text => $"{Name(1)}: {text}"), Frame.All(first[0].Span).Select(frame => frame.Text));
            Assert.All(Guests.Skip(1), guest => AssertSameMemory(first, guest.Written()));

            // The next round's lines are the proof that this one had no further write.
            Assert.All(Guests, guest => Assert.Equal(1 + (2 * round), guest.Writes));
        }
    }

    [Fact]
    public async Task A_line_more_than_fits_is_one_write_more()
    {
        await SeatAsync(3);
        await BeginSegmentAsync();
        await SayAsync(Guests[0], Lines(FramesPerSegment + 1, FrameBytes));

        var first = Guests[0].Written();
        Assert.Equal([RoomLog.SegmentBytes, FrameBytes], first.Select(write => write.Length));
        Assert.All(Guests.Skip(1), guest => AssertSameMemory(first, guest.Written()));
    }

    [Fact]
    public async Task A_delivery_allocates_its_two_links_and_a_line_its_credit_and_nothing_else_whatever_is_said_and_to_however_many()
    {
        (int Lines, int FrameBytes)[] batches = [(1, 16), (1, 30_000), (7, 200), (FramesPerSegment, FrameBytes)];

        await SeatAsync(1);
        foreach (var (lines, frameBytes) in batches)
        {
            // The first time through may run what only the first time runs.
            _ = await AllocatedAsync(lines, frameBytes);
        }

        foreach (var members in new[] { 1, 2, 100, 200, 400 })
        {
            await SeatAsync(members);
            foreach (var (lines, frameBytes) in batches)
            {
                // Who speaks is told beside the others; its credit, in a later step, finds it in no lane.
                var steps = Math.Max(1, (members - 1 + RoomActor.Step - 1) / RoomActor.Step);
                var expected = (steps * OneBatch) + (members * (MailboxLink + LaneLink)) + (lines * Credit)
                    + ((steps - 1) * NextStep) + (steps > 1 ? LaneLink : 0);

                var (telling, writing) = await AllocatedAsync(lines, frameBytes);
                Assert.Equal((members, lines, frameBytes, expected, 0), (members, lines, frameBytes, telling, writing));
            }
        }
    }

    [Fact]
    public async Task Who_speaks_is_told_before_those_who_listen()
    {
        await SeatAsync(8);
        var speaker = Guests[^1];
        await SayAsync(speaker, "one");
        await SayAsync(speaker, "two");
        await SayAsync(speaker, "three");

        List<Guest> told = [];
        foreach (var guest in Guests)
        {
            guest.OnWritten = () => told.Add(guest);
        }

        await SayAsync(speaker, "four");
        Assert.Same(speaker, told[0]);
        Assert.Equal(Guests.Count, told.Distinct().Count());
    }

    [Fact]
    public async Task What_is_said_while_everybody_is_being_told_goes_along_and_nobody_is_told_twice()
    {
        await SeatAsync(3 * RoomActor.Step);
        var speaker = Guests[0];
        var granted = speaker.Granted;
        TellRoom(speaker, ["one"]);
        await RoomTakesTurnsUntilAsync(() => Guests.Count(guest => guest.Writes > 1) > RoomActor.Step);
        Assert.InRange(Guests.Count(guest => guest.Writes > 1), RoomActor.Step, RoomActor.Step + 1);

        TellRoom(speaker, ["two"]);
        await RoomTakesTurnsUntilAsync(() => speaker.Granted == granted + 2);
        var all = $"{Name(1)}: one\n{Name(1)}: two\n";
        Assert.All(Guests, guest => Assert.Equal(all, string.Concat(guest.Heard().Select(line => line + "\n"))));
        Assert.InRange(Guests.Sum(guest => guest.Writes - 1), Guests.Count, Guests.Count + RoomActor.Step + 1);
    }

    [Fact]
    public async Task Who_goes_while_everybody_is_being_told_makes_nobody_miss_a_line()
    {
        await SeatAsync(3 * RoomActor.Step);
        var speaker = Guests[0];
        var granted = speaker.Granted;
        TellRoom(speaker, ["one"]);
        await RoomTakesTurnsUntilAsync(() => Guests.Count(guest => guest.Writes > 1) > RoomActor.Step);

        // Some of each: told already and not yet. The last in the row take the seats of those who go, and nothing that is
        // said later makes up for one that is passed over.
        foreach (var leaver in Guests.Where((_, place) => place % 5 == 1))
        {
            Room.Tell(new Leave(leaver.Id), leaver.Session);
        }

        var stayed = Guests.Where((_, place) => place % 5 != 1).ToList();
        await RoomTakesTurnsUntilAsync(() => speaker.Granted == granted + 1 && stayed.TrueForAll(guest => guest.Writes == 2));
        Assert.All(stayed, guest => Assert.Equal([$"{Name(1)}: one"], guest.Heard()));
    }

    [Fact]
    public async Task Who_comes_while_everybody_is_being_told_makes_nobody_miss_a_line()
    {
        await SeatAsync(3 * RoomActor.Step);
        var before = Guests.ToList();
        TellRoom(Guests[0], ["one"]);
        await RoomTakesTurnsUntilAsync(() => before.Count(guest => guest.Writes > 1) > RoomActor.Step);
        for (var n = 0; n < 3; n++)
        {
            _ = await JoinAsync(Name(Guests.Count + 1));
        }

        await RoomTakesTurnsUntilAsync(() => before.TrueForAll(guest => guest.Writes == 2));
        Assert.All(before, guest => Assert.Equal([$"{Name(1)}: one"], guest.Heard()));
    }

    // The names are equally long, so that a line is as long whoever it comes from.
    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"guest-{number:000}");

    // Lines which are as frames of so many bytes, header and name and all, each with its number.
    private static List<string> Lines(int count, int frameBytes)
    {
        var header = frameBytes < 128 ? 2 : 4;
        var length = frameBytes - header - $"{Name(1)}: ".Length;
        return [.. Enumerable.Range(1, count).Select(n => n.ToString(CultureInfo.InvariantCulture).PadLeft(length, '.'))];
    }

    private async Task SeatAsync(int members)
    {
        while (Guests.Count < members)
        {
            _ = await JoinAsync(Name(Guests.Count + 1));
        }
    }

    // A line that is larger than a segment has one to itself; what is said next begins another.
    private async Task BeginSegmentAsync()
    {
        await SayAsync(Guests[0], new string('x', RoomLog.SegmentBytes));
        Assert.All(Guests, guest => Assert.Single(guest.Written()));
    }

    // A batch is told by the room and written by the sessions in a lane as the product has it, of which there is one, so
    // that a single thread of the pool does it all; that thread's own allocations are counted, from the room's turn to
    // its end and from there to the end of the last session's turn.
    private async Task<(long Telling, long Writing)> AllocatedAsync(int lines, int frameBytes)
    {
        await BeginSegmentAsync();
        TellRoom(Guests[0], Lines(lines, frameBytes));
        var granted = Guests[0].Granted + lines;
        (long Telling, long Writing) allocated = default;
        while (Guests[0].Granted < granted)
        {
            var written = Guests.Sum(guest => guest.Writes);
            var (telling, writing) = await AllocatedAsync(await RoomTurns.NextAsync());

            // For the empty frame.
            granted++;
            if (Guests.Sum(guest => guest.Writes) > written)
            {
                allocated = (allocated.Telling + telling, allocated.Writing + writing);
            }
        }

        Assert.All(Guests, guest => Assert.Equal(lines * frameBytes, Assert.Single(guest.Written()).Length));
        return allocated;
    }

    private async Task<(long Telling, long Writing)> AllocatedAsync(IRunnable room)
    {
        var counted = new TaskCompletionSource<(bool, long, long)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var lane = new LaneExecutor("lane", lanes: 1);
        SessionTurns.Executor = lane;
        long began = 0, told = 0, resumed = 0;
        var thread = 0;
        var last = new Step(() =>
        {
            var written = GC.GetAllocatedBytesForCurrentThread();
            counted.SetResult((thread == Environment.CurrentManagedThreadId, told - began, written - resumed));
        });
        var between = new Step(() =>
        {
            told = GC.GetAllocatedBytesForCurrentThread();
            lane.Execute(last);
            resumed = GC.GetAllocatedBytesForCurrentThread();
        });
        var first = new Step(() =>
        {
            lane.Execute(room);
            lane.Execute(between);
            began = GC.GetAllocatedBytesForCurrentThread();
        });
        lane.Execute(new Step(() =>
        {
            thread = Environment.CurrentManagedThreadId;

            // An empty frame, which is ignored: a thread that runs its first actor sets up what it keeps for actors.
            Guests[0].Session.Tell(new Received(""), ActorRefs.NoSender);
            lane.Execute(first);
        }));

        var (onOneThread, telling, writing) = await counted.Task.WaitAsync(Person.Patience);
        SessionTurns.Executor = null;
        Assert.True(onOneThread);
        return (telling, writing);
    }

    private sealed class Step(Action action) : IRunnable
    {
        public void Run() => action();

        public void Execute() => action();
    }
}
