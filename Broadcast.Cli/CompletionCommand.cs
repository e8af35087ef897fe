using System.CommandLine;

namespace Broadcast.Cli;

/// <summary><c>completion</c>: what a shell has to be told so that Tab knows the commands and options.</summary>
internal static class CompletionCommand
{
    // The program is asked itself, so that the script never is of another version.
    private const string Bash = """
        _broadcast() {
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:$COMP_POINT]" "$COMP_LINE" 2> /dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _broadcast broadcast Broadcast.Cli

        """;

    /// <summary>The command, bound to where it prints.</summary>
    public static Command Create(Terminal terminal)
    {
        var shell = new Argument<string>("shell") { Description = "The shell: bash." };
        shell.AcceptOnlyFromAmong("bash");
        var command = new Command("completion", "Print a script for the shell's completion: eval \"$(Broadcast.Cli completion bash)\"") { shell };
        command.SetAction(_ =>
        {
            terminal.Output.Write(Bash.ReplaceLineEndings("\n"));
            return ExitCode.Done;
        });
        return command;
    }
}
