using System.Buffers;
using System.Text;
using Akka.Actor;
using Akka.Dispatch;
using Broadcast.Actors.Door;
using Broadcast.Actors.Keeping;
using Broadcast.Actors.Names;
using Broadcast.Actors.Sessions;
using Broadcast.Actors.Wire;
using Microsoft.Extensions.Logging;

namespace Broadcast.Actors.Rooms;

/// <summary>
/// The one room. It owns who is in it, under which name, and the log of what happened; it numbers each fact, encodes it
/// once for each form that is in use, and tells every session what to write. It promises one order that every member
/// sees; that a session which ends, for whatever reason, is announced as left exactly once, or is not when its member
/// comes back in time; and that what a client numbered is carried out once. It never waits for anybody.
/// </summary>
public sealed partial class RoomActor : ReceiveActor, IWithTimers
{
    /// <param name="settings">What the room goes by.</param>
    /// <param name="logger">Joins and leaves at Debug.</param>
    public static Props Props(RoomSettings settings, ILogger<RoomActor> logger) => Props(settings, TimeProvider.System, logger);

    /// <param name="settings">What the room goes by.</param>
    /// <param name="time">When things happen, and how long those who have left are remembered.</param>
    /// <param name="logger">Joins and leaves at Debug.</param>
    public static Props Props(RoomSettings settings, TimeProvider time, ILogger<RoomActor> logger) =>
        Props(settings, time, logger, RoomState.New(settings, time), journal: null, isDurable: false);

    /// <param name="settings">What the room goes by.</param>
    /// <param name="time">When things happen, and how long those who have left are remembered.</param>
    /// <param name="logger">Joins and leaves at Debug.</param>
    /// <param name="state">The room as it was; from here on it is the room's own.</param>
    /// <param name="journal">Who keeps it, a <see cref="JournalActor"/>; null where nobody does.</param>
    /// <param name="isDurable">Whether nothing is told before it is kept; otherwise the room is kept when it closes.</param>
    public static Props Props(RoomSettings settings, TimeProvider time, ILogger<RoomActor> logger, RoomState state, IActorRef? journal, bool isDurable) =>
        Akka.Actor.Props.Create(() => new RoomActor(settings, time, logger, state, journal, isDurable));

    /// <summary>
    /// So many are told, beside those who speak, before those that have just been told write, and before the room looks
    /// for what has come in meanwhile: half a millisecond's work for their sockets (docs/performance.md has the figures).
    /// </summary>
    public const int Step = 64;

    // What may wait for one member that does not read.
    private const int MostWhispers = 64;
    private const int MostWhisperBytes = 64 * 1024;

    // Those who are sent away when the server goes come back over so much time, and not all at once.
    private static readonly TimeSpan SoonestReturn = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LatestReturn = TimeSpan.FromSeconds(5);

    private readonly RoomSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    private readonly RoomState _state;
    // Sessions whose members have left, until they have ended: they may be owed of their form's log.
    private readonly Dictionary<IActorRef, Feed> _leaving = [];
    private readonly Rate _renames;
    private readonly Rounds _rounds;
    private readonly Outbox _outbox;

    private int _away;
    private CloseReason? _closed;

    /// <summary>See <see cref="Props(RoomSettings, TimeProvider, ILogger{RoomActor}, RoomState, IActorRef, bool)"/>.</summary>
    public RoomActor(RoomSettings settings, TimeProvider time, ILogger<RoomActor> logger, RoomState state, IActorRef? journal, bool isDurable)
    {
        _settings = settings;
        _time = time;
        _logger = logger;
        _renames = new Rate(settings.RenamesPerMinute, TimeSpan.FromMinutes(1), Math.Max(1, settings.RenamesPerMinute), time);
        _state = state;

        // Behind the sessions that have just been told, which write first, and behind lines that have just been read: they
        // are told along. In an idle room there is nothing to wait for.
        var nextStep = new NextStep(Self);
        _rounds = new Rounds(_state.Feeds, () => Context.Dispatcher.Schedule(nextStep));
        _outbox = new Outbox(state, _rounds, journal, isDurable);

        Receive<Join>(OnJoin);
        Receive<Say>(OnSay);
        Receive<Rename>(OnRename);
        Receive<Whisper>(OnWhisper);
        Receive<WhisperTaken>(OnWhisperTaken);
        Receive<Aside>(OnAside);
        Receive<Refuse>(OnRefuse);
        Receive<GetMembers>(OnGetMembers);
        Receive<GetHistory>(OnGetHistory);
        Receive<GetPong>(OnGetPong);
        Receive<GetMissed>(OnGetMissed);
        Receive<Leave>(OnLeave);
        Receive<Detach>(OnDetach);
        Receive<Ended>(OnEnded);
        Receive<GraceOver>(OnGraceOver);
        Receive<TellOn>(_ => _rounds.GoOn());
        Receive<CloseRoom>(OnCloseRoom);
        Receive<Recorded>(_outbox.OnRecorded);
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _outbox.Open();
        TakeUp();
        _outbox.Commit();
    }

