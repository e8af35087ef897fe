using System.Net.WebSockets;
using Broadcast.Cli.Talk;

namespace Broadcast.Cli;

/// <content>How it ends, and whose will that was.</content>
internal sealed partial class ChatClient
{
    // Nothing is owed any more: all is sent, or nobody wants it sent.
    private bool IsLeft => _stage == Stage.SayingGoodbye || (_stage == Stage.Leaving && _unsentIsGivenUp);

    private void EndOfInput()
    {
        if (_stage != Stage.Talking)
        {
            return;
        }

        if (!_wishes.HasItsSay && _terminal.IsInteractive)
        {
            _screen.NoMorePrompts();
            _screen.Remark(Exiting);
            if (_link.Connection is null)
            {
                LeaveWhileAway();
                return;
            }
        }

        _screen.NoMorePrompts();
        _stage = Stage.AwaitingAnswers;
        AnswersGoOn();
    }

    private void Quit()
    {
        _screen.NoMorePrompts();
        _screen.Remark(Exiting);
        if (_link.Connection is null)
        {
            LeaveWhileAway();
        }
        else
        {
            Leave();
        }
    }

    private void Leave()
    {
        if (_link.Connection is null)
        {
            _outcome = ExitCode.Done;
            return;
        }

        _stage = Stage.Leaving;
        _deadline.Set(_patience.Goodbye);
        SendNext();
    }

    private void LeaveWhileAway()
    {
        if (_outbox.Lines.Count + _talk.Unanswered == 0)
        {
            _outcome = ExitCode.Done;
        }
        else
        {
            Finish(ExitCode.Lost, "The server had not come back.");
        }
    }

    private void LeaveAtOnce()
    {
        if (_stage == Stage.SayingGoodbye)
        {
            return;
        }

        _screen.NoMorePrompts();
        _screen.Remark(Exiting);
        if (_link.Connection is null || !_talk.IsIn)
        {
            ListUnsaid();
            _outcome = ExitCode.Interrupted;
            return;
        }

        if ((_stage == Stage.AwaitingAnswers && _talk.Unanswered > 0) || IsListening)
        {
            _statusOfLeaving = ExitCode.Interrupted;
        }

        GiveUpUnsent();
        Leave();
    }

    private void GiveUpUnsent()
    {
        _outbox.Clear();
        _unsentIsGivenUp = true;
    }

    private void ServerClosed(WebSocketCloseStatus? code, string? reason)
    {
        // A reply to our close frame repeats its code or has none; any other is a refusal of what was sent before it.
        var isGoodbye = code is null or WebSocketCloseStatus.Empty or WebSocketCloseStatus.NormalClosure or WebSocketCloseStatus.EndpointUnavailable;
        if (IsLeft && isGoodbye)
        {
            Left();
        }
        else
        {
            Lost(Ending.Closed(code, reason, _shutOut));
        }
    }

    private void ServerDropped(Exception cause)
    {
        if (IsLeft)
        {
            Left();
        }
        else
        {
            Lost(Ending.Dropped(cause));
        }
    }

    // Answers come in front of the server's goodbye, and so do echoes: nobody knows of what has none now.
    private void Left()
    {
        if ((_talk is JsonTalk || IsScript) && _talk.Unanswered > 0 && !_unsentIsGivenUp)
        {
            Finish(ExitCode.Lost, "The server left before it had answered.");
        }
        else
        {
            _outcome = ExitCode.Done;
        }
    }

    // Why the socket takes no more, only its reading side knows: the server's close frame may have crossed the line that
    // was too long for it. So the failure waits for that, and is told only if nothing better comes.
    private void SendingFailed(Connection connection, Exception cause)
    {
        connection.SendingFailed(cause);
        if (_stage is Stage.Talking or Stage.AwaitingAnswers)
        {
            _deadline.Set(_patience.Goodbye);
        }
    }

    /// <summary>It is over: says what was not said, and why.</summary>
    private void Finish(int status, string sentence)
    {
        _screen.NoMorePrompts();
        if (_stage == Stage.Talking && _editor is { Text.Length: > 0 })
        {
            _screen.Note($"Not sent: {_editor.Text}");
        }

        ListUnsaid();
        _screen.Problem(sentence);
        _outcome = status;
    }

    private void ListUnsaid()
    {
        _narration.PerhapsNotSaid(_talk.GiveUp());
        _narration.NotSent([.. _outbox.Lines]);
    }
}
