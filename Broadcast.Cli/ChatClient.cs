using System.Globalization;
using System.Net.WebSockets;
using System.Threading.Channels;
using Broadcast.Cli.Editing;
using Broadcast.Cli.Talk;

namespace Broadcast.Cli;

/// <summary>
/// One conversation, over as many connections as it takes, until one side ends it.
/// </summary>
/// <remarks>
/// A single loop takes everything that happens from one channel: it alone prints, it alone decides what is sent, and it
/// waits for nothing else, so neither a stuck send nor a person who types nothing keeps it from what comes next.
/// </remarks>
internal sealed partial class ChatClient : IDisposable
{
    private const string QuitCommand = "/quit";
    private const string Exiting = "Exiting...";

    private readonly Wishes _wishes;
    private readonly Terminal _terminal;
    private readonly Screen _screen;
    private readonly LineEditor? _editor;
    private readonly Patience _patience;
    private readonly Channel<Happening> _happenings =
        Channel.CreateUnbounded<Happening>(new UnboundedChannelOptions { SingleReader = true });

    private readonly Input _input;
    private readonly Link _link;
    private readonly Narration _narration;
    private readonly Alarm _deadline;
    private readonly Alarm _welcome;
    private readonly Alarm _listening;
    private readonly Alarm _pace;
    private readonly Pacer _pacer;
    private readonly Outbox _outbox = new();

    private ITalk _talk;
    private Stage _stage = Stage.Talking;
    private bool _hasBeenIn;
    private bool _unsentIsGivenUp;
    private TimeSpan _retryAfter;
    private bool _wasRefused;
    private string? _shutOut;
    private WebSocketCloseStatus _goodbye = WebSocketCloseStatus.NormalClosure;
    private int _statusOfLeaving = ExitCode.Done;
    private bool _outputHasFailed;
    private int? _outcome;

    /// <summary>Takes part as it is wished.</summary>
    /// <param name="wishes">What it is to be like.</param>
    /// <param name="terminal">Where the person is.</param>
    /// <param name="screen">What the person sees.</param>
    /// <param name="editor">Of the screen's prompt; null where whole lines are read.</param>
    /// <param name="patience">How long to wait for the server.</param>
    /// <param name="surroundings">Time and chance.</param>
    public ChatClient(Wishes wishes, Terminal terminal, Screen screen, LineEditor? editor, Patience patience, Surroundings surroundings)
    {
        _wishes = wishes;
        _terminal = terminal;
        _screen = screen;
        _editor = editor;
        _patience = patience;
        _input = new Input(terminal, editor, _happenings.Writer);
        _link = new Link(wishes.Address, wishes.Credentials, patience.Dial, LongestAbsence(), surroundings, _happenings.Writer.TryWrite);
        _narration = new Narration(wishes, screen, terminal.IsInteractive);
        _deadline = new Alarm(surroundings.Clock, Tell);
        _welcome = new Alarm(surroundings.Clock, Tell);
        _listening = new Alarm(surroundings.Clock, Tell);
        _pace = new Alarm(surroundings.Clock, Tell);
        _pacer = new Pacer(surroundings.Clock);
        _talk = new PlainTalk(wishes.Address.Name);
    }

    private enum Stage
    {
        /// <summary>Lines are taken from the person.</summary>
        Talking,

        /// <summary>Input has ended; what was said is still to be answered.</summary>
        AwaitingAnswers,

        /// <summary>What was taken is still to be sent, the close frame after it.</summary>
        Leaving,

        /// <summary>The close frame is out; what is still owed arrives, and then the server's reply.</summary>
        SayingGoodbye,
    }

    // Nobody sits there: what is waited for has to come in time, or it is a failure.
    private bool IsScript => !_terminal.IsInteractive || _wishes.HasItsSay || _wishes.Listen > 0;

    private bool IsListening => _narration.HeardOfOthers < _wishes.Listen;

    /// <summary>Talks until it is over.</summary>
    /// <param name="socket">To the server, open. It is disposed, like all that follow it.</param>
    /// <param name="leave">Cancelled when the person wants to go.</param>
    /// <returns>The status to end with, one of <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(WebSocket socket, CancellationToken leave)
    {
        using var onLeave = leave.Register(() => Tell(new LeaveAsked()));
        try
        {
            Begin(socket);
            await TalkAsync();
        }
        finally
        {
            _input.Dispose();
            _happenings.Writer.Complete();
            await _link.EndAsync(_goodbye);
        }

        if (_outcome is not ExitCode.Done)
        {
            return _outcome!.Value;
        }

        return _statusOfLeaving is ExitCode.Done && IsScript ? StatusOfScript : _statusOfLeaving;
    }

    // A script cannot read what the screen says.
    private int StatusOfScript => _wasRefused ? ExitCode.Refused : _narration.HasDoubts ? ExitCode.Lost : ExitCode.Done;

