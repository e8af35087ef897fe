using Akka.Actor;
using Akka.Event;
using Broadcast.Actors.Door;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Wire;

namespace Broadcast.Actors.Sessions;

/// <summary>
/// One connection. It forwards what the peer says to the room and is the only writer of the peer's socket: never two
/// writes at once, everything in the room's order, a close frame always last. It is a cursor in the room's log and
/// keeps no queue of messages: a push that finds a write under way is dropped, and when the write completes the session
/// asks the room for what it missed. So a peer that reads slowly costs constant memory and nobody's time.
/// </summary>
public sealed class SessionActor : UntypedActor
{
    /// <param name="id">The member it is.</param>
    /// <param name="room">The room it joins.</param>
    /// <param name="open">The connection and the name it gave.</param>
    /// <param name="keepAlive">How silence is judged.</param>
    /// <param name="time">Measures silence and haste.</param>
    /// <param name="rules">What else holds; null for no limits.</param>
    public static Props Props(MemberId id, IActorRef room, Open open, KeepAlive keepAlive, TimeProvider time, SessionRules? rules = null)
    {
        rules ??= SessionRules.None;
        return Akka.Actor.Props.Create(() => new SessionActor(id, room, open, keepAlive, time, rules));
    }

    /// <summary>How long a session that wants to close waits for its socket to take what is owed.</summary>
    public static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(2);

    // So many pings are answered one by one; when more are owed, the latest alone is, as RFC 6455 5.5.3 allows.
    private const int MostPongs = 16;

    // So many private frames wait before more of the peer's lines do.
    private const int MostPrivates = 64;

    /// <summary>How long a peer may go on sending as fast as it is read before it is sent away.</summary>
    public static readonly TimeSpan HasteTime = TimeSpan.FromSeconds(10);

    // How often one that is read no faster than it may send is looked after.
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a peer that speaks <see cref="JsonForm"/> may take to say hello.</summary>
    public static readonly TimeSpan HelloTime = TimeSpan.FromSeconds(5);

    /// <summary>How long somebody with the wrong key waits for the answer.</summary>
    public static readonly TimeSpan MistakeTime = TimeSpan.FromSeconds(1);

    private static readonly byte[] Ping = ServerFrame.Control(Opcode.Ping, []);
    private static readonly byte[] NoHello = new JsonVoice().Refusal(ErrorCode.HelloFirst, ErrorCode.HelloFirst.Text, n: null);
    private static readonly byte[] NoKey = new JsonVoice().Refusal(ErrorCode.NotAllowed, CloseReason.KeyWrong.Text, n: null);

    // What every write looks at comes first and lies together in memory: a thousand sessions do not fit into a cache, and
    // each line of it that a delivery touches takes longer than all that it does there.
    private readonly IConnection _connection;

    // What the room has told and is still to be written.
    private readonly Outgoing _outgoing = new();

    // Pongs that are owed, or the latest alone; null before the first.
    private Queue<ReadOnlyMemory<byte>>? _pongs;

    // Null where the peer speaks plain.
    private readonly JsonPeer? _peer;

    private readonly IActorRef _room;
    private readonly WireForm _form;
    private readonly KeepAlive _keepAlive;
    private readonly TimeProvider _time;
    private readonly SessionRules _rules;
    private readonly long _opened;

    // What a plain peer comes in with, once it has said the key; null where it is in.
    private Open? _locked;
    private readonly Standing _standing;

    // Its own, until it is welcomed back as somebody who was here before.
    private MemberId _id;

    // What the peer says between its hello and its welcome; otherwise null.
    private Queue<PeerSays>? _early;

    // One question is with the room until its answer goes out; the others wait, and a goodbye behind them.
    private bool _isAsking;
    private Queue<object>? _questions;
    private object? _leave;

    // Whether what follows has been asked for.
    private bool _hasAskedForMissed;

    // At most one write is under way.
    private bool _writing;

    // Whether of the pongs only the latest is owed; and a ping of our own.
    private bool _owesTheLatest;
    private bool _owesPing;

    // Credit held back, and since when.
    private int _withheld;
    private long _withheldAt;