    /// <inheritdoc/>
    protected override bool AroundReceive(Receive receive, object message)
    {
        var isHandled = base.AroundReceive(receive, message);
        _outbox.Commit();
        return isHandled;
    }

    private Room Room => _state.Room;

    private Dictionary<MemberId, Seat> Seats => _state.Seats;

    private Presence Present => new(Room, id => Seats.TryGetValue(id, out var seat) && seat.IsAway);

    private void OnJoin(Join join)
    {
        if (_closed is not null)
        {
            _outbox.Tell(Sender, new Goodbye(After: 0, _closed));
            return;
        }

        var token = TokenOf(join);
        if (token is not null && _state.Tokens.SeatOf(token.Digest) is { } seat)
        {
            Resume(seat, join.Id, token, join.Resume!.Seq);
        }
        else if (Room.Decide(join) is Joined joined)
        {
            Welcome(join, joined, token);
        }
    }

    private void OnSay(Say say)
    {
        if (SeatOf(say.Id, Sender) is { } seat && IsNew(seat, say.N) && Room.Decide(say) is Said said)
        {
            Publish(said);
            Answer(seat, say.N, new Acked(said.Seq));
            _outbox.TakenWhenTold(Sender, speaker: seat);
        }
    }

    private void OnRename(Rename rename)
    {
        if (SeatOf(rename.Id, Sender) is not { } seat || !IsNew(seat, rename.N))
        {
            return;
        }

        var pace = seat.Renames;
        if (!_renames.Allows(ref pace, _time.GetTimestamp()))
        {
            Refuse(seat, rename.N, new Refused(Sentences.TooManyRenames(_renames.Count), ErrorCode.TooFast));
            return;
        }

        switch (Room.Decide(rename))
        {
            case Renamed renamed:
                seat.Renames = pace;
                Publish(renamed);
                Answer(seat, rename.N, new Acked(renamed.Seq));
                _outbox.TakenWhenTold(Sender, speaker: null);
                break;
            case Refused refused:
                Refuse(seat, rename.N, refused);
                break;
        }
    }

    private void OnWhisper(Whisper whisper)
    {
        if (SeatOf(whisper.Id, Sender) is not { } seat || !IsNew(seat, whisper.N))
        {
            return;
        }

        switch (Room.Decide(whisper))
        {
            case Whispered whispered when Hand(whispered) is { } why:
                Refuse(seat, whisper.N, new Refused(why, ErrorCode.NotHere));
                break;
            case Whispered whispered:
                TellPrivately(seat, seat.Voice.YouWhisper(whispered));
                Answer(seat, whisper.N, new Acked(Seq: null));
                _outbox.Tell(Sender, Taken.Instance);
                break;
            case Refused refused:
                Refuse(seat, whisper.N, refused);
                break;
        }
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
        if (SeatOf(aside.Id, Sender) is { } seat)
        {
            TellPrivately(seat, seat.Voice.Sentence(aside.Text));
            _outbox.Tell(Sender, Taken.Instance);
        }
    }

    private void OnRefuse(Refuse refuse)
    {
        if (SeatOf(refuse.Id, Sender) is not { } seat)
        {
            return;
        }

        if (!refuse.IsAnswer)
        {
            TellPrivately(seat, seat.Voice.Refusal(refuse.Code, refuse.Why, refuse.N));
            _outbox.Tell(Sender, Taken.Instance);
        }
        else if (IsNew(seat, refuse.N))
        {
            Refuse(seat, refuse.N, new Refused(refuse.Why, refuse.Code));
        }
    }

    private void OnGetMembers(GetMembers query)
    {
        if (SeatOf(query.Id, Sender) is { } seat)
        {
            TellPrivately(seat, seat.Voice.Who(Present, Room.Seq), isAnswer: true);
            _outbox.Tell(Sender, Taken.Instance);
        }
    }

