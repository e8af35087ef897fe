using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Akka.Actor;
using Broadcast.Actors.Sessions;
using Broadcast.Actors.Wire;
using Microsoft.Extensions.Logging;

namespace Broadcast.Actors.Rooms;

/// <summary>
/// The one room. It owns who is in it, under which name, and the log of what happened; it numbers each fact, encodes it
/// once, and tells every session what to write. It promises one order that every member sees, and that a session which
/// ends, for whatever reason, is announced as left exactly once. It never waits for anybody.
/// </summary>
public sealed partial class RoomActor : ReceiveActor
{
    /// <param name="settings">What the room goes by.</param>
    /// <param name="logger">Joins and leaves at Debug.</param>
    public static Props Props(RoomSettings settings, ILogger<RoomActor> logger) =>
        Akka.Actor.Props.Create(() => new RoomActor(settings, logger));

    private readonly RoomLog _log;
    private readonly bool _echoLines;
    private readonly ILogger _logger;
    private readonly ArrayBufferWriter<byte> _scratch = new(1024);

    private Room _room;

    // The seats twice: by member, for the doors, and in a row, for telling everybody.
    private readonly Dictionary<MemberId, Seat> _seats = [];
    private readonly List<Seat> _row = [];

    // The last fact that everybody has been told.
    private long _flushed;

    // Whose lines they are that nobody has been told yet.
    private readonly List<IActorRef> _unflushed = [];
    private CloseReason? _closed;

    /// <summary>See <see cref="Props"/>.</summary>
    public RoomActor(RoomSettings settings, ILogger<RoomActor> logger)
    {
        _room = Room.Open(settings.AnnounceUpTo);
        _log = new RoomLog(settings.LogEntries, settings.LogBytes);
        _echoLines = settings.EchoLines;
        _logger = logger;

        Receive<Join>(OnJoin);
        Receive<Say>(OnSay);
        Receive<Rename>(OnRename);
        Receive<Aside>(OnAside);
        Receive<GetMembers>(OnGetMembers);
        Receive<GetMissed>(OnGetMissed);
        Receive<Leave>(OnLeave);
        Receive<Ended>(OnEnded);
        Receive<Flush>(OnFlush);
        Receive<CloseRoom>(OnCloseRoom);
    }

    private void OnJoin(Join join)
    {
        if (_closed is not null)
        {
            Sender.Tell(new Goodbye(After: 0, _closed));
            return;
        }

        if (_room.Decide(join) is not Joined joined)
        {
            return;
        }

        Context.WatchWith(Sender, new Ended(join.Id, Sender));
        var seat = new Seat(Sender, _row.Count);
        _seats.Add(join.Id, seat);
        _row.Add(seat);
        Sender.Tell(new Welcome(_log.Last));
        if (_room.IsAnnouncing)
        {
            Publish(joined);
        }
        else
        {
            // Its own line is a joiner's first in any case.
            _room = _room.Apply(joined);
            Sender.Tell(new PrivateFrame(_log.Last, FrameOf(joined)));
        }

        PublishDue();
        if (joined.Notice is { } notice)
        {
            TellPrivately(Sender, notice);
        }

        Log.CameIn(_logger, joined.Who.Name.Text, join.Id.Value);
    }

    private void OnSay(Say say)
    {
        if (SeatOf(say.Id, Sender) is { } seat && _room.Decide(say) is Said said)
        {
            Publish(said);
            _unflushed.Add(Sender);
            MoveUp(seat);
        }
    }

    private void OnRename(Rename rename)
    {
        if (!IsSeated(rename.Id))
        {
            return;
        }

        switch (_room.Decide(rename))
        {
            case Renamed renamed:
                Publish(renamed);
                _unflushed.Add(Sender);
                break;
            case Refused refused:
                if (refused.Why is { } why)
                {
                    TellPrivately(Sender, why);
                }

                Sender.Tell(Taken.Instance);
                break;
        }
    }

    private void OnAside(Aside aside)
    {
        if (IsSeated(aside.Id))
        {
            TellPrivately(Sender, aside.Text);
            Sender.Tell(Taken.Instance);
        }
    }

    private void OnGetMembers(GetMembers query)
    {
        if (IsSeated(query.Id))
        {
            TellPrivately(Sender, Sentences.Who(_room));
            Sender.Tell(Taken.Instance);
        }
    }

    private void OnGetMissed(GetMissed query)
    {
        if (_log.TryAfter(query.Cursor, out var slice))
        {
            Sender.Tell(new Missed(slice));
        }
        else
        {
            var missed = _log.Last - query.Cursor;
            Sender.Tell(new Overtaken(query.Cursor, _log.Last, SystemFrame(Sentences.Missed(missed))));
        }
    }

    private void OnLeave(Leave leave)
    {
        // Owed is what happened before; its own leave a member does not see.
        var owed = _log.Last;
        if (IsSeated(leave.Id))
        {
            Context.Unwatch(Sender);
            Depart(leave.Id);
        }

        Sender.Tell(new Goodbye(owed, Reason: null));
    }

    private void OnEnded(Ended ended)
    {
        if (SeatOf(ended.Id, ended.Session) is not null)
        {
            Depart(ended.Id);
        }
    }

