using System.Runtime.InteropServices;
using Akka.Actor;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Sessions;
using Broadcast.Tests.Dispatch;
using Microsoft.Extensions.Logging.Abstractions;

namespace Broadcast.Tests.Rooms;

/// <summary>
/// A real room and real sessions on connections of the test's own. Whose turn it is, the test says, and the
/// room's word to itself that there is more to tell is a turn as well.
/// </summary>
public abstract class StagedSpec : ActorSpec
{
    private static readonly KeepAlive KeepAlive = new(TimeSpan.FromDays(1), TimeSpan.FromDays(1));

    private readonly IActorRef _sessions;
    private readonly List<Guest> _guests = [];

    /// <param name="logEntries">The most lines that the room keeps.</param>
    protected StagedSpec(int logEntries)
    {
        RoomTurns = Turns.In(Sys, "room-turns", areShort: true);
        SessionTurns = Turns.In(Sys, "session-turns", areShort: false);

        // Nobody is announced, so that the facts are what the test has said.
        var settings = new RoomSettings(logEntries, LogBytes: 8 << 20, AnnounceUpTo: 0, EchoLines: false);
        _sessions = Sys.ActorOf(Props.Create(() => new Sessions()).WithDispatcher(SessionTurns.Id), "sessions");
        Room = Sys.ActorOf(RoomActor.Props(settings, NullLogger<RoomActor>.Instance).WithDispatcher(RoomTurns.Id), "room");
    }

    protected IActorRef Room { get; }

    private protected Turns RoomTurns { get; }

    private protected Turns SessionTurns { get; }

    private protected IReadOnlyList<Guest> Guests => _guests;

    /// <summary>Somebody comes in and has heard of it.</summary>
    private protected async Task<Guest> JoinAsync(string name)
    {
        var guest = new Guest(new MemberId(_guests.Count + 1));
        _guests.Add(guest);
        var props = SessionActor.Props(guest.Id, Room, new Open(guest, name), KeepAlive, TimeProvider.System);
        _sessions.Tell(props.WithDispatcher(SessionTurns.Id), ActorRefs.NoSender);
        while (guest.Session.IsNobody())
        {
            (await SessionTurns.NextAsync()).Run();
        }

        await RoomTakesTurnsUntilAsync(() => guest.Writes == 1);
        Assert.Equal([$"System: {name} joined the chat"], guest.Heard());
        return guest;
    }

    /// <summary>
    /// Says lines that are all in the room's mailbox before its next turn, and lets the room tell everybody. Credit comes
    /// back behind that.
    /// </summary>
    private protected Task SayAsync(Guest who, params IReadOnlyCollection<string> lines)
    {
        TellRoom(who, lines);
        var granted = who.Granted + lines.Count;
        return RoomTakesTurnsUntilAsync(() => who.Granted == granted);
    }

    /// <summary>Lines into the room's mailbox.</summary>
    private protected void TellRoom(Guest who, IReadOnlyCollection<string> lines)
    {
        foreach (var line in lines)
        {
            Room.Tell(new Say(who.Id, line), who.Session);
        }
    }

    /// <summary>What the sessions have to do, and then one turn after the other of the room and what they make of it.</summary>
    private protected async Task RoomTakesTurnsUntilAsync(Func<bool> isDone)
    {
        SessionTurns.RunAll();
        while (!isDone())
        {
            (await RoomTurns.NextAsync()).Run();
            SessionTurns.RunAll();
        }
    }

    /// <summary>Both are the same places in the same arrays, and not only the same bytes.</summary>
    private protected static void AssertSameMemory(List<ReadOnlyMemory<byte>> expected, List<ReadOnlyMemory<byte>> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.All(expected.Zip(actual), writes =>
        {
            Assert.True(MemoryMarshal.TryGetArray(writes.First, out var one));
            Assert.True(MemoryMarshal.TryGetArray(writes.Second, out var other));
            Assert.Same(one.Array, other.Array);
            Assert.Equal((one.Offset, one.Count), (other.Offset, other.Count));
        });
    }

    protected override void AfterAll()
    {
        _ = RoomTurns.LetGoAsync();
        _ = SessionTurns.LetGoAsync();
        base.AfterAll();
    }

    // An actor that is somebody's child is there as soon as it has been asked for; what is told to one that is nobody's
    // may wait for the system's own turn.
    private sealed class Sessions : ReceiveActor
    {
        public Sessions() => Receive<Props>(props => Context.ActorOf(props));

        protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;
    }
}