    private void OnGetHistory(GetHistory query)
    {
        if (SeatOf(query.Id, Sender) is { } seat)
        {
            var past = _state.History.Before(query.Before ?? long.MaxValue);
            TellPrivately(seat, seat.Voice.History(past, query.Limit ?? int.MaxValue), isAnswer: true);
            _outbox.Tell(Sender, Taken.Instance);
        }
    }

    private void OnGetPong(GetPong query)
    {
        if (SeatOf(query.Id, Sender) is { } seat)
        {
            TellPrivately(seat, seat.Voice.Pong());
            _outbox.Tell(Sender, Taken.Instance);
        }
    }

    private void OnGetMissed(GetMissed query)
    {
        var feed = _state.Feeds[(int)query.Form];
        if (feed.Log.TryAfter(query.Cursor, out var slice))
        {
            _outbox.Tell(Sender, new Missed(slice));
            return;
        }

        // Also of one that has gone meanwhile, and will ask again when it is back.
        var seat = query.Id is { } id ? Seats.GetValueOrDefault(id) : null;
        _outbox.Tell(Sender, new Overtaken(query.Cursor, Room.Seq, NoticeOfMissed(query, feed.Voice, seat)));
        if (feed.Voice.WhoNow(Present, Room.Seq) is { } who)
        {
            _outbox.Tell(Sender, new PrivateFrame(Room.Seq, who));
            if (seat is not null)
            {
                _state.List(seat);
            }
        }
    }

    // A plain joiner's own line is its first, also where the log has moved on before it could be told of it.
    private ReadOnlyMemory<byte> NoticeOfMissed(GetMissed query, Voice voice, Seat? seat) =>
        query.Form == WireForm.Plain && seat?.JoinedAt == query.Cursor + 1
            ? (byte[])
            [
                .. voice.Unannounced(new Joined(seat.JoinedAt, Room.Find(seat.Id)!, Notice: null), _time.GetUtcNow()),
                .. voice.Missed(query.Cursor + 2, Room.Seq),
            ]
            : voice.Missed(query.Cursor + 1, Room.Seq);

    private void OnLeave(Leave leave)
    {
        // Owed is what happened before; its own leave a member does not see.
        var owed = Room.Seq;
        if (SeatOf(leave.Id, Sender) is { } seat)
        {
            SeeOut(seat);
            Depart(seat, leave.Reason);
        }

        _outbox.Tell(Sender, new Goodbye(owed, Reason: null));
    }

    private void OnDetach(Detach detach)
    {
        if (SeatOf(detach.Id, Sender) is { } seat && MayStay(seat))
        {
            StayWithout(seat);
            _outbox.Tell(Sender, new Goodbye(Room.Seq, Reason: null));
        }
        else
        {
            OnLeave(new Leave(detach.Id, LeftReason.Lost));
        }
    }

    private void OnEnded(Ended ended)
    {
        if (_leaving.Remove(ended.Session, out var feed))
        {
            feed.Close();
        }
        else if (SeatOf(ended.Id, ended.Session) is { } seat)
        {
            if (MayStay(seat))
            {
                StayWithout(seat);
            }
            else
            {
                Rise(seat);
                Depart(seat, LeftReason.Lost);
            }
        }
    }

    private void OnGraceOver(GraceOver over)
    {
        if (!Seats.TryGetValue(over.Id, out var seat) || !seat.IsAway)
        {
            return;
        }

        if (!over.IsAnew && _time.HasOverslept(over.Since, _settings.Grace, _time.GetTimestamp()))
        {
            // Whoever came back meanwhile has not been heard yet.
            WaitFor(seat, isAnew: true);
        }
        else
        {
            _away--;
            Depart(seat, LeftReason.Lost);
        }
    }

    private void OnCloseRoom(CloseRoom close)
    {
        _rounds.Finish();
        _closed = close.Reason;
        var goodbye = new Goodbye(Room.Seq, close.Reason);
        foreach (var seat in _rounds.Row)
        {
            // Nobody is left to hear of anybody's leaving.
            Context.Unwatch(seat.Session);
            TellPrivately(seat, seat.Voice.Bye(SoonestReturn + ((LatestReturn - SoonestReturn) * seat.Place / _rounds.Row.Count)));
            _outbox.Tell(seat.Session, goodbye);
        }

        _outbox.Close();
        Timers.CancelAll();
        Seats.Clear();
        _rounds.Clear();
    }

    private Seat? SeatOf(MemberId id, IActorRef session) =>
        Seats.TryGetValue(id, out var seat) && seat.Session.Equals(session) ? seat : null;