    // The mailbox is the batch: whatever had queued up before this message goes out as one.
    private void OnFlush(Flush flush)
    {
        while (_flushed < _log.Last)
        {
            // A log too small for what came in since the last flush has dropped some of it; the sessions see that
            // the slice does not follow their cursor, ask, and are told what they missed.
            _ = _log.TryAfter(Math.Max(_flushed, _log.First - 1), out var slice);
            var batch = new Batch(slice);
            foreach (var seat in _row)
            {
                seat.Session.Tell(batch);
            }

            _flushed = slice.Last;
        }

        // Behind everybody's batch: a flood is no faster than the room is told of it.
        foreach (var session in _unflushed)
        {
            session.Tell(Taken.Instance);
        }

        _unflushed.Clear();
    }

    private void OnCloseRoom(CloseRoom close)
    {
        OnFlush(Flush.Instance);
        _closed = close.Reason;
        var goodbye = new Goodbye(_log.Last, close.Reason);
        foreach (var seat in _row)
        {
            // Nobody is left to hear of anybody's leaving.
            Context.Unwatch(seat.Session);
            seat.Session.Tell(goodbye);
        }

        _seats.Clear();
        _row.Clear();
    }

    private bool IsSeated(MemberId id) => SeatOf(id, Sender) is not null;

    private Seat? SeatOf(MemberId id, IActorRef session) =>
        _seats.TryGetValue(id, out var seat) && seat.Session.Equals(session) ? seat : null;

    // Who speaks is told first: what it answers comes in while the others are told, and is in the next batch.
    private void MoveUp(Seat seat)
    {
        var before = _row[seat.Place / 2];
        (before.Place, seat.Place) = (seat.Place, before.Place);
        _row[before.Place] = before;
        _row[seat.Place] = seat;
    }

    // The one door out: goodbye and death both end here.
    private void Depart(MemberId id)
    {
        _ = _seats.Remove(id, out var seat);
        var last = _row[^1];
        last.Place = seat!.Place;
        _row[last.Place] = last;
        _row.RemoveAt(_row.Count - 1);
        if (_room.Decide(new Leave(id)) is Left left)
        {
            if (_room.IsAnnouncing)
            {
                Publish(left);
            }
            else
            {
                _room = _room.Apply(left);
            }

            PublishDue();
            Log.WentOut(_logger, left.Who.Name.Text, id.Value);
        }
    }

    private void PublishDue()
    {
        if (_room.Due is { } due)
        {
            Publish(due);
        }
    }

    private void Publish(Fact fact)
    {
        _room = _room.Apply(fact);
        PlainForm.WriteLine(fact, Payload());
        if (_echoLines && _logger.IsEnabled(LogLevel.Information))
        {
            var line = Encoding.UTF8.GetString(_scratch.WrittenSpan[ServerFrame.LongestHeader..]);
            Log.Broadcasting(_logger, line);
        }

        _log.Append(Frame());
        if (_log.Last == _flushed + 1)
        {
            TellFlush();
        }
    }

    // By way of the pool's queue, so that the lines being read from sockets just now come in first: under load they are
    // the same batch, and in an idle room there is nothing to wait for.
    private void TellFlush() =>
        ThreadPool.UnsafeQueueUserWorkItem(static room => room.Tell(Flush.Instance, ActorRefs.NoSender), Self, preferLocal: false);

    private void TellPrivately(IActorRef session, string text) =>
        session.Tell(new PrivateFrame(_log.Last, SystemFrame(text)));

    private byte[] FrameOf(Fact fact)
    {
        PlainForm.WriteLine(fact, Payload());
        return Frame().ToArray();
    }

    private byte[] SystemFrame(string text)
    {
        PlainForm.WriteSystemLine(text, Payload());
        return Frame().ToArray();
    }

    // Where a payload is written, with room for the header in front of it.
    private ArrayBufferWriter<byte> Payload()
    {
        _scratch.ResetWrittenCount();
        _ = _scratch.GetSpan(ServerFrame.LongestHeader);
        _scratch.Advance(ServerFrame.LongestHeader);
        return _scratch;
    }

    // The payload just written, as a complete text frame; valid until the next.
    private ReadOnlySpan<byte> Frame()
    {
        var written = MemoryMarshal.AsMemory(_scratch.WrittenMemory).Span;
        var payload = written.Length - ServerFrame.LongestHeader;
        var header = ServerFrame.WriteHeaderBefore(written[..ServerFrame.LongestHeader], Opcode.Text, payload);
        return written[(ServerFrame.LongestHeader - header)..];
    }

    private sealed class Seat(IActorRef session, int place)
    {
        public IActorRef Session { get; } = session;

        public int Place { get; set; } = place;
    }

    private sealed record Flush
    {
        public static Flush Instance { get; } = new();
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Debug, Message = "{Name} (member {Id}) joined")]
        public static partial void CameIn(ILogger logger, string name, long id);

        [LoggerMessage(EventId = 2, Level = LogLevel.Debug, Message = "{Name} (member {Id}) left")]
        public static partial void WentOut(ILogger logger, string name, long id);

        [LoggerMessage(EventId = 3, Level = LogLevel.Information, Message = "Broadcasting: {Line}")]
        public static partial void Broadcasting(ILogger logger, string line);
    }
}

/// <summary>What a room goes by.</summary>
/// <param name="LogEntries">The most facts that the log holds.</param>
/// <param name="LogBytes">The most bytes that the log holds.</param>
/// <param name="AnnounceUpTo">Up to how many members joins and leaves are announced; 0 for never, -1 for always.</param>
/// <param name="EchoLines">Whether every line is logged, as the first system did.</param>
public sealed record RoomSettings(int LogEntries, long LogBytes, int AnnounceUpTo, bool EchoLines);
