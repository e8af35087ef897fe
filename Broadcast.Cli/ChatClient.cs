using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
using Broadcast.Cli.Editing;

namespace Broadcast.Cli;

/// <summary>
/// One conversation over an open socket, until one side ends it.
/// </summary>
/// <remarks>
/// A single loop takes everything that happens from one channel: it alone prints, it alone decides what is sent, and it
/// waits for nothing else, so neither a stuck send nor a person who types nothing keeps it from what comes next. At any
/// time one receive, one send and one read-ahead of the input are under way, and each tells the loop when it is over.
/// </remarks>
internal sealed class ChatClient : IDisposable
{
    private const string QuitCommand = "/quit";
    private const string Exiting = "Exiting...";

    // What Tab knows besides names.
    private static readonly string[] Commands = ["/help", "/name ", "/quit", "/who"];

    // Closing a socket that the server has left is a courtesy; it delays nobody for longer.
    private static readonly TimeSpan CourtesyLimit = TimeSpan.FromMilliseconds(500);

    private readonly WebSocket _socket;
    private readonly Terminal _terminal;
    private readonly Screen _screen;
    private readonly LineEditor? _editor;
    private readonly Patience _patience;
    private readonly Incoming _incoming;
    private readonly LineReader _lines;
    private readonly PeopleSeen _people = new();
    private readonly Timer _alarm;
    private readonly Channel<Happening> _happenings =
        Channel.CreateUnbounded<Happening>(new UnboundedChannelOptions { SingleReader = true });

    private readonly Queue<string> _outbox = new();
    private readonly Unanswered _unanswered = new();
    private Stage _stage = Stage.Talking;
    private bool _sending;
    private Exception? _sendFailure;
    private bool _readAheadEnded;
    private bool _unsentIsGivenUp;
    private long _deadline;
    private WebSocketCloseStatus _goodbye = WebSocketCloseStatus.NormalClosure;
    private int _statusOfLeaving = ExitCode.Done;
    private bool _outputHasFailed;
    private int? _outcome;

    /// <summary>Takes part over a socket that is open; it stays the caller's to dispose.</summary>
    /// <param name="socket">To the server.</param>
    /// <param name="terminal">Where the person is.</param>
    /// <param name="screen">What the person sees.</param>
    /// <param name="editor">Of the screen's prompt; null where whole lines are read.</param>
    /// <param name="patience">How long to wait for the server.</param>
    public ChatClient(WebSocket socket, Terminal terminal, Screen screen, LineEditor? editor, Patience patience)
    {
        _socket = socket;
        _terminal = terminal;
        _screen = screen;
        _editor = editor;
        _patience = patience;
        _incoming = new Incoming(socket);
        _lines = new LineReader(terminal.Input, _happenings.Writer);
        _alarm = new Timer(_ => Tell(new TimeIsUp()));
    }

    private enum Stage
    {
        /// <summary>Lines are taken from the person.</summary>
        Talking,

        /// <summary>Input has ended; what was said is still to come back.</summary>
        AwaitingEchoes,

        /// <summary>What was taken is still to be sent, the close frame after it.</summary>
        Leaving,

        /// <summary>The close frame is out; what is still owed arrives, and then the server's reply.</summary>
        SayingGoodbye,
    }