    /// <inheritdoc/>
    public void Dispose()
    {
        _input.Dispose();
        _link.Dispose();
        _deadline.Dispose();
        _welcome.Dispose();
        _listening.Dispose();
        _pace.Dispose();
    }

    private void Begin(WebSocket socket)
    {
        foreach (var line in _wishes.Send)
        {
            _outbox.Add(line);
        }

        if (_wishes is { Listen: > 0, Timeout: { } limit })
        {
            _listening.Set(limit);
        }

        Opened(socket);
        if (_wishes.HasItsSay)
        {
            EndOfInput();
        }
        else
        {
            _input.Start();
            _screen.WantPrompt();
        }

        _screen.Flush();
    }

    private async Task TalkAsync()
    {
        while (_outcome is null)
        {
            Take(await _happenings.Reader.ReadAsync(CancellationToken.None));
            if (!_happenings.Reader.TryPeek(out _))
            {
                _screen.Flush();
            }

            LookAfterOutput();
        }

        _screen.NoMorePrompts();
        _screen.Flush();
        LookAfterOutput();
    }

    private void Take(Happening happening)
    {
        switch (happening)
        {
            case Typed(var line):
                _screen.LineWasTyped();
                LineTyped(line);
                break;
            case ReadAheadEnded:
                _input.Pause();
                ReadOnWhenSent();
                break;
            case InputEnded:
                EndOfInput();
                break;
            case Pressed(var key):
                KeyPressed(key);
                break;
            case StopAsked:
                Stop();
                break;
            case Continued:
                GoOn();
                break;
            case Resized:
                _screen.PromptChanged();
                break;
            case OfConnection(var connection, var what):
                if (connection == _link.Connection)
                {
                    TakeFrom(connection, what);
                }

                break;
            case Dialled(var dial):
                TakeDial(dial);
                break;
            case LeaveAsked:
                LeaveAtOnce();
                break;
            case Rang rang:
                TakeAlarm(rang);
                break;
            default:
                throw new InvalidOperationException($"Nobody expected {happening}.");
        }
    }

    private void TakeFrom(Connection connection, Happening happening)
    {
        switch (happening)
        {
            case Arrived(var text):
                connection.ReceiveNext();
                Arrival(text);
                break;
            case ArrivedBinary(var bytes):
                connection.ReceiveNext();
                _screen.Note(string.Create(CultureInfo.InvariantCulture, $"The server sent {bytes} bytes that are no text; not shown."));
                break;
            case ArrivedTooLarge:
                _goodbye = WebSocketCloseStatus.MessageTooBig;
                Lost(Ending.TooLarge);
                break;
            case Closed(var code, var reason):
                ServerClosed(code, reason);
                break;
            case Dropped(var cause):
                ServerDropped(cause);
                break;
            case Sent:
                connection.WasSent();
                FrameSent();
                break;
            case SendFailed(var cause):
                SendingFailed(connection, cause);
                break;
            default:
                throw new InvalidOperationException($"Nobody expected {happening} of a connection.");
        }
    }

    private void TakeAlarm(Rang rang)
    {
        if (_link.DialsAt(rang))
        {
            return;
        }

        if (_deadline.HasRung(rang))
        {
            DeadlinePassed();
        }
        else if (_link.GivesUpAt(rang) is { } sentence)
        {
            Finish(ExitCode.Lost, sentence);
        }
        else if (_pace.HasRung(rang))
        {
            SendNext();
        }
        else if (_welcome.HasRung(rang))
        {
            Lost(Ending.LetNobodyIn);
        }
        else if (_listening.HasRung(rang) && IsListening)
        {
            HeardTooLittle();
        }
    }

    private void HeardTooLittle()
    {
        if (_hasBeenIn)
        {
            Finish(ExitCode.Lost, string.Create(
                CultureInfo.InvariantCulture, $"{_narration.HeardOfOthers} of {_wishes.Listen} messages came within {Absence.Words(_wishes.Timeout!.Value)}."));
        }
        else
        {
            Lost(Ending.LetNobodyIn);
        }
    }

    private void Arrival(string text)
    {
        var heard = _talk.Hear(text);
        _narration.Tell(heard, _talk.Name);
        _retryAfter = heard.RetryAfter ?? _retryAfter;
        _shutOut = heard.ShutOut ?? _shutOut;
        if (heard.Entrance is not null)
        {
            _pacer.Keep(_talk.Limits.LinesPerSecond, _talk.Limits.Burst);
        }

        _outbox.AddFrames(heard.Frames);
        if (heard.Entrance is { } entrance)
        {
            LetIn(entrance);
        }

        if (heard.NotSaid is { } line)
        {
            NotSaid(line);
        }

        if (heard.NameRefused is { } why && IsScript)
        {
            Finish(ExitCode.Refused, $"The server calls nobody '{_wishes.Address.Name}': {why}.");
            return;
        }

        SendNext();
        if (heard.IsAnswer)
        {
            AnswersGoOn();
        }

        if (_wishes.Listen > 0 && !IsListening && _stage == Stage.Talking)
        {
            _screen.NoMorePrompts();
            _stage = Stage.AwaitingAnswers;
        }

        if (_wishes.Listen > 0)
        {
            AnswersGoOn();
        }
    }