    private ResumeToken? TokenOf(Join join) =>
        join.Resume is { } from && from.Epoch == _state.Epoch && ResumeToken.TryParse(from.Token, out var token) ? token : null;

    private void PublishDue()
    {
        if (Room.Due is not { } due)
        {
            return;
        }

        Publish(due);
        if (due.Announced)
        {
            TellEverybodyWhoIsHere();
        }
    }

    private void TellEverybodyWhoIsHere()
    {
        foreach (var feed in _state.Feeds)
        {
            if (feed.Voice.WhoNow(Present, Room.Seq) is { } who)
            {
                var frame = new PrivateFrame(Room.Seq, who);
                foreach (var seat in _rounds.Row.Where(seat => seat.Feed == feed))
                {
                    _outbox.Tell(seat.Session, frame);
                }
            }
        }
    }

    private void Publish(Fact fact)
    {
        _state.Apply(fact, _time.GetUtcNow());
        if (_settings.EchoLines && _logger.IsEnabled(LogLevel.Information))
        {
            var utf8 = new ArrayBufferWriter<byte>();
            PlainForm.WriteLine(fact, utf8);
            var line = Encoding.UTF8.GetString(utf8.WrittenSpan);
            Log.Broadcasting(_logger, line);
        }

        _outbox.TellEverybody();
    }

    private static string? Unreachable(Seat seat, Member who, int bytes) => seat switch
    {
        { IsAway: true } => Sentences.Away(who),
        { Whispers: 0 } => null,
        { Whispers: MostWhispers } => Sentences.NotReading(who),
        _ => seat.WhisperBytes + bytes > MostWhisperBytes ? Sentences.NotReading(who) : null,
    };

    // Gives the whisper to whom it is for; or says why it cannot be had.
    private string? Hand(Whispered whispered)
    {
        var seat = Seats[whispered.To.Id];
        var frame = seat.Voice.Whisper(whispered, _time.GetUtcNow());
        if (Unreachable(seat, whispered.To, frame.Length) is { } why)
        {
            return why;
        }

        seat.Whispers++;
        seat.WhisperBytes += frame.Length;
        _outbox.Tell(seat.Session, new PrivateFrame(Room.Seq, frame, IsWhisper: true));
        return null;
    }

    private void TellPrivately(Seat seat, byte[]? frame, bool isAnswer = false)
    {
        if (frame is not null)
        {
            _outbox.Tell(seat.Session, new PrivateFrame(Room.Seq, frame, IsAnswer: isAnswer));
        }
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

    // A member has been away for too long.
    private sealed record GraceOver(MemberId Id, long Since, bool IsAnew);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Debug, Message = "{Name} (member {Id}) joined")]
        public static partial void CameIn(ILogger logger, string name, long id);

        [LoggerMessage(EventId = 2, Level = LogLevel.Debug, Message = "{Name} (member {Id}) left")]
        public static partial void WentOut(ILogger logger, string name, long id);

        [LoggerMessage(EventId = 3, Level = LogLevel.Information, Message = "Broadcasting: {Line}")]
        public static partial void Broadcasting(ILogger logger, string line);

        [LoggerMessage(EventId = 4, Level = LogLevel.Debug, Message = "Member {Id} is away")]
        public static partial void WentAway(ILogger logger, long id);

        [LoggerMessage(EventId = 5, Level = LogLevel.Debug, Message = "Member {Id} is back")]
        public static partial void CameBack(ILogger logger, long id);
    }
}

/// <summary>What a room goes by.</summary>
/// <param name="LogEntries">The most facts that the log holds.</param>
/// <param name="LogBytes">The most bytes that the log holds.</param>
/// <param name="AnnounceUpTo">Up to how many members joins and leaves are announced; 0 for never, -1 for always.</param>
/// <param name="EchoLines">Whether every line is logged, as the first system did.</param>
public sealed record RoomSettings(int LogEntries, long LogBytes, int AnnounceUpTo, bool EchoLines)
{
    /// <summary>How long a member that can come back is waited for; zero for not at all.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The most members that are waited for at once; one more has left at once.</summary>
    public int MostAway { get; init; } = 20_000;

    /// <summary>How often a member may change its name; 0 for as often as it likes.</summary>
    public int RenamesPerMinute { get; init; }

    /// <summary>What clients are told to keep to.</summary>
    public ClientLimits Limits { get; init; } = new(MessageBytes: 65536, DisplayName.MostCharacters, Answers.MostUnanswered, LinesPerSecond: 0, Burst: 0);
}
