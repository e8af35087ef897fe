using Akka.Actor;
using Broadcast.Actors.Sessions;
using Broadcast.Actors.Wire;

namespace Broadcast.Actors.Rooms;

/// <content>How a member gets its seat, keeps it without a session, and loses it.</content>
public sealed partial class RoomActor
{
    // Somebody new comes in. Answers are those to what it said before, where it has been here and left.
    private void Welcome(Join join, Joined joined, Answers? answers)
    {
        var feed = _feeds[(int)join.Form];
        feed.Open(_room.Seq);
        var seat = new Seat(join.Id, Sender, feed);
        if (join.Form == WireForm.Json)
        {
            seat.Token = _tokens.Give(seat);
            seat.Answers = answers ?? new Answers();
        }

        Sit(seat);
        Sender.Tell(new Welcome(_room.Seq));
        TellPrivately(seat, seat.Voice.Welcome(WelcomingOf(seat, joined.Who, _room.Seq), Present));
        _seats.Add(join.Id, seat);
        if (_room.IsAnnouncing)
        {
            Publish(joined);
        }
        else
        {
            // Its own line is a joiner's first in any case.
            _room = _room.Apply(joined);
            TellPrivately(seat, seat.Voice.Unannounced(joined, _time.GetUtcNow()));
        }

        PublishDue();
        TellPrivately(seat, seat.Voice.NameGiven(join, joined));
        Log.CameIn(_logger, joined.Who.Name.Text, join.Id.Value);
    }

    // A member's new session takes the old one's place, and nobody else hears anything.
    private void Resume(Seat seat, long from)
    {
        if (seat.IsAway)
        {
            Timers.Cancel(seat.Id);
            _away--;
        }
        else
        {
            seat.Session.Tell(new Goodbye(After: 0, CloseReason.Replaced));
            Rise(seat);
        }

        seat.Session = Sender;
        Sit(seat);

        var cursor = Math.Min(from, _room.Seq);
        Sender.Tell(new Welcome(cursor, seat.Id, _room.Seq));
        Sender.Tell(new PrivateFrame(cursor, seat.Voice.WelcomeBack(WelcomingOf(seat, _room.Find(seat.Id)!, cursor))!));
        if (cursor <= seat.ListedAt)
        {
            TellPrivately(seat, seat.Voice.WhoNow(Present, _room.Seq));
            seat.ListedAt = _room.Seq;
        }

        Log.CameBack(_logger, seat.Id.Value);
    }

    private Welcoming WelcomingOf(Seat seat, Member you, long seq) => new(_epoch, seq, you, seat.Token, _settings.Limits);

    // The member's session is told from here on.
    private void Sit(Seat seat)
    {
        Context.WatchWith(seat.Session, new Ended(seat.Id, seat.Session));
        seat.Told = _room.Seq;
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
        seat.Feed.Open(_room.Seq);
        _leaving.Add(seat.Session, seat.Feed);
        seat.Session = ActorRefs.Nobody;
    }

    private bool MayStay(Seat seat) => seat.Token is not null && _settings.Grace > TimeSpan.Zero && _away < _settings.MostAway;

    // The session is gone, and the member may come back.
    private void StayWithout(Seat seat)
    {
        Rise(seat);
        _away++;
        Timers.StartSingleTimer(seat.Id, new GraceOver(seat.Id), _settings.Grace);
        Log.WentAway(_logger, seat.Id.Value);
    }

    // The one door out.
    private void Depart(Seat seat, LeftReason reason)
    {
        _ = _seats.Remove(seat.Id);
        seat.Feed.Close();
        switch (seat)
        {
            case { Token: { } token } when reason == LeftReason.Removed:
                _tokens.Revoke(token);
                break;
            case { Token: { } token, Answers: { } answers }:
                _tokens.Retire(token, answers);
                break;
        }

        if (_room.Decide(new Leave(seat.Id, reason)) is Left left)
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
            Log.WentOut(_logger, left.Who.Name.Text, seat.Id.Value);
        }
    }
}
