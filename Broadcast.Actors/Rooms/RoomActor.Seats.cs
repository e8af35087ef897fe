using Akka.Actor;
using Broadcast.Actors.Sessions;
using Broadcast.Actors.Wire;

namespace Broadcast.Actors.Rooms;

/// <content>How a member gets its seat, keeps it without a session, and loses it.</content>
public sealed partial class RoomActor
{
    // Of those who were here when the last server ended, who can come back is waited for, and the others have left.
    private void TakeUp()
    {
        foreach (var seat in Seats.Values.ToList())
        {
            if (MayStay(seat))
            {
                AwaitReturn(seat);
            }
            else
            {
                Depart(seat, LeftReason.Lost);
            }
        }

        // It may go by something else than it did.
        PublishDue();
    }

    // Somebody new comes in, who may have been here before and left.
    private void Welcome(Join join, Joined joined, ResumeToken? former)
    {
        var token = join.Form == WireForm.Json ? ResumeToken.Create() : null;
        var seat = _state.Admit(join.Id, join.Form, token?.Digest, former?.Digest);
        Sit(seat, join.Id);
        _outbox.Tell(Sender, new Welcome(Room.Seq));
        TellPrivately(seat, seat.Voice.Welcome(WelcomingOf(joined.Who, token, Room.Seq), Present));
        if (Room.IsAnnouncing)
        {
            seat.JoinedAt = joined.Seq;
            Publish(joined);
        }
        else
        {
            // Its own line is a joiner's first in any case.
            var now = _time.GetUtcNow();
            _state.Apply(joined, now);
            TellPrivately(seat, seat.Voice.Unannounced(joined, now));
        }

        PublishDue();
        TellPrivately(seat, seat.Voice.NameGiven(join, joined));
        Log.CameIn(_logger, joined.Who.Name.Text, join.Id.Value);
    }

    // A member's new session takes the old one's place, and nobody else hears anything.
    private void Resume(Seat seat, MemberId session, ResumeToken token, long from)
    {
        if (!seat.IsAway && session.CompareTo(seat.SessionId) < 0)
        {
            // A connection that was given up in favour of the one that is here, and was heard only now.
            _outbox.Tell(Sender, new Goodbye(After: 0, CloseReason.Replaced));
            return;
        }

        if (seat.IsAway)
        {
            Timers.Cancel(seat.Id);
            _away--;
        }
        else
        {
            _outbox.Tell(seat.Session, new Goodbye(After: 0, CloseReason.Replaced));
            Rise(seat);
        }

        Sit(seat, session);

        var cursor = Math.Min(from, Room.Seq);
        _outbox.Tell(Sender, new Welcome(cursor, seat.Id, Room.Seq));
        _outbox.Tell(Sender, new PrivateFrame(cursor, seat.Voice.WelcomeBack(WelcomingOf(Room.Find(seat.Id)!, token, cursor))!));
        if (cursor <= seat.ListedAt)
        {
            TellPrivately(seat, seat.Voice.WhoNow(Present, Room.Seq));
            _state.List(seat);
        }

        Log.CameBack(_logger, seat.Id.Value);
    }

    private Welcoming WelcomingOf(Member you, ResumeToken? token, long seq) => new(_state.Epoch, seq, you, token, _settings.Limits);

    // The member's session, which has asked for it, is told from here on.
    private void Sit(Seat seat, MemberId session)
    {
        (seat.Session, seat.SessionId) = (Sender, session);
        Context.WatchWith(seat.Session, new Ended(seat.Id, seat.Session));
        seat.Told = Room.Seq;
        (seat.Whispers, seat.WhisperBytes) = (0, 0);
        _rounds.Add(seat);
    }

    // The member's session is told no longer.
    private void Rise(Seat seat)
    {
        Context.Unwatch(seat.Session);
        _rounds.Remove(seat);
        seat.Session = ActorRefs.Nobody;
    }

    // The member goes, and its session may still be owed of its form's log: that goes on until the session has ended.
    private void SeeOut(Seat seat)
    {
        _rounds.Remove(seat);
        seat.Feed.Open(Room.Seq);
        _leaving.Add(seat.Session, seat.Feed);
        seat.Session = ActorRefs.Nobody;
    }

    private bool MayStay(Seat seat) => seat.Token is not null && _settings.Grace > TimeSpan.Zero && _away < _settings.MostAway;

    // The session is gone, and the member may come back.
    private void StayWithout(Seat seat)
    {
        Rise(seat);
        AwaitReturn(seat);
    }

    private void AwaitReturn(Seat seat)
    {
        _away++;
        WaitFor(seat, isAnew: false);
        Log.WentAway(_logger, seat.Id.Value);
    }

    private void WaitFor(Seat seat, bool isAnew) =>
        Timers.StartSingleTimer(seat.Id, new GraceOver(seat.Id, _time.GetTimestamp(), isAnew), _settings.Grace);

    // The one door out.
    private void Depart(Seat seat, LeftReason reason)
    {
        if (Room.Decide(new Leave(seat.Id, reason)) is Left left)
        {
            if (Room.IsAnnouncing)
            {
                Publish(left);
            }
            else
            {
                _state.Apply(left, _time.GetUtcNow());
            }

            PublishDue();
            Log.WentOut(_logger, left.Who.Name.Text, seat.Id.Value);
        }
    }
}
