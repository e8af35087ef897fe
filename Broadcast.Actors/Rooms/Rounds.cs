using Akka.Actor;
using Broadcast.Actors.Sessions;

namespace Broadcast.Actors.Rooms;

/// <summary>
/// Tells everybody what there is. Everybody is told in a round that goes on for as long as there is news, some at a
/// time: each is told all that it has not been told yet, in one batch, however much that is by then. So what is said
/// during a round goes along with it from there on, and the busier the room the larger the batches. Owned by the room's
/// actor.
/// </summary>
/// <param name="feeds">What is told, one for each form.</param>
/// <param name="goOn">Asks for a call of <see cref="GoOn"/>, behind what is to be done before.</param>
internal sealed class Rounds(Feed[] feeds, Action goOn)
{
    private readonly List<Seat> _row = [];

    // Whose turn it is in the row, how many turns are left until everybody knows everything, how many there have ever
    // been, and who spoke since the last step.
    private bool _isGoingOn;
    private int _turn;
    private int _turnsLeft;
    private long _turnsTaken;
    private readonly List<Seat> _spoke = [];

    // Whose lines not everybody has been told yet, and after how many turns everybody has who has kept its seat.
    private readonly Queue<(IActorRef Session, long Due)> _untold = [];

    /// <summary>Those who are told, in no order that means anything.</summary>
    public IReadOnlyList<Seat> Row => _row;

    /// <summary>Somebody is told from here on.</summary>
    public void Add(Seat seat)
    {
        seat.Place = _row.Count;
        _row.Add(seat);
        StartAgain();
    }

    /// <summary>Somebody is told no longer.</summary>
    public void Remove(Seat seat)
    {
        var last = _row[^1];
        last.Place = seat.Place;
        _row[last.Place] = last;
        _row.RemoveAt(_row.Count - 1);
        StartAgain();
    }

    /// <summary>Nobody is told any longer.</summary>
    public void Clear() => _row.Clear();

    /// <summary>There is something to tell.</summary>
    public void Begin()
    {
        _turnsLeft = _row.Count;
        if (!_isGoingOn)
        {
            // Further on than the last began, so that nobody is always last.
            _turn = (_turn + RoomActor.Step) % Math.Max(1, _row.Count);
            _isGoingOn = true;
            goOn();
        }
    }

    /// <summary>Who has said something gets its credit back when everybody has been told: a flood is no faster.</summary>
    public void TakenWhenTold(IActorRef session) => _untold.Enqueue((session, _turnsTaken + _row.Count));

    /// <summary>Who speaks is told at once: its own line has been taken, and what it says next goes along with the same round.</summary>
    public void Spoke(Seat seat)
    {
        if (_spoke.Count == 0 || _spoke[^1] != seat)
        {
            _spoke.Add(seat);
        }
    }

    /// <summary>The next step.</summary>
    public void GoOn()
    {
        TellSome();
        _isGoingOn = _turnsLeft > 0;
        if (_isGoingOn)
        {
            goOn();
        }
    }

    /// <summary>Tells everybody everything at once.</summary>
    public void Finish()
    {
        while (_turnsLeft > 0)
        {
            TellSome();
        }
    }

    // Somebody has come or gone, and the last may sit elsewhere: it may be its turn only in the next round, and credit that
    // is due may come before. Who has been told already will be passed over.
    private void StartAgain() => _turnsLeft = _isGoingOn ? _row.Count : 0;

    private void TellSome()
    {
        foreach (var feed in feeds)
        {
            feed.BeginStep();
        }

        foreach (var seat in _spoke)
        {
            // It may have gone since.
            if (seat.Place < _row.Count && _row[seat.Place] == seat)
            {
                _ = Tell(seat);
            }
        }

        _spoke.Clear();
        for (var told = 0; told < RoomActor.Step && _turnsLeft > 0; _turnsLeft--, _turnsTaken++)
        {
            _turn = _turn + 1 < _row.Count ? _turn + 1 : 0;
            if (Tell(_row[_turn]))
            {
                told++;
            }
        }

        while (_untold.TryPeek(out var line) && (line.Due <= _turnsTaken || _turnsLeft == 0))
        {
            _untold.Dequeue().Session.Tell(Taken.Instance);
        }
    }

    private static bool Tell(Seat seat)
    {
        var last = seat.Feed.Last;
        if (seat.Told >= last)
        {
            return false;
        }

        while (seat.Told < last)
        {
            var batch = seat.Feed.BatchAfter(seat.Told);
            seat.Session.Tell(batch);
            seat.Told = batch.Slice.Last;
        }

        return true;
    }
}
