using System.Globalization;
using Akka.Actor;
using Broadcast.Actors.Rooms;

namespace Broadcast.Actors.Sessions;

/// <summary>
/// The sessions' parent, <c>/user/sessions</c>. It numbers the members, opens a session for each connection, and has
/// the one timer of them all. A session that breaks is stopped, never restarted: its socket is in an unknown state, and
/// the room learns of the end by its death watch.
/// </summary>
public sealed class SessionsActor : ReceiveActor, IWithTimers
{
    /// <param name="room">The room that every session joins.</param>
    /// <param name="keepAlive">How silence is judged.</param>
    /// <param name="time">Where the present comes from.</param>
    /// <param name="rules">What else holds for each session; null for no limits.</param>
    /// <param name="last">The highest member's number that the room has seen.</param>
    public static Props Props(IActorRef room, KeepAlive keepAlive, TimeProvider time, SessionRules? rules = null, MemberId last = default)
    {
        rules ??= SessionRules.None;
        return Akka.Actor.Props.Create(() => new SessionsActor(room, keepAlive, time, rules, last));
    }

    // Silence is noticed up to one tick late: an eighth of the interval, and at least a tenth of a second, keeps
    // that small and the ticks few. A hello that does not come is noticed not much later than it is due.
    private const int TicksPerInterval = 8;
    private static readonly TimeSpan ShortestTick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestTick = SessionActor.HelloTime / 2;

    private readonly IActorRef _room;
    private readonly KeepAlive _keepAlive;
    private readonly TimeProvider _time;
    private readonly SessionRules _rules;

    private readonly TimeSpan _tick;

    // In so much time everybody who says nothing has been found out.
    private readonly TimeSpan _enough;

    private long _lastId;
    private CloseRoom? _closing;
    private long _tickedAt;
    private long? _awakeSince;

    /// <summary>See <see cref="Props"/>.</summary>
    public SessionsActor(IActorRef room, KeepAlive keepAlive, TimeProvider time, SessionRules rules, MemberId last)
    {
        _lastId = last.Value;
        _room = room;
        _keepAlive = keepAlive;
        _time = time;
        _rules = rules;
        var tick = keepAlive.Interval / TicksPerInterval;
        tick = tick < LongestTick ? tick : LongestTick;
        _tick = tick > ShortestTick ? tick : ShortestTick;
        var silence = keepAlive.Interval + keepAlive.Timeout;
        _enough = 2 * (silence > SessionActor.HelloTime ? silence : SessionActor.HelloTime);

        Receive<Open>(OnOpen);
        Receive<TimeToTick>(OnTimeToTick);
        Receive<CloseRoom>(OnCloseRoom);
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _tickedAt = _time.GetTimestamp();
        Timers.StartPeriodicTimer(TimeToTick.Instance, TimeToTick.Instance, _tick);
    }

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    private void OnOpen(Open open)
    {
        var id = new MemberId(++_lastId);
        var session = Context.ActorOf(
            SessionActor.Props(id, _room, open, _keepAlive, _time, _rules),
            id.Value.ToString(CultureInfo.InvariantCulture));
        if (_closing is not null)
        {
            session.Tell(_closing);
        }
    }

    private void OnTimeToTick(TimeToTick due)
    {
        var now = _time.GetTimestamp();
        if (_time.HasOverslept(_tickedAt, _tick, now) && (_awakeSince is not { } last || _time.GetElapsedTime(last, now) >= _enough))
        {
            _awakeSince = now;
        }

        _tickedAt = now;
        var tick = new Tick(now, _awakeSince ?? long.MinValue);
        foreach (var session in Context.GetChildren())
        {
            session.Tell(tick);
        }
    }

    private void OnCloseRoom(CloseRoom close)
    {
        _closing = close;
        // In front of the room's goodbye.
        foreach (var session in Context.GetChildren())
        {
            session.Tell(close);
        }

        _room.Tell(close);
    }

    private sealed record TimeToTick
    {
        public static TimeToTick Instance { get; } = new();
    }
}

/// <summary>How silence is judged: no byte from a peer, and none taken by its socket, while it is being read.</summary>
/// <param name="Interval">After so much silence a ping is sent.</param>
/// <param name="Timeout">After so much more the peer is taken for gone.</param>
public sealed record KeepAlive(TimeSpan Interval, TimeSpan Timeout);