    private void NotSaid(string line)
    {
        _wasRefused = true;
        _narration.NotSaid(line);
    }

    private void FrameSent()
    {
        if (_stage == Stage.Leaving)
        {
            _deadline.Set(_patience.Goodbye);
        }

        SendNext();

        // Where each line is answered, the time that sending takes is part of the wait for that.
        if (_talk is PlainTalk || !IsScript)
        {
            AnswersGoOn();
        }
    }

    private void SendNext()
    {
        while (_link.Connection is { IsSending: false } connection)
        {
            if (_outbox.NextFrame() is { } ready)
            {
                connection.Send(ready);
            }
            else if (_talk.HasRoom && IsTimeForALine() && _outbox.NextLine() is { } line)
            {
                _pacer.Spend();
                Say(connection, line);
            }
            else
            {
                break;
            }
        }

        if (_stage == Stage.Leaving && _outbox.IsEmpty && _link.Connection is { IsSending: false } open)
        {
            _stage = Stage.SayingGoodbye;
            _deadline.Set(_patience.Goodbye);
            _ = open.CloseAsync(_goodbye);
        }

        ReadOnWhenSent();

        // A line that is answered here is sent nowhere: nothing will come that it could be told by.
        if (IsAllAnswered)
        {
            AnswersGoOn();
        }
    }

    private bool IsTimeForALine()
    {
        var wait = _outbox.Lines.Count > 0 ? _pacer.Wait : TimeSpan.Zero;
        if (wait > TimeSpan.Zero)
        {
            _pace.Set(wait);
        }

        return wait == TimeSpan.Zero;
    }

    private void Say(Connection connection, string line)
    {
        var spoken = _talk.Say(line);
        if (spoken.Answer is { } answer)
        {
            _screen.Answer(answer);
        }

        if (spoken.IsRefused)
        {
            NotSaid(line);
        }

        if (spoken.Frame is { } frame)
        {
            connection.Send(frame);
        }
    }

    private void ReadOnWhenSent()
    {
        if (_outbox.IsEmpty && _stage == Stage.Talking)
        {
            _input.ReadOn();
        }
    }

    private void AnswersGoOn()
    {
        if (_stage != Stage.AwaitingAnswers || _link.Connection is null)
        {
            return;
        }

        if (!IsAllAnswered)
        {
            _deadline.Set(IsScript ? LongestForAnswers : _patience.Goodbye);
        }
        else if (IsListening && !_terminal.IsInteractive)
        {
            _deadline.Stop();
        }
        else
        {
            Leave();
        }
    }

    private bool IsAllAnswered => (_talk.IsIn || !IsScript) && IsAllSent && _talk.Unanswered == 0;

    private bool IsAllSent => _outbox.IsEmpty && !_link.IsSending;

    private TimeSpan LongestForAnswers => _wishes.Timeout ?? _patience.Echo;

    private void LookAfterOutput()
    {
        if (_outputHasFailed || _screen.Failure is not { } failure)
        {
            return;
        }

        _outputHasFailed = true;
        if (!Screen.ReaderWentAway(failure))
        {
            _statusOfLeaving = ExitCode.OutputFailed;
            _screen.Problem($"What arrives cannot be written: {failure.Message}");
        }

        if (_outcome is null && _stage is Stage.Talking or Stage.AwaitingAnswers)
        {
            GiveUpUnsent();
            Leave();
        }
    }

    private void DeadlinePassed()
    {
        if (IsLeft)
        {
            Left();
        }
        else if (_link.Connection?.SendFailure is { } cause)
        {
            Lost(Ending.Dropped(cause));
        }
        else if (_stage == Stage.AwaitingAnswers && !_talk.IsIn)
        {
            Lost(Ending.LetNobodyIn);
        }
        else if (_stage == Stage.AwaitingAnswers && IsScript && (_talk is JsonTalk || IsAllSent))
        {
            Finish(ExitCode.Lost, $"The server has not answered within {Absence.Words(LongestForAnswers)}.");
        }
        else if (_stage == Stage.AwaitingAnswers)
        {
            Leave();
        }
        else if (_stage == Stage.Leaving)
        {
            Finish(ExitCode.Lost, LostServer.TookNoMore(_outbox.Lines.Count + (_link.IsSending ? 1 : 0)));
        }
    }

    private void Tell(Happening happening) => _happenings.Writer.TryWrite(happening);
}
