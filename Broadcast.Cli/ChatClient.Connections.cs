using System.Globalization;
using System.Net.WebSockets;
using Broadcast.Cli.Talk;

namespace Broadcast.Cli;

/// <content>One connection after the other.</content>
internal sealed partial class ChatClient
{
    private void Opened(WebSocket socket)
    {
        var connection = _link.Use(socket);
        if (connection.IsJson && _talk is not JsonTalk)
        {
            _talk = new JsonTalk(_wishes.Address.Name, _hasBeenIn ? 0 : _wishes.History);
        }
        else if (!connection.IsJson)
        {
            OpenedPlain();
        }

        _outbox.AddFrames(_talk.Open());
        connection.ReceiveNext();
        if (_talk.IsIn)
        {
            LetIn(entrance: null);
        }
        else
        {
            _welcome.Set(_patience.Dial);
        }

        SendNext();
    }

    private void OpenedPlain()
    {
        if (_talk is JsonTalk)
        {
            _narration.PerhapsNotSaid(_talk.GiveUp());
            _talk = new PlainTalk(_wishes.Address.Name);
        }

        if (_wishes.IsVerbose)
        {
            _screen.Note("The server speaks the plain form: nobody's place is held there, and lines are not answered.");
        }

        if (!_hasBeenIn && _wishes.History > 0)
        {
            _outbox.AddFrames([string.Create(CultureInfo.InvariantCulture, $"/history {_wishes.History}")]);
        }
    }

    private void LetIn(Entrance? entrance)
    {
        _welcome.Stop();
        _hasBeenIn = true;
        _retryAfter = TimeSpan.Zero;
        _narration.In(_link.Arrive(), entrance, _talk.Name);
        AnswersGoOn();
    }

    private void Lost(Ending ending)
    {
        var uncertain = _talk.Lose();
        var mayComeBack = ending.Fate == Fate.ComeBack || (ending.Fate == Fate.LineRefused && _talk is PlainTalk && !IsScript);
        var wantsToStay = _stage == Stage.Talking || (_stage == Stage.AwaitingAnswers && IsScript);
        if (mayComeBack && wantsToStay && _hasBeenIn && _link.MayComeBack)
        {
            GoAway(ending, uncertain);
            return;
        }

        _narration.PerhapsNotSaid(uncertain);
        Finish(StatusOf(ending), ending.Sentence);
    }

    // Who does not want it to come back is told of any loss alike.
    private int StatusOf(Ending ending) => ending.Fate switch
    {
        Fate.Refused when !_hasBeenIn => ExitCode.Refused,
        _ when !_hasBeenIn => ExitCode.CannotConnect,
        Fate.Refused or Fate.LineRefused when _link.MayComeBack => ExitCode.Refused,
        _ => ExitCode.Lost,
    };

    private void GoAway(Ending ending, IReadOnlyList<string> uncertain)
    {
        var wasIn = !_link.IsAway;
        _welcome.Stop();
        _deadline.Stop();
        _outbox.DropFrames();
        _link.Lose(_retryAfter);
        _retryAfter = TimeSpan.Zero;
        if (wasIn)
        {
            _screen.Problem($"{ending.Sentence} Reconnecting...");
        }

        _narration.PerhapsNotSaid(uncertain);
        ShowAbsence();
    }

    private void ShowAbsence()
    {
        if (_link.Connection is null)
        {
            _narration.Away(_outbox.Lines.Count + _talk.Unanswered);
        }
    }

    private void TakeDial(Dial dial)
    {
        if (dial.Socket is { } socket)
        {
            Opened(socket);
            return;
        }

        if (dial.IsRefused)
        {
            Finish(ExitCode.Refused, dial.Problem!);
            return;
        }

        _link.TryAgain(dial.Problem!, dial.RetryAfter);
        if (_wishes.IsVerbose)
        {
            _screen.Note(dial.Problem!);
        }
    }

    private TimeSpan LongestAbsence()
    {
        if (!_wishes.Reconnects || _patience.Away == TimeSpan.Zero)
        {
            return TimeSpan.Zero;
        }

        return _wishes.Timeout ?? (IsScript && _patience.Away == Timeout.InfiniteTimeSpan ? Patience.OfScripts : _patience.Away);
    }
}
