using Akka.Actor;
using Akka.Event;
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
    /// <param name="time">Measures silence.</param>
    public static Props Props(MemberId id, IActorRef room, Open open, KeepAlive keepAlive, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new SessionActor(id, room, open, keepAlive, time));

    /// <summary>How long a session that wants to close waits for its socket to take what is owed.</summary>
    public static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(2);

    // So many pings are answered one by one; when more are owed, the latest alone is, as RFC 6455 5.5.3 allows.
    private const int MostControls = 16;

    // So many private frames wait before more of the peer's lines do.
    private const int MostPrivates = 64;

    /// <summary>How long a peer that speaks <see cref="JsonForm"/> may take to say hello.</summary>
    public static readonly TimeSpan HelloTime = TimeSpan.FromSeconds(5);

    private static readonly byte[] Ping = ServerFrame.Control(Opcode.Ping, []);
    private static readonly byte[] NoHello = new JsonVoice().Refusal(ErrorCode.HelloFirst, ErrorCode.HelloFirst.Text, n: null);

    private readonly IActorRef _room;
    private readonly IConnection _connection;
    private readonly WireForm _form;
    private readonly KeepAlive _keepAlive;
    private readonly TimeProvider _time;
    private readonly long _opened;

    // Null where the peer speaks plain.
    private readonly JsonPeer? _peer;

    // Its own, until it is welcomed back as somebody who was here before.
    private MemberId _id;

    // What the peer says between its hello and its welcome; otherwise null.
    private Queue<PeerSays>? _early;

    // One question is with the room until its answer goes out; the others wait.
    private bool _isAsking;
    private Queue<object>? _questions;

    // The last fact written or being written, and the last one known to exist.
    private long _cursor;
    private long _latest;

    // What of the log is at hand behind the cursor, and whether more has been asked for.
    private LogSlice _next;
    private bool _asking;

    // The notice of what the log no longer had; it stands in the place of the facts that are missing.
    private ReadOnlyMemory<byte>? _gap;

    // At most one write is under way.
    private bool _writing;

    private readonly Queue<ReadOnlyMemory<byte>> _controls = new(0);
    private readonly Queue<PrivateFrame> _privates = new(0);

    // Credit held back, and since when.
    private int _withheld;
    private long _withheldAt;

    private long _pingedAt;
    private long _takenAt;

    // Once the session wants to end: its last frame and, when the room has said goodbye, the last fact before that.
    private ReadOnlyMemory<byte>? _farewell;
    private long? _owed;
    private ICancelable? _givingUp;
    private bool _saying;
    private bool _said;
    private bool _ended;

    /// <summary>See <see cref="Props"/>.</summary>
    public SessionActor(MemberId id, IActorRef room, Open open, KeepAlive keepAlive, TimeProvider time)
    {
        _id = id;
        _room = room;
        _connection = open.Connection;
        _form = open.Form;
        _keepAlive = keepAlive;
        _time = time;
        _opened = time.GetTimestamp();

        if (_form == WireForm.Json)
        {
            _peer = new JsonPeer();
            _connection.Attach(Self);
        }
        else
        {
            var join = PlainPeer.Join(id, open);
            _connection.Attach(Self);
            _room.Tell(join);
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
            case PeerSays early when _early is not null:
                _early.Enqueue(early);
                break;
            case Received received:
                OnReceived(received);
                break;
            case Taken:
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
            case PeerClosed closed:
                Close(CloseReason.Answer(closed.Code), _peer is null || closed.IsGoodbye ? new Leave(_id) : new Detach(_id));
                break;
            case Offended offended:
                SendAway(offended.Reason);
                break;
            case Goodbye goodbye:
                OnGoodbye(goodbye);
                break;
            case GiveUp or Lost:
                End();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void OnWelcome(Welcome welcome)
    {
        _cursor = welcome.Cursor;
        _latest = welcome.Latest ?? welcome.Cursor;
        _id = welcome.Id ?? _id;
        HearEarly();
    }

    private void OnBatch(Batch batch)
    {
        _latest = Math.Max(_latest, batch.Slice.Last);
        if (!_writing)
        {
            Take(batch.Slice);
            WriteNext();
        }
    }

    private void OnMissed(Missed missed)
    {
        _asking = false;
        Take(missed.Slice);
        WriteNext();
    }

    private void OnOvertaken(Overtaken overtaken)
    {
        _asking = false;
        if (overtaken.Asked == _cursor)
        {
            _next = default;
            _gap = overtaken.Notice;
            _cursor = overtaken.Cursor;
            _latest = Math.Max(_latest, _cursor);
        }

        WriteNext();
    }

    private void OnPrivate(PrivateFrame line)
    {
        _latest = Math.Max(_latest, line.After);
        _privates.Enqueue(line);
        WriteNext();
    }

    // Who asks much and reads no answer is asked to wait: its credit comes back as the answers go.
    private void OnTaken()
    {
        if (_privates.Count < MostPrivates)
        {
            _connection.Grant();
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

    private void OnReceived(Received received)
    {
        if (_farewell is not null)
        {
            // Too late to be said; read on, for the peer's close frame.
            _connection.Grant();
            return;
        }

        var asked = _peer is null ? PlainPeer.Asks(_id, received.Text) : _peer.Asks(_id, received.Text);
        switch (asked)
        {
            case null:
                _connection.Grant();
                break;
            case Join join:
                // Whose member it is, is known when it has been welcomed.
                _connection.Grant();
                _early = new Queue<PeerSays>();
                _room.Tell(join);
                break;
            case Leave leave:
                Close(CloseReason.Quit.Frame, leave);
                break;
            case Offended offended:
                SendAway(offended.Reason);
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
        _connection.Grant();
        if (_controls.Count == MostControls)
        {
            _controls.Clear();
        }

        _controls.Enqueue(ServerFrame.Control(Opcode.Pong, pinged.Payload.Span));
        WriteNext();
    }

    private void OnTick(Tick tick)
    {
        if (_peer is { IsIn: false } && _time.GetElapsedTime(_opened, tick.Now) >= HelloTime)
        {
            SendAway(CloseReason.HelloFirst);
        }

        // A peer that is not read because it does not take its answers is heard from by its taking them.
        var alive = Math.Max(_withheld > 0 ? _withheldAt : _connection.LastHeard, _takenAt);
        var silence = _time.GetElapsedTime(alive, tick.Now);
        if (silence >= _keepAlive.Interval + _keepAlive.Timeout)
        {
            End();
        }
        else if (silence >= _keepAlive.Interval && _pingedAt <= alive)
        {
            _pingedAt = tick.Now;
            _controls.Enqueue(Ping);
            WriteNext();
        }
    }

    private void OnGoodbye(Goodbye goodbye)
    {
        _owed = goodbye.After;
        _latest = Math.Max(_latest, goodbye.After);
        if (goodbye.Reason is { } reason)
        {
            SayLast(reason.Frame);
        }

        HearEarly();
        WriteNext();
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _givingUp?.Cancel();
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

    private void SendAway(CloseReason reason)
    {
        if (reason == CloseReason.HelloFirst && _farewell is null)
        {
            _privates.Enqueue(new PrivateFrame(After: 0, NoHello));
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
        if (_peer is { IsIn: false })
        {
            // It was never in.
            _owed = _cursor;
            WriteNext();
        }
        else
        {
            _room.Tell(leave);
        }
    }

    private void SayLast(ReadOnlyMemory<byte> frame)
    {
        if (_farewell is null)
        {
            _farewell = frame;
            _givingUp = Context.System.Scheduler.ScheduleTellOnceCancelable(ClosingTime, Self, GiveUp.Instance, ActorRefs.NoSender);
        }
    }

    // A slice counts where it goes on behind the cursor, whole or in part; another is news of what there is to ask for.
    private void Take(LogSlice slice)
    {
        if (_next.IsEmpty && slice.First <= _cursor + 1)
        {
            _next = slice.After(_cursor);
        }
    }

    // Writes for as long as the socket takes it at once: control frames any time, what is next, and the farewell behind all.
    private void WriteNext()
    {
        while (!_writing && !_ended)
        {
            if (_controls.TryDequeue(out var control))
            {
                Write(control);
            }
            else if (TakeNext(out var line) is { IsEmpty: false } next)
            {
                Write(_peer is not null && _privates.Count > 0 ? Together(next) : next);
                OnHandedOver(line);
            }
            else if (_cursor >= _owed)
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

    // What is next in the order of the socket: word of a gap where it is, a private frame as soon as its place is reached,
    // facts. Empty where nothing is at hand.
    private ReadOnlyMemory<byte> TakeNext(out PrivateFrame? taken)
    {
        taken = null;
        if (_gap is { } gap)
        {
            _gap = null;
            return gap;
        }

        if (_privates.TryPeek(out var line) && line.After <= _cursor)
        {
            taken = _privates.Dequeue();
            return line.Frame;
        }

        if (_cursor >= _owed || _next.IsEmpty)
        {
            return default;
        }

        var slice = _next.UpTo(Math.Min(line?.After ?? long.MaxValue, _owed ?? long.MaxValue));
        _cursor = slice.Last;
        _next = _next.After(_cursor);
        return slice.Bytes;
    }

    // Each line of a peer that numbers them is acknowledged in its place, which takes what everybody is told apart: one
    // write for all of it, though it has to be copied, costs less than one for each piece.
    private byte[] Together(ReadOnlyMemory<byte> first)
    {
        List<ReadOnlyMemory<byte>> pieces = [first];
        var length = first.Length;
        while (length < RoomLog.SegmentBytes && TakeNext(out var line) is { IsEmpty: false } next)
        {
            OnHandedOver(line);
            pieces.Add(next);
            length += next.Length;
        }

        var together = new byte[length];
        var at = 0;
        foreach (var piece in pieces)
        {
            piece.CopyTo(together.AsMemory(at));
            at += piece.Length;
        }

        return together;
    }

    private void OnHandedOver(PrivateFrame? line)
    {
        if (line is null)
        {
            return;
        }

        if (line.IsWhisper)
        {
            _room.Tell(new WhisperTaken(_id, line.Frame.Length));
        }

        if (line.IsAnswer)
        {
            _isAsking = false;
            if (_questions?.TryDequeue(out var next) == true)
            {
                Ask(next);
            }
        }

        if (_withheld > 0)
        {
            _withheld--;
            _connection.Grant();
        }
    }

    private void AskIfBehind()
    {
        if (_cursor < _latest && !_asking)
        {
            _asking = true;
            _room.Tell(new GetMissed(_cursor, _form));
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

    private sealed record GiveUp : IDeadLetterSuppression
    {
        public static GiveUp Instance { get; } = new();
    }
}
