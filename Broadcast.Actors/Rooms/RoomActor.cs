using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Akka.Actor;
using Akka.Dispatch;
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

    /// <summary>
    /// So many are told, beside those who speak, before those that have just been told write, and before the room looks for what has come in
    /// meanwhile: half a millisecond's work for their sockets (docs/performance.md has the figures).
    /// </summary>
    public const int Step = 64;

    // What may wait for one member that does not read.
    private const int MostWhispers = 64;
    private const int MostWhisperBytes = 64 * 1024;

    private readonly RoomLog _log;
    private readonly bool _echoLines;
    private readonly ILogger _logger;
    private readonly ArrayBufferWriter<byte> _scratch = new(1024);

    private Room _room;

    // The seats twice: by member, for the doors, and in a row, for telling everybody.
    private readonly Dictionary<MemberId, Seat> _seats = [];
    private readonly List<Seat> _row = [];

    // The round: whose turn it is in the row, how many turns are left until everybody knows everything, how many there
    // have ever been, and who spoke since the last step.
    private readonly NextStep _nextStep;
    private bool _isTelling;
    private int _turn;
    private int _turnsLeft;
    private long _turnsTaken;
    private readonly List<Seat> _spoke = [];

    // What was told in this step, for the next who is as far.
    private readonly List<Batch> _batches = [];

    // Whose lines not everybody has been told yet, and after how many turns everybody has who has kept its seat.
    private readonly Queue<(IActorRef Session, long Due)> _untold = [];
    private CloseReason? _closed;

    /// <summary>See <see cref="Props"/>.</summary>
    public RoomActor(RoomSettings settings, ILogger<RoomActor> logger)
    {
        _room = Room.Open(settings.AnnounceUpTo);
        _log = new RoomLog(settings.LogEntries, settings.LogBytes);
        _echoLines = settings.EchoLines;
        _logger = logger;
        _nextStep = new NextStep(Self);

        Receive<Join>(OnJoin);
        Receive<Say>(OnSay);
        Receive<Rename>(OnRename);
        Receive<Whisper>(OnWhisper);
        Receive<WhisperTaken>(OnWhisperTaken);
        Receive<Aside>(OnAside);
        Receive<GetMembers>(OnGetMembers);
        Receive<GetMissed>(OnGetMissed);
        Receive<Leave>(OnLeave);
        Receive<Ended>(OnEnded);
        Receive<TellOn>(OnTellOn);
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
        var seat = new Seat(Sender, _row.Count, _log.Last);
        _seats.Add(join.Id, seat);
        _row.Add(seat);
        StartAgain();
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
            TakenWhenTold(Sender);
            if (_spoke.Count == 0 || _spoke[^1] != seat)
            {
                _spoke.Add(seat);
            }
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
                TakenWhenTold(Sender);
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

    private void OnWhisper(Whisper whisper)
    {
        if (!IsSeated(whisper.Id))
        {
            return;
        }

        switch (_room.Decide(whisper))
        {
            case Whispered whispered:
                TellPrivately(Sender, Hand(whispered) ? Sentences.YouWhisper(whispered) : Sentences.NotReading(whispered.To));
                break;
            case Refused { Why: { } why }:
                TellPrivately(Sender, why);
                break;
        }

        Sender.Tell(Taken.Instance);
    }

    private bool Hand(Whispered whispered)
    {
        var seat = _seats[whispered.To.Id];
        var frame = SystemFrame(Sentences.Whispers(whispered));
        if (seat.Whispers > 0 && (seat.Whispers == MostWhispers || seat.WhisperBytes + frame.Length > MostWhisperBytes))
        {
            return false;
        }

        seat.Whispers++;
        seat.WhisperBytes += frame.Length;
        seat.Session.Tell(new PrivateFrame(_log.Last, frame, IsWhisper: true));
        return true;
    }

    private void OnWhisperTaken(WhisperTaken taken)
    {
        if (SeatOf(taken.Id, Sender) is { } seat)
        {
            seat.Whispers--;
            seat.WhisperBytes -= taken.Bytes;
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

    private void OnTellOn(TellOn tellOn)
    {
        TellSome();
        _isTelling = _turnsLeft > 0;
        if (_isTelling)
        {
            TellOnLater();
        }
    }

    private void OnCloseRoom(CloseRoom close)
    {
        while (_turnsLeft > 0)
        {
            TellSome();
        }

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

    // The one door out: goodbye and death both end here.
    private void Depart(MemberId id)
    {
        _ = _seats.Remove(id, out var seat);
        var last = _row[^1];
        last.Place = seat!.Place;
        _row[last.Place] = last;
        _row.RemoveAt(_row.Count - 1);
        StartAgain();
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
        GoRound();
    }

    // Everybody is told in a round that goes on for as long as there is news, some at a time: each is told all that it
    // has not been told yet, in one batch, however much that is by then. So what is said during a round goes along with
    // it from there on, nobody waits longer than one round, and the busier the room the larger the batches.
    private void GoRound()
    {
        _turnsLeft = _row.Count;
        if (!_isTelling)
        {
            // Further on than the last began, so that nobody is always last.
            _turn = (_turn + Step) % Math.Max(1, _row.Count);
            _isTelling = true;
            TellOnLater();
        }
    }

    // Somebody has come or gone, and the last may sit elsewhere: it may be its turn only in the next round, and credit that
    // is due may come before. Who has been told already will be passed over.
    private void StartAgain() => _turnsLeft = _isTelling ? _row.Count : 0;

    // Behind the sessions that have just been told, which write first, and behind lines that have just been read: they are
    // told along. In an idle room there is nothing to wait for.
    private void TellOnLater() => Context.Dispatcher.Schedule(_nextStep);

    private void TellSome()
    {
        _batches.Clear();

        // Who speaks is told at once: its own line has been taken, and what it says next goes along with the same round.
        foreach (var seat in _spoke)
        {
            Tell(seat);
        }

        _spoke.Clear();
        for (var told = 0; told < Step && _turnsLeft > 0; _turnsLeft--, _turnsTaken++)
        {
            _turn = _turn + 1 < _row.Count ? _turn + 1 : 0;
            if (Tell(_row[_turn]))
            {
                told++;
            }
        }

        // A flood is no faster than everybody is told of it.
        while (_untold.TryPeek(out var line) && (line.Due <= _turnsTaken || _turnsLeft == 0))
        {
            _untold.Dequeue().Session.Tell(Taken.Instance);
        }
    }

    private bool Tell(Seat seat)
    {
        if (seat.Told == _log.Last)
        {
            return false;
        }

        while (seat.Told < _log.Last)
        {
            var batch = BatchAfter(seat.Told);
            seat.Session.Tell(batch);
            seat.Told = batch.Slice.Last;
        }

        return true;
    }

    private Batch BatchAfter(long told)
    {
        // A log that has dropped some of it meanwhile: the session sees that the slice does not follow its cursor, asks,
        // and is told what it missed.
        var cursor = Math.Max(told, _log.First - 1);
        foreach (var known in _batches)
        {
            if (known.Slice.First == cursor + 1)
            {
                return known;
            }
        }

        _ = _log.TryAfter(cursor, out var slice);
        var batch = new Batch(slice);
        _batches.Add(batch);
        return batch;
    }

    private void TakenWhenTold(IActorRef session) => _untold.Enqueue((session, _turnsTaken + _row.Count));

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

    private sealed class Seat(IActorRef session, int place, long told)
    {
        public IActorRef Session { get; } = session;

        public int Place { get; set; } = place;

        // The last fact that it has been told.
        public long Told { get; set; } = told;

        // The whispers that its session has still to write.
        public int Whispers { get; set; }

        public int WhisperBytes { get; set; }
    }

    // A message to oneself would be the very next.
    private sealed class NextStep(IActorRef room) : IRunnable
    {
        public void Run() => room.Tell(TellOn.Instance, ActorRefs.NoSender);

        public void Execute() => Run();
    }

    private sealed record TellOn
    {
        public static TellOn Instance { get; } = new();
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
