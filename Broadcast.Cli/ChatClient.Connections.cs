using System.Globalization;
using System.Net.WebSockets;
using Broadcast.Cli.Talk;

namespace Broadcast.Cli;

/// <content>One connection after the other.</content>
internal sealed partial class ChatClient
{
    private void Opened(Connection connection)
    {
        _connection = connection;
        _absence.Opened();
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
            List("Perhaps not said", _talk.GiveUp());
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
        _lastDialProblem = null;
        _screen.ShowStatus("");
        List("Perhaps not said", entrance?.Uncertain ?? []);
        if (_absence.End() is { } away)
        {
            _screen.Remark($"Back after {away}{HowItIs(entrance)}.");
        }

        AnswersGoOn();
    }

    private string HowItIs(Entrance? entrance) => entrance switch
    {
        { How: Entering.TooLate, Missed: 0 } => $"; you were away too long: you are back as {_talk.Name}",
        { How: Entering.TooLate, Missed: var missed } =>
            $"; you were away too long: you are back as {_talk.Name}, and {Wording.MissedMessages(missed)}",
        { How: Entering.Elsewhere } => $"; the server was started anew: you are back as {_talk.Name}",
        _ => "",
    };

    private void Lost(Ending ending)
    {
        var uncertain = _talk.Lose();
        var mayComeBack = ending.Fate == Fate.ComeBack || (ending.Fate == Fate.LineRefused && _talk is PlainTalk && !IsScript);
        var wantsToStay = _stage == Stage.Talking || (_stage == Stage.AwaitingAnswers && IsScript);
        if (mayComeBack && wantsToStay && _hasBeenIn && _absence.IsPossible)
        {
            GoAway(ending, uncertain);
            return;
        }

        List("Perhaps not said", uncertain);
        Finish(StatusOf(ending), ending.Sentence);
    }

    // Who does not want it to come back is told of any loss alike.
    private int StatusOf(Ending ending) => ending.Fate switch
    {
        _ when !_hasBeenIn => ExitCode.CannotConnect,
        Fate.Refused or Fate.LineRefused when _absence.IsPossible => ExitCode.Refused,
        _ => ExitCode.Lost,
    };

    private void GoAway(Ending ending, IReadOnlyList<string> uncertain)
    {
        var wasIn = _connection is not null && !_absence.IsUnderWay;
        if (_connection is { } connection)
        {
            _connection = null;
            _ = connection.EndAsync(WebSocketCloseStatus.NormalClosure);
        }

        _welcome.Stop();
        _deadline.Stop();
        _outbox.DropFrames();
        _absence.Begin(_retryAfter);
        _retryAfter = TimeSpan.Zero;
        if (wasIn)
        {
            _screen.Problem($"{ending.Sentence} Reconnecting...");
        }

        List("Perhaps not said", uncertain);
        ShowAbsence();
    }

    private void ShowAbsence()
    {
        if (_connection is null)
        {
            var waiting = _outbox.Lines.Count + _talk.Unanswered;
            var lines = waiting switch
            {
                0 => "",
                1 => ", 1 line waiting",
                _ => string.Create(CultureInfo.InvariantCulture, $", {waiting} lines waiting"),
            };
            _screen.ShowStatus($"reconnecting…{lines} ");
        }
    }

    private async Task DialAsync()
    {
        try
        {
            var dial = await Dial.OpenAsync(_wishes.Address, _patience.Dial, _surroundings.Clock, _dialling.Token);
            if (!_happenings.Writer.TryWrite(new Dialled(dial)))
            {
                dial.Socket?.Dispose();
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody wants to come back any more.
        }
    }

    private void TakeDial(Dial dial)
    {
        if (dial.Socket is { } socket)
        {
            Opened(new Connection(socket, Tell));
            return;
        }

        if (dial.IsRefused)
        {
            Finish(ExitCode.Refused, dial.Problem!);
            return;
        }

        _lastDialProblem = dial.Problem;
        if (_wishes.IsVerbose)
        {
            _screen.Note(dial.Problem!);
        }

        _absence.TryAgain();
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
