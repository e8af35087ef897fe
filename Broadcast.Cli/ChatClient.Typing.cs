using Broadcast.Cli.Editing;
using Broadcast.Cli.Talk;

namespace Broadcast.Cli;

/// <content>What the person does.</content>
internal sealed partial class ChatClient
{
    // What Tab knows besides names.
    private static readonly string[] Commands = ["/help", "/history", "/me ", "/msg ", "/name ", "/quit", "/who"];

    private void LineTyped(string line)
    {
        if (_stage != Stage.Talking)
        {
            return;
        }

        if (line.AsSpan().Trim() is QuitCommand)
        {
            Quit();
        }
        else if (line.Length > 0 && _outbox.IsFull)
        {
            _narration.NotKept(line);
        }
        else if (line.Length > 0)
        {
            _outbox.Add(line);
            SendNext();
            ShowAbsence();
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
                LinesEntered(lines);
                break;
            case CompletionAsked:
                _editor.Complete([.. Commands, .. _narration.People, .. _talk.Names.Select(VisibleText.Of).Except(_narration.People, StringComparer.Ordinal)]);
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

    // Where lines are answered, one's own is seen when it is said, among those of others, and not before.
    private void LinesEntered(IReadOnlyList<string> lines)
    {
        if (_talk is PlainTalk)
        {
            _screen.LinesWereEntered(lines);
        }

        foreach (var line in lines)
        {
            LineTyped(line);
        }
    }

    private void Stop()
    {
        _screen.NoMorePrompts();
        _screen.Flush();
        _input.Stop();
    }

    private void GoOn()
    {
        _input.GoOn();
        if (_stage == Stage.Talking)
        {
            _screen.WantPrompt();
            _screen.PromptChanged();
        }
    }
}
