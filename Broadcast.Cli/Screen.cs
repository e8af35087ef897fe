namespace Broadcast.Cli;

/// <summary>
/// What the person sees. The chat client's loop is its only owner: nothing else prints while it runs. Whatever came from
/// elsewhere is made visible here, so no caller can forget it.
/// </summary>
/// <remarks>
/// On a terminal in line mode the kernel holds what is half typed. An arrival takes the prompt's row, and the prompt
/// comes back under it once a burst is over.
/// </remarks>
internal sealed class Screen(Terminal terminal)
{
    private const string Prompt = "> ";
    private const string Prefix = "[Broadcast] ";
    private const string ToRowStartAndErase = "\r\e[K";

    // EPIPE and EIO, the same everywhere .NET runs, and ERROR_BROKEN_PIPE and ERROR_NO_DATA.
    private const int BrokenPipe = 32;
    private const int TerminalGone = 5;
    private const int WindowsBrokenPipe = unchecked((int)0x8007006D);
    private const int WindowsPipeClosing = unchecked((int)0x800700E8);

    private bool _promptIsWanted;
    private bool _promptIsShown;

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

    /// <summary>A line from the server.</summary>
    public void Arrival(string text) => Print($"{Prefix}{VisibleText.Of(text)}\n");

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
        Flush();
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
        if (_promptIsWanted && !_promptIsShown)
        {
            Write(Prompt);
            _promptIsShown = true;
        }

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
            Write(terminal.CanErase ? ToRowStartAndErase : "\n");
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