    // How fast the peer sends; credit held back because that is too fast, and since when.
    private Pace _pace;
    private int _slowed;
    private long _slowedAt;
    private bool _isSlowedAnew;
    private ICancelable? _breath;

    private long _pingedAt;
    private long _takenAt;

    // How much the peer had taken when that was last looked at.
    private long _acknowledged;

    // It has given a wrong key, and is left waiting for the answer.
    private bool _isMistaken;

    // Once the session wants to end: its last frame.
    private ReadOnlyMemory<byte>? _farewell;
    private ICancelable? _givingUp;
    private long _giveUpAt;
    private bool _saying;
    private bool _said;
    private bool _ended;

    /// <summary>See <see cref="Props"/>.</summary>
    public SessionActor(MemberId id, IActorRef room, Open open, KeepAlive keepAlive, TimeProvider time, SessionRules rules)
    {
        _id = id;
        _room = room;
        _connection = open.Connection;
        _form = open.Form;
        _keepAlive = keepAlive;
        _time = time;
        _rules = rules;
        _opened = time.GetTimestamp();
        _standing = open.Standing ?? Standing.Anybody;

        _peer = _form == WireForm.Json ? new JsonPeer(rules.NameLength, _standing, rules.Key) : null;
        _connection.Attach(Self);
        try
        {
            Begin(open);
        }
        catch
        {
            // There is no PostStop of an actor that could not begin.
            _connection.Finish(said: false);
            throw;
        }
    }

