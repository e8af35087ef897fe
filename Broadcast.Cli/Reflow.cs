namespace Broadcast.Cli;

/// <summary>
/// Whether a terminal breaks its rows anew when it becomes narrower. Only asking it would tell for sure, and the answer
/// would come in between the keys; so those that do not are known by name.
/// </summary>
internal static class Reflow
{
    private static readonly string[] CutRows = ["linux", "rxvt", "st", "screen"];

    /// <summary>Judges by the environment.</summary>
    public static bool IsExpected(Func<string, string?> variable)
    {
        // tmux may call itself screen, and inherits the variables of the terminal around it.
        if (!string.IsNullOrEmpty(variable("TMUX")))
        {
            return true;
        }

        // Nearly every terminal calls itself xterm; the real one sets this as well.
        if (!string.IsNullOrEmpty(variable("XTERM_VERSION")))
        {
            return false;
        }

        var kind = (variable("TERM") ?? "").Split('-')[0];
        return !CutRows.Contains(kind, StringComparer.Ordinal);
    }
}
