using Broadcast.Cli.Editing;

namespace Broadcast.Cli;

/// <summary>
/// What the person sees. The chat client's loop is its only owner: nothing else prints while it runs. Whatever came from
/// elsewhere is made visible here, so no caller can forget it.
/// </summary>
/// <remarks>
/// An arrival takes the prompt's row, and the prompt comes back under it once a burst is over: with what is half typed
/// where there is an editor; in line mode the kernel holds that, and shows it no more.
/// </remarks>
internal sealed class Screen(Terminal terminal, LineEditor? editor = null, Look? look = null)
{
    /// <summary>Stands in front of what is typed.</summary>
    public const string Prompt = "> ";

    private const string ToRowStartAndErase = "\r\e[K";

    // EPIPE and EIO, the same everywhere .NET runs, and ERROR_BROKEN_PIPE and ERROR_NO_DATA.
    private const int BrokenPipe = 32;
    private const int TerminalGone = 5;
    private const int WindowsBrokenPipe = unchecked((int)0x8007006D);
    private const int WindowsPipeClosing = unchecked((int)0x800700E8);

    private const string ClearAll = "\e[H\e[2J";

    private readonly PromptRow? _row = editor is not null && terminal.Raw is { } raw ? new PromptRow(editor, raw) : null;
    private readonly Look _look = look ?? Look.Simple;
    private string _status = "";
    private bool _promptIsWanted;
    private bool _promptIsShown;
    private bool _promptIsStale;

    /// <summary>Why standard output takes no more, once it does not.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>
    /// Whether output failed because nobody reads it any more (<c>connect | head -1</c>, a terminal that was hung up),
    /// which is no error; a full disk is one.
    /// </summary>
    public static bool ReaderWentAway(Exception failure) => failure.HResult is BrokenPipe or TerminalGone or WindowsBrokenPipe or WindowsPipeClosing;

    /// <summary>Asks for the prompt; it appears with the next <see cref="Flush"/>.</summary>
    public void WantPrompt() => _promptIsWanted = terminal.IsInteractive;

    /// <summary>The person pressed Enter: the cursor stands on a row of its own.</summary>
    public void LineWasTyped() => _promptIsShown = false;

    /// <summary>What is typed, or the room for it, has changed; it is drawn with the next <see cref="Flush"/>.</summary>
    public void PromptChanged() => _promptIsStale = true;

    /// <summary>What stands in front of the prompt; empty where there is nothing to say. Whole lines have no room for it.</summary>
    public void ShowStatus(string status)
    {
        _promptIsStale |= _row is not null && _status != status;
        _status = status;
    }

    /// <summary>
    /// Lines were entered in the editor, and it will never be known which arrivals they are: they stay, each on a row of its
    /// own, but for empty ones, which nobody is sent.
    /// </summary>
    public void LinesWereEntered(IReadOnlyList<string> lines)
    {
        TakePromptAway();
        foreach (var line in lines.Where(line => line.Length > 0))
        {
            Print($"{Prompt}{VisibleText.Of(line)}\n");
        }
    }

    /// <summary>Nothing is left on the screen but the prompt.</summary>
    public void Clear()
    {
        Write(ClearAll);
        _row?.Forget();
        _promptIsShown = false;
    }

    /// <summary>A line from the server.</summary>
    /// <param name="line">What it is.</param>
    /// <param name="isForMe">One is spoken of in it.</param>
    public void Arrival(Line line, bool isForMe = false) => Print(_look.Of(line, isForMe && terminal.OutputIsTerminal));

    /// <summary>What arrived, for a program.</summary>
    public void Arrival(JsonText json) => Print($"{json.Text}\n");

    /// <summary>An answer that the client gives itself; not among the arrivals when those are piped somewhere.</summary>
    public void Answer(Line line)
    {
        if (terminal.OutputIsTerminal)
        {
            Arrival(line);
        }
        else
        {
            PrintError(line.Text);
        }
    }

    /// <summary>Something that goes without saying, where few words are wanted.</summary>
    public void Remark(string sentence)
    {
        if (!_look.IsQuiet)
        {
            Note(sentence);
        }
    }

    /// <summary>The client's own word; not among the arrivals when those are piped somewhere.</summary>
    public void Note(string sentence)
    {
        if (terminal.OutputIsTerminal)
        {
            Print($"{VisibleText.Of(sentence)}\n");
        }
        else
        {
            PrintError(sentence);
        }
    }

    /// <summary>What went wrong, on standard error.</summary>
    public void Problem(string sentence)
    {
        TakePromptAway();
        FlushOutput();
        PrintError(sentence);
    }

    /// <summary>There will be nothing more to type.</summary>
    public void NoMorePrompts()
    {
        _promptIsWanted = false;
        TakePromptAway();
    }

    /// <summary>Shows what has been printed, and the prompt under it.</summary>
    public void Flush()
    {
        if (_promptIsWanted && (!_promptIsShown || _promptIsStale))
        {
            Write(_row?.Draw(_status) ?? Prompt);
            _promptIsShown = true;
            _promptIsStale = false;
        }

        FlushOutput();
    }

    private void FlushOutput()
    {
        try
        {
            if (Failure is null)
            {
                terminal.Output.Flush();
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Failure = failure;
        }
    }

    private void Print(string line)
    {
        TakePromptAway();
        Write(line);
    }

    private void TakePromptAway()
    {
        if (_promptIsShown)
        {
            Write(_row?.Erase() ?? (terminal.CanErase ? ToRowStartAndErase : "\n"));
            _promptIsShown = false;
        }
    }

    private void Write(string text)
    {
        try
        {
            if (Failure is null)
            {
                terminal.Output.Write(text);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Failure = failure;
        }
    }

    private void PrintError(string sentence)
    {
        try
        {
            terminal.Error.WriteLine(VisibleText.Of(sentence));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Nobody reads standard error; the exit status still tells.
        }
    }
}
