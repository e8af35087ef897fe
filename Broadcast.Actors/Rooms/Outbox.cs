using System.Buffers;
using Akka.Actor;
using Broadcast.Actors.Keeping;

namespace Broadcast.Actors.Rooms;

/// <summary>
/// What the room tells, in its order. Where nothing is recorded it is told at once. Where everything is, it is held until
/// the journal has what the room had recorded by then, and nobody hears of what could still be lost: what comes up while
/// one commit is under way goes along with the next. Owned by the room's actor.
/// </summary>
/// <param name="state">What is recorded.</param>
/// <param name="rounds">Tells everybody.</param>
/// <param name="journal">Keeps it, a <see cref="JournalActor"/>; null where nobody does.</param>
/// <param name="isDurable">Whether it does so all the time, and not only at the end.</param>
internal sealed class Outbox(RoomState state, Rounds rounds, IActorRef? journal, bool isDurable)
{
    // What rests on the commit that is under way, and what on the next.
    private Queue<Held> _held = [];
    private Queue<Held> _gathering = [];

    // What the next commit takes, and what the one under way has.
    private ArrayBufferWriter<byte> _records = new();
    private ArrayBufferWriter<byte> _underWay = new();

    // How many commits have no answer: at the end the last may stand behind another.
    private int _unanswered;

    // The last fact of the commit under way, and the last that everybody may be told.
    private long _latest;
    private long _settled = -1;

    private bool _isLong;
    private bool _isClosing;

    /// <summary>Everything from here on is recorded, if it is to be.</summary>
    public void Open()
    {
        if (isDurable)
        {
            state.RecordTo(_records);
            Settle(state.Seq);
        }
    }

    /// <summary>One is told.</summary>
    public void Tell(IActorRef to, object message)
    {
        if (isDurable)
        {
            _gathering.Enqueue(new Held(to, message, Speaker: null));
        }
        else
        {
            to.Tell(message);
        }
    }

    /// <summary>Everybody is told of a new fact.</summary>
    public void TellEverybody()
    {
        if (!isDurable)
        {
            rounds.Begin();
        }
    }

    /// <summary>A session gets its credit back when everybody has been told.</summary>
    /// <param name="session">Whose line it was.</param>
    /// <param name="speaker">Who has said something and is told before others; otherwise null.</param>
    public void TakenWhenTold(IActorRef session, Seat? speaker)
    {
        if (isDurable)
        {
            _gathering.Enqueue(new Held(session, Message: null, speaker));
        }
        else
        {
            Take(session, speaker);
        }
    }

    /// <summary>A message has been dealt with: what it came to can be told, or recorded first.</summary>
    public void Commit()
    {
        if (!isDurable || _unanswered > 0)
        {
            return;
        }

        if (_records.WrittenCount == 0)
        {
            Release(_gathering);
            return;
        }

        (_held, _gathering) = (_gathering, _held);
        (_records, _underWay) = (_underWay, _records);
        _records.ResetWrittenCount();
        state.RecordTo(_records);
        _latest = state.Seq;
        _unanswered++;
        journal.Tell(_isLong ? new RecordAll(state.Snapshot(), IsLast: false) : new Record(_underWay.WrittenMemory));
    }

    /// <summary>The journal has what was under way.</summary>
    public void OnRecorded(Recorded recorded)
    {
        if (!isDurable)
        {
            return;
        }

        _isLong = recorded.IsLong;
        _unanswered--;
        Settle(_isClosing && _unanswered == 0 ? state.Seq : _latest);
        Release(_held);
    }

    /// <summary>Nothing changes any more: the journal gets the whole state as its last, and what is held is told behind that.</summary>
    public void Close()
    {
        if (journal is not null)
        {
            _isClosing = true;
            _records.ResetWrittenCount();
            _unanswered++;
            journal.Tell(new RecordAll(state.Snapshot(), IsLast: true));
        }
    }

    private void Settle(long seq)
    {
        if (seq != _settled)
        {
            _settled = seq;
            Array.ForEach(state.Feeds, feed => feed.Settled = seq);
            rounds.Begin();
        }
    }

    private void Release(Queue<Held> held)
    {
        while (held.TryDequeue(out var next))
        {
            if (next.Message is { } message)
            {
                next.To.Tell(message);
            }
            else
            {
                Take(next.To, next.Speaker);
            }
        }
    }

    private void Take(IActorRef session, Seat? speaker)
    {
        rounds.TakenWhenTold(session);
        if (speaker is not null)
        {
            rounds.Spoke(speaker);
        }
    }

    // Without a message: the credit for a line.
    private readonly record struct Held(IActorRef To, object? Message, Seat? Speaker);
}