    /// <summary>Talks until it is over.</summary>
    /// <param name="leave">Cancelled when the person wants to go.</param>
    /// <returns>The status to end with, one of <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(CancellationToken leave)
    {
        using var onLeave = leave.Register(() => Tell(new LeaveAsked()));
        using var watching = _editor is null ? null : _terminal.Raw?.Watch(Tell);
        try
        {
            return await TalkAsync();
        }
        finally
        {
            _terminal.Raw?.Leave();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _alarm.Dispose();

    private async Task<int> TalkAsync()
    {
        _ = ReceiveAsync();
        StartReading();
        _screen.WantPrompt();
        _screen.Flush();

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
        if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            await Task.WhenAny(CloseAsync(_goodbye), Task.Delay(CourtesyLimit, CancellationToken.None));
        }

        return _outcome is ExitCode.Done ? _statusOfLeaving : _outcome.Value;
    }

    private void StartReading()
    {
        if (_editor is not null && _terminal.Raw is { } raw)
        {
            raw.Enter();
            new KeyReader(raw.Keys, _happenings.Writer).Start();
        }
        else
        {
            _lines.ReadOn();
        }
    }

    private void Take(Happening happening)
    {
        switch (happening)
        {
            case Typed(var line):
                LineTyped(line);
                break;
            case ReadAheadEnded:
                _readAheadEnded = true;
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
            case Arrived(var text):
                Arrival(text);
                break;
            case ArrivedBinary(var bytes):
                _screen.Note(string.Create(CultureInfo.InvariantCulture, $"The server sent {bytes} bytes that are no text; not shown."));
                _ = ReceiveAsync();
                break;
            case ArrivedTooLarge:
                _goodbye = WebSocketCloseStatus.MessageTooBig;
                Lost(LostServer.TooLarge);
                break;
            case Closed(var code, var reason):
                ServerClosed(code, reason);
                break;
            case Dropped(var cause):
                ServerDropped(cause);
                break;
            case Sent:
                LineSent();
                break;
            case SendFailed(var cause):
                SendingFailed(cause);
                break;
            case LeaveAsked:
                LeaveAtOnce();
                break;
            case TimeIsUp:
                AlarmRang();
                break;
            default:
                throw new InvalidOperationException($"Nobody expected {happening}.");
        }
    }

    private void LineTyped(string line)
    {
        _screen.LineWasTyped();
        if (_stage != Stage.Talking)
        {
            return;
        }

        if (line.AsSpan().Trim() is QuitCommand)
        {
            _screen.NoMorePrompts();
            _screen.Note(Exiting);
            Leave();
        }
        else if (line.Length > 0)
        {
            _outbox.Enqueue(line);
            SendNext();
        }
    }

    private void KeyPressed(Key key)
    {
        if (_stage != Stage.Talking || _editor is null)
        {
            return;
        }

        _screen.PromptChanged();
        switch (_editor.Take(key))
        {
            case Edited:
                break;
            case Entered(var lines):
                _screen.LinesWereEntered(lines);
                foreach (var line in lines)
                {
                    LineTyped(line);
                }

                break;
            case CompletionAsked:
                _editor.Complete([.. Commands, .. _people.Names]);
                break;
            case EndAsked:
                EndOfInput();
                break;
            case InterruptAsked:
                LeaveAtOnce();
                break;
            case SuspendAsked:
                Stop();
                break;
            case RedrawAsked:
                _screen.Clear();
                break;
            case var other:
                throw new InvalidOperationException($"Nobody expected {other}.");
        }
    }

    private void Stop()
    {
        _screen.NoMorePrompts();
        _screen.Flush();
        _terminal.Raw?.Leave();
        _terminal.Raw?.Stop();
    }

    private void GoOn()
    {
        _terminal.Raw?.Enter();
        if (_stage == Stage.Talking)
        {
            _screen.WantPrompt();
            _screen.PromptChanged();
        }
    }

    private void EndOfInput()
    {
        if (_stage != Stage.Talking)
        {
            return;
        }

        _screen.NoMorePrompts();
        if (_terminal.IsInteractive)
        {
            _screen.Note(Exiting);
        }

        _stage = Stage.AwaitingEchoes;
        AnswersGoOn();
    }

    private void Arrival(string text)
    {
        _screen.Arrival(text);
        _people.Hear(VisibleText.Of(text));
        _ = ReceiveAsync();
        if (_unanswered.IsAnsweredBy(text))
        {
            AnswersGoOn();
        }
    }

    private void LineSent()
    {
        _sending = false;
        if (_stage == Stage.Leaving)
        {
            SetDeadline(_patience.Goodbye);
        }

        SendNext();
        AnswersGoOn();
    }

    // Why the socket takes no more, only its reading side knows: the server's close frame may have crossed the line that
    // was too long for it. So the failure waits for that, and is told only if nothing better comes.
    private void SendingFailed(Exception cause)
    {
        _sendFailure = cause;
        if (_stage == Stage.Talking)
        {
            SetDeadline(_patience.Goodbye);
        }
    }

    private void SendNext()
    {
        if (_sending)
        {
            return;
        }

        if (_outbox.TryDequeue(out var line))
        {
            _sending = true;
            _unanswered.Said(line);
            _ = SendAsync(line);
        }
        else if (_stage == Stage.Leaving)
        {
            _stage = Stage.SayingGoodbye;
            SetDeadline(_patience.Goodbye);
            _ = CloseAsync(_goodbye);
        }

        ReadOnWhenSent();
    }

    private void ReadOnWhenSent()
    {
        if (_readAheadEnded && _outbox.Count == 0 && _stage == Stage.Talking)
        {
            _readAheadEnded = false;
            _lines.ReadOn();
        }
    }

    private void AnswersGoOn()
    {
        if (_stage != Stage.AwaitingEchoes)
        {
            return;
        }

        SetDeadline(_patience.Echo);
        if (_outbox.Count == 0 && !_sending && _unanswered.IsEmpty)
        {
            Leave();
        }
    }

    private void Leave()
    {
        _stage = Stage.Leaving;
        SetDeadline(_patience.Goodbye);
        SendNext();
    }

    private void LeaveAtOnce()
    {
        if (_stage != Stage.SayingGoodbye)
        {
            _screen.NoMorePrompts();
            _screen.Note(Exiting);
            GiveUpUnsent();
            Leave();
        }
    }

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

        if (_outcome is null && _stage is Stage.Talking or Stage.AwaitingEchoes)
        {
            GiveUpUnsent();
            Leave();
        }
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
            _outcome = ExitCode.Done;
        }
        else
        {
            Lost(LostServer.Closed(code, reason));
        }
    }

    private void ServerDropped(Exception cause)
    {
        if (IsLeft)
        {
            _outcome = ExitCode.Done;
        }
        else
        {
            Lost(LostServer.Dropped(cause));
        }
    }

    private void AlarmRang()
    {
        // One that was already on its way when the deadline moved.
        var left = _deadline - Environment.TickCount64;
        if (left > 0)
        {
            _alarm.Change(left, Timeout.Infinite);
            return;
        }

        if (IsLeft)
        {
            _outcome = ExitCode.Done;
        }
        else if (_sendFailure is { } cause)
        {
            Lost(LostServer.Dropped(cause));
        }
        else if (_stage == Stage.AwaitingEchoes)
        {
            Leave();
        }
        else if (_stage == Stage.Leaving)
        {
            Lost(LostServer.TookNoMore(_outbox.Count + 1));
        }
    }

    // Nothing is owed any more: all is sent, or nobody wants it sent.
    private bool IsLeft => _stage == Stage.SayingGoodbye || (_stage == Stage.Leaving && _unsentIsGivenUp);

    private void Lost(string sentence)
    {
        _screen.NoMorePrompts();
        if (_stage == Stage.Talking && _editor is { Text.Length: > 0 })
        {
            _screen.Note($"Not sent: {_editor.Text}");
        }

        _screen.Problem(sentence);
        _outcome = ExitCode.Lost;
    }

    private void SetDeadline(TimeSpan fromNow)
    {
        _deadline = Environment.TickCount64 + (long)fromNow.TotalMilliseconds;
        _alarm.Change(fromNow, Timeout.InfiniteTimeSpan);
    }

    private void Tell(Happening happening) => _happenings.Writer.TryWrite(happening);

    private async Task ReceiveAsync() => Tell(await _incoming.NextAsync());

    private async Task SendAsync(string line)
    {
        try
        {
            await _socket.SendAsync(Encoding.UTF8.GetBytes(line), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            Tell(new Sent());
        }
        catch (Exception failed) when (IsOfSocket(failed))
        {
            Tell(new SendFailed(failed));
        }
    }

    private async Task CloseAsync(WebSocketCloseStatus code)
    {
        try
        {
            await _socket.CloseOutputAsync(code, statusDescription: null, CancellationToken.None);
        }
        catch (Exception failed) when (IsOfSocket(failed))
        {
            // There is nobody left to say goodbye to; the reading side tells.
        }
    }

    private static bool IsOfSocket(Exception failed) =>
        failed is WebSocketException or IOException or InvalidOperationException or OperationCanceledException;
}