    /// <inheritdoc/>
    // A switch and no table: a receive actor's handlers are some kilobytes to each session, and the first message is
    // one that everybody gets for every batch (docs/performance.md has the figures).
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Batch batch:
                OnBatch(batch);
                break;
            case Written:
                OnWritten();
                break;
            case PeerSays says when _early is not null || (_isMistaken && says is not Pinged):
                // What a peer says that has made a mistake is nobody's; it waits for its answer all the same.
                _early?.Enqueue(says);
                break;
            case Received received:
                OnReceived(received);
                break;
            case Taken or Idled:
                OnTaken();
                break;
            case Missed missed:
                OnMissed(missed);
                break;
            case Overtaken overtaken:
                OnOvertaken(overtaken);
                break;
            case PrivateFrame line:
                OnPrivate(line);
                break;
            case Pinged pinged:
                OnPinged(pinged);
                break;
            case Tick tick:
                OnTick(tick);
                break;
            case Welcome welcome:
                OnWelcome(welcome);
                break;
            default:
                OnEnding(message);
                break;
        }
    }

    private void OnEnding(object message)
    {
        switch (message)
        {
            case PeerClosed closed:
                Close(CloseReason.Answer(closed.Code), _peer is null || closed.IsGoodbye ? new Leave(_id) : new Detach(_id));
                break;
            case Offended offended:
                SendAway(offended.Reason);
                break;
            case Goodbye goodbye:
                OnGoodbye(goodbye);
                break;
            case CloseRoom close:
                OnCloseRoom(close);
                break;
            case TakeBreath breath:
                OnTakeBreath(breath);
                break;
            case MistakeOver:
                SayGoodbye(CloseReason.KeyWrong);
                break;
            case GiveUp when IsGivenMoreTime():
                break;
            case GiveUp or Lost:
                End();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Begin(Open open)
    {
        if (_peer is not null)
        {
            // It has to say hello first.
        }
        else if (_rules.Key is not null && !_standing.HasKey)
        {
            _locked = open;
        }
        else
        {
            _room.Tell(PlainPeer.Join(_id, open, _rules.NameLength));
        }
    }

    private void OnWelcome(Welcome welcome)
    {
        _outgoing.Begin(welcome.Cursor, welcome.Latest ?? welcome.Cursor);
        _id = welcome.Id ?? _id;
        HearEarly();
    }

    private void OnBatch(Batch batch)
    {
        _outgoing.Hear(batch.Slice.Last);
        if (!_writing)
        {
            _outgoing.Add(batch.Slice);
            WriteNext();
        }
    }

    private void OnMissed(Missed missed)
    {
        _hasAskedForMissed = false;
        _outgoing.Add(missed.Slice);
        WriteNext();
    }

    private void OnOvertaken(Overtaken overtaken)
    {
        _hasAskedForMissed = false;
        _outgoing.Add(overtaken);
        WriteNext();
    }

    private void OnPrivate(PrivateFrame line)
    {
        _outgoing.Add(line);

        // An acknowledgement comes in front of the batch that it belongs to, which is on its way: there is nothing to ask for.
        if (_peer is null)
        {
            _outgoing.Hear(line.After);
        }

        WriteNext();
    }

    // Who asks much and reads no answer is asked to wait: its credit comes back as the answers go.
    private void OnTaken()
    {
        if (_outgoing.Privates < MostPrivates)
        {
            Grant();
            return;
        }

        if (_withheld++ == 0)
        {
            _withheldAt = _time.GetTimestamp();
        }
    }

    private void OnWritten()
    {
        _writing = false;
        // Only a write that had to wait says anything of the peer: the socket's buffer was full, and the peer took some
        // or is gone, which the reader will find.
        _takenAt = _time.GetTimestamp();
        OnTakenBySocket();
        WriteNext();
    }

    // Whether the room knows nothing of it yet.
    private bool IsOut => _peer is { IsIn: false } || _locked is not null;

    private void OnReceived(Received received)
    {
        if (_farewell is not null)
        {
            // Too late to be said. Credit does not come back: the connection reads on when everything has been said.
            return;
        }

        if (_locked is { } open)
        {
            Unlock(open, received.Text);
            return;
        }

        var asked = _peer is null ? PlainPeer.Asks(_id, received.Text, _rules.NameLength, _standing.Name is not null) : _peer.Asks(_id, received.Text);
        switch (asked)
        {
            case null:
                Grant();
                break;
            case Join join:
                // Whose member it is, is known when it has been welcomed.
                Grant();
                _early = new Queue<PeerSays>();
                _room.Tell(join);
                break;
            case Leave leave:
                Close(CloseReason.Quit.Frame, leave);
                break;
            case Offended { Reason: var reason } when reason == CloseReason.KeyWrong:
                Grant();
                Mistake();
                break;
            case Offended offended:
                SendAway(offended.Reason);
                break;
            case GetMembers or GetHistory when _connection.IsGone:
                Grant();
                break;
            case GetMembers or GetHistory:
                Ask(asked);
                break;
            default:
                _room.Tell(asked);
                break;
        }
    }

    private void OnPinged(Pinged pinged)
    {
        if (_farewell is null)
        {
            Grant();
        }

        _pongs ??= new Queue<ReadOnlyMemory<byte>>();
        _owesTheLatest |= _pongs.Count == MostPongs;
        if (_owesTheLatest)
        {
            _pongs.Clear();
        }

        _pongs.Enqueue(ServerFrame.Control(Opcode.Pong, pinged.Payload.Span));
        WriteNext();
    }

    private void OnTick(Tick tick)
    {
        if (IsOut && !_isMistaken && _time.GetElapsedTime(Math.Max(_opened, tick.AwakeSince), tick.Now) >= HelloTime)
        {
            SendAway(_locked is null ? CloseReason.HelloFirst : CloseReason.KeyWrong);
        }

        // A peer that is not read because it does not take its answers is heard from by its taking them.
        var alive = Math.Max(Math.Max(_withheld > 0 ? _withheldAt : _connection.LastHeard, _takenAt), tick.AwakeSince);
        var silence = _time.GetElapsedTime(alive, tick.Now);
        if (silence >= _keepAlive.Interval + _keepAlive.Timeout)
        {
            if (_writing && HasTakenMore())
            {
                _takenAt = tick.Now;
            }
            else
            {
                End();
            }
        }
        else if (silence >= _keepAlive.Interval && _pingedAt <= alive)
        {
            // What has been taken until now says nothing of what comes.
            _ = HasTakenMore();
            _pingedAt = tick.Now;
            _owesPing = true;
            WriteNext();
        }
    }

    private void OnGoodbye(Goodbye goodbye)
    {
        _outgoing.OweUpTo(goodbye.After);
        if (goodbye.Reason is { } reason)
        {
            // In place of any other: the room has closed in front of what the peer said last, its own goodbye included.
            SayLast(reason.Frame);
        }

        HearEarly();
        WriteNext();
    }

    // Who is in hears of it from the room.
    private void OnCloseRoom(CloseRoom close)
    {
        _giveUpAt = _time.GetTimestamp() + (long)(close.Time.TotalSeconds * _time.TimestampFrequency);
        _ = HasTakenMore();
        if (IsOut)
        {
            SayGoodbye(close.Reason);
        }
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        // A peer that has not taken its answers in time has said goodbye all the same.
        _questions?.Clear();
        LeaveUnlessAsking();
        _givingUp?.Cancel();
        _breath?.Cancel();
        _connection.Finish(_said);
    }

    private void HearEarly()
    {
        if (_early is { } early)
        {
            _early = null;
            foreach (var says in early)
            {
                OnReceive(says);
            }
        }
    }

    private void Ask(object question)
    {
        if (_isAsking)
        {
            (_questions ??= new Queue<object>()).Enqueue(question);
        }
        else
        {
            _isAsking = true;
            _room.Tell(question);
        }
    }

    private void AskNext()
    {
        if (_connection.IsGone)
        {
            while (_questions?.TryDequeue(out _) == true)
            {
                Grant();
            }
        }
        else if (_questions?.TryDequeue(out var next) == true)
        {
            Ask(next);
        }
    }

    private void Unlock(Open open, string key)
    {
        Grant();
        if (_rules.Key!.Is(key))
        {
            _locked = null;
            _room.Tell(PlainPeer.Join(_id, open, _rules.NameLength));
        }
        else
        {
            Mistake();
        }
    }

    // Whoever tries keys is to have to wait for each.
    private void Mistake()
    {
        _isMistaken = true;
        _connection.Blame(CloseReason.KeyWrong);
        if (_standing.From is { } from)
        {
            _rules.Door?.Tell(new Mistaken(from));
        }

        _givingUp = Context.System.Scheduler.ScheduleTellOnceCancelable(MistakeTime, Self, MistakeOver.Instance, ActorRefs.NoSender);
    }

    private void SendAway(CloseReason reason)
    {
        if (_farewell is null)
        {
            _connection.Blame(reason);
        }

        SayGoodbye(reason);
    }

    private void SayGoodbye(CloseReason reason)
    {
        if (_peer is { IsIn: false } && _farewell is null && (reason == CloseReason.HelloFirst || reason == CloseReason.KeyWrong))
        {
            _outgoing.Add(new PrivateFrame(After: 0, reason == CloseReason.HelloFirst ? NoHello : NoKey));
        }

        Close(reason.Frame, new Leave(_id, LeftReason.Removed));
    }

    // Leaves the room; what was said before is still written, then the frame.
    private void Close(ReadOnlyMemory<byte> frame, object leave)
    {
        if (_farewell is not null)
        {
            return;
        }

        SayLast(frame);
        if (IsOut)
        {
            // It was never in.
            _outgoing.OweUpTo(_outgoing.Cursor);
            WriteNext();
        }
        else
        {
            _leave = leave;
            LeaveUnlessAsking();
        }
    }

    private void SayLast(ReadOnlyMemory<byte> frame)
    {
        if (_farewell is null)
        {
            GiveUpLater();
        }

        if (!_saying)
        {
            _farewell = frame;
        }
    }

    private void GiveUpLater() =>
        _givingUp = Context.System.Scheduler.ScheduleTellOnceCancelable(ClosingTime, Self, GiveUp.Instance, ActorRefs.NoSender);

    // When the server goes, one that still reads has more time.
    private bool IsGivenMoreTime()
    {
        var now = _time.GetTimestamp();
        var isReading = now < _giveUpAt && (HasTakenMore() || _time.GetElapsedTime(_takenAt, now) < ClosingTime);
        if (isReading)
        {
            GiveUpLater();
        }

        return isReading;
    }

    // A write is done long after its peer has begun to read again: a socket that was full takes nothing until a good
    // part of it is free.
    private bool HasTakenMore()
    {
        var before = _acknowledged;
        _acknowledged = _connection.Acknowledged;
        return _acknowledged > before;
    }

    // Writes for as long as the socket takes it at once: control frames any time, what is next, and the farewell behind all.
    private void WriteNext()
    {
        while (!_writing && !_ended)
        {
            if (_pongs?.TryDequeue(out var pong) == true)
            {
                _owesTheLatest = false;
                Write(pong);
            }
            else if (_owesPing)
            {
                _owesPing = false;
                Write(Ping);
            }
            else if ((_peer is null ? _outgoing.Next() : _outgoing.NextTogether()) is { IsEmpty: false } next)
            {
                Write(next);
                LookAtWhatWasGivenOut();
            }
            else if (_outgoing.IsPaid)
            {
                _saying = true;
                Write(_farewell!.Value);
            }
            else
            {
                AskIfBehind();
                return;
            }
        }
    }

    // What comes of one may be that more is written.
    private void LookAtWhatWasGivenOut()
    {
        while (_outgoing.TryTakeGivenOut(out var line))
        {
            OnGivenOut(line);
        }
    }

    private void OnGivenOut(PrivateFrame line)
    {
        if (line.IsWhisper)
        {
            _room.Tell(new WhisperTaken(_id, line.Frame.Length));
        }

        if (line.IsAnswer)
        {
            _isAsking = false;
            AskNext();
            LeaveUnlessAsking();
        }

        if (_withheld > 0)
        {
            _withheld--;
            Grant();
        }
    }

    // One message more: now, or when the peer's rate allows it.
    private void Grant()
    {
        var now = _time.GetTimestamp();
        if (_farewell is not null || (_slowed == 0 && _rules.Lines.Allows(ref _pace, now)))
        {
            _connection.Grant();
        }
        else if (_slowed++ == 0)
        {
            _slowedAt = now;
            _isSlowedAnew = false;
            var notice = _form == WireForm.Plain ? _rules.PlainNotice : _rules.JsonNotice;
            OnPrivate(new PrivateFrame(After: _outgoing.Cursor, notice));
            TakeBreathLater(now);
        }
    }

    private void OnTakeBreath(TakeBreath breath)
    {
        var now = _time.GetTimestamp();
        if (!_isSlowedAnew && _time.HasOverslept(breath.Since, Breath, now))
        {
            _slowedAt = now;
            _isSlowedAnew = true;
        }

        for (; _slowed > 0 && (_farewell is not null || _rules.Lines.AllowsWaiting(ref _pace, now)); _slowed--)
        {
            _connection.Grant();
        }

        if (_slowed > 0)
        {
            if (_time.GetElapsedTime(_slowedAt, now) >= HasteTime)
            {
                SendAway(CloseReason.TooFast);
            }

            TakeBreathLater(now);
        }
    }

    private void TakeBreathLater(long now) =>
        _breath = Context.System.Scheduler.ScheduleTellOnceCancelable(Breath, Self, new TakeBreath(now), ActorRefs.NoSender);

    private void LeaveUnlessAsking()
    {
        if (_leave is { } leave && _questions is null or { Count: 0 })
        {
            _leave = null;
            _room.Tell(leave);
        }
    }

    private void AskIfBehind()
    {
        if (_outgoing.IsBehind && !_hasAskedForMissed)
        {
            _hasAskedForMissed = true;
            _room.Tell(new GetMissed(_outgoing.Cursor, _form, _id));
        }
    }

    private void Write(ReadOnlyMemory<byte> frames)
    {
        _writing = !_connection.TryWrite(frames);
        if (!_writing)
        {
            OnTakenBySocket();
        }
    }

    private void OnTakenBySocket()
    {
        if (_saying)
        {
            _said = true;
            End();
        }
    }

    private void End()
    {
        _ended = true;
        Context.Stop(Self);
    }

    private sealed record TakeBreath(long Since) : IDeadLetterSuppression;

    private sealed record MistakeOver : IDeadLetterSuppression
    {
        public static MistakeOver Instance { get; } = new();
    }

    private sealed record GiveUp : IDeadLetterSuppression
    {
        public static GiveUp Instance { get; } = new();
    }
}
