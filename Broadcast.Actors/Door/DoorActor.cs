using Akka.Actor;
using Akka.Event;
using Broadcast.Actors.Wire;

namespace Broadcast.Actors.Door;

/// <summary>
/// Who may come in from where, <c>/user/door</c>: it counts the connections of each address, how fast they come, and how
/// often somebody there had the wrong key. An address that has nobody in and has been quiet is forgotten. It also knows who
/// stands outside without an answer: who says nothing, or its request bit by bit, makes room for those who come next.
/// </summary>
public sealed class DoorActor : ReceiveActor, IWithTimers
{
    // Who mistypes a key tries again; who guesses needs more than a few.
    private const int MistakesPerMinute = 10;

    /// <summary>How many make room at a time where descriptors run short.</summary>
    internal const int MakingRoom = 64;

    private static readonly TimeSpan TidyingTime = TimeSpan.FromSeconds(10);

    private readonly int _mostInside;
    private readonly Rate _joins;
    private readonly Rate _mistakes;
    private readonly TimeProvider _time;
    private readonly Dictionary<Neighbourhood, Visits> _visits = [];
    private readonly Unanswered _outside = new();

    /// <param name="connections">The most connections from one address, and the most of it without an answer; 0 for any number.</param>
    /// <param name="joinsPerSecond">How many of them may come in a second, and at once; 0 for any number.</param>
    /// <param name="time">Measures how fast they come.</param>
    public static Props Props(int connections, int joinsPerSecond, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new DoorActor(connections, joinsPerSecond, time));

    /// <summary>See <see cref="Props"/>.</summary>
    public DoorActor(int connections, int joinsPerSecond, TimeProvider time)
    {
        _mostInside = connections == 0 ? int.MaxValue : connections;
        _joins = new Rate(joinsPerSecond, TimeSpan.FromSeconds(1), Math.Max(1, joinsPerSecond), time);
        _mistakes = new Rate(MistakesPerMinute, TimeSpan.FromMinutes(1), MistakesPerMinute, time);
        _time = time;

        Receive<Arrived>(OnArrived);
        Receive<Answered>(OnAnswered);
        Receive<MakeRoom>(_ => Sender.Tell(new RoomMade(_outside.Cut(MakingRoom))));
        Receive<Knock>(OnKnock);
        Receive<Mistaken>(OnMistaken);
        Receive<Gone>(OnGone);
        Receive<TimeToTidy>(_ => Tidy());
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>How many addresses it knows of.</summary>
    internal int Remembered => _visits.Count;

    /// <summary>How many have no answer yet.</summary>
    internal int Outside => _outside.Count;

    // Of an address that has more outside than may be in, the one that has waited longest is not waited for.
    private void OnArrived(Arrived arrived)
    {
        _outside.Add(arrived.Visitor);
        if (arrived.From is { } from)
        {
            var outside = VisitsOf(from).Outside;
            outside.Add(arrived.Visitor);
            if (outside.Count > _mostInside)
            {
                _ = outside.Cut(1);
            }
        }
    }

    private void OnAnswered(Answered answered)
    {
        _outside.Remove(answered.Visitor);
        if (answered.From is { } from)
        {
            VisitsOf(from).Outside.Remove(answered.Visitor);
        }
    }

    private void OnKnock(Knock knock)
    {
        var visits = VisitsOf(knock.From);
        var refusal = RefusalOf(visits, _time.GetTimestamp());
        visits.Inside += refusal is null ? 1 : 0;
        Sender.Tell(new Opened(refusal));
    }

    private CloseReason? RefusalOf(Visits visits, long now)
    {
        if (visits.Inside >= _mostInside)
        {
            return CloseReason.AddressFull;
        }

        if (!_mistakes.HasRoom(visits.Mistakes, now))
        {
            return CloseReason.TooManyMistakes;
        }

        return _joins.Allows(ref visits.Joins, now) ? null : CloseReason.JoinsTooFast;
    }

    // Of those who are in already and guess all at once, each guess counts.
    private void OnMistaken(Mistaken mistaken) => _mistakes.Take(ref VisitsOf(mistaken.From).Mistakes, _time.GetTimestamp());

    private void OnGone(Gone gone) => VisitsOf(gone.From).Inside--;

    private Visits VisitsOf(Neighbourhood from)
    {
        if (_visits.Count == 0)
        {
            Timers.StartPeriodicTimer(TimeToTidy.Instance, TimeToTidy.Instance, TidyingTime);
        }

        if (!_visits.TryGetValue(from, out var visits))
        {
            visits = new Visits();
            _visits.Add(from, visits);
        }

        return visits;
    }

    private void Tidy()
    {
        var now = _time.GetTimestamp();
        foreach (var (from, visits) in _visits)
        {
            if (visits.Inside == 0 && visits.Outside.Count == 0 && visits.Joins.Next <= now && visits.Mistakes.Next <= now)
            {
                _ = _visits.Remove(from);
            }
        }

        if (_visits.Count == 0)
        {
            Timers.Cancel(TimeToTidy.Instance);
        }
    }

    private sealed class Visits
    {
        public readonly Unanswered Outside = new();
        public int Inside;
        public Pace Joins;
        public Pace Mistakes;
    }

    private sealed record TimeToTidy
    {
        public static TimeToTidy Instance { get; } = new();
    }
}

/// <summary>A connection has been accepted.</summary>
/// <param name="Visitor">The connection.</param>
/// <param name="From">Where it is; null where it is under no limit for each address.</param>
public sealed record Arrived(IVisitor Visitor, Neighbourhood? From) : IDeadLetterSuppression;

/// <summary>It has been answered, or has gone: <see cref="Arrived"/> holds no longer.</summary>
/// <param name="Visitor">The connection.</param>
/// <param name="From">As it was said then.</param>
public sealed record Answered(IVisitor Visitor, Neighbourhood? From) : IDeadLetterSuppression;

/// <summary>Descriptors have run short. Answered with <see cref="RoomMade"/>.</summary>
public sealed record MakeRoom
{
    /// <summary>The only one.</summary>
    public static MakeRoom Instance { get; } = new();
}

/// <summary>Those who had waited longest have been cut. Answers <see cref="MakeRoom"/>.</summary>
/// <param name="Cut">How many; 0 where there was nobody.</param>
public sealed record RoomMade(int Cut);

/// <summary>Somebody wants to come in from an address; answered with <see cref="Opened"/>.</summary>
/// <param name="From">Where it is.</param>
public sealed record Knock(Neighbourhood From);

/// <summary>The door is open or is not. Answers <see cref="Knock"/>.</summary>
/// <param name="Refusal">Why not; null where it is, and <see cref="Gone"/> is to follow.</param>
public sealed record Opened(CloseReason? Refusal);

/// <summary>Somebody who was let in has gone.</summary>
/// <param name="From">Where it was.</param>
public sealed record Gone(Neighbourhood From) : IDeadLetterSuppression;

/// <summary>Somebody had the wrong key.</summary>
/// <param name="From">Where it is.</param>
public sealed record Mistaken(Neighbourhood From) : IDeadLetterSuppression;
