using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

namespace Broadcast.Cli;

/// <summary>The whole command line: what there is to call, and one clear line for what makes no sense.</summary>
internal static class CommandLine
{
    /// <summary>Runs what the arguments ask for.</summary>
    /// <param name="args">As the process got them.</param>
    /// <param name="terminal">Where to read and print.</param>
    /// <param name="patience">How long to wait for the server.</param>
    /// <param name="leave">Cancelled when the person wants to go.</param>
    /// <param name="surroundings">Time, chance and variables; null for the real ones.</param>
    /// <returns>The status to end with, one of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, Terminal terminal, Patience patience, CancellationToken leave, Surroundings? surroundings = null)
    {
        var root = new RootCommand("Broadcast: talk in a chat room from the terminal.")
        {
            ConnectCommand.Create(terminal, patience, surroundings ?? Surroundings.OfThisProcess),
            CompletionCommand.Create(terminal),
        };

        var help = root.Options.OfType<HelpOption>().Single();
        help.Aliases.Remove("/h");
        help.Aliases.Remove("/?");

        // Without it, a name such as @bob would be read as a file of arguments.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            return Refuse(terminal, parsed.CommandResult.Command, WrongIn(parsed));
        }

        return await parsed.InvokeAsync(
            new InvocationConfiguration
            {
                Output = terminal.Output,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                // Signals are ours: see Interrupts.
                ProcessTerminationTimeout = null,
            },
            leave);
    }

    /// <summary>Says what is wrong with the command line.</summary>
    /// <returns><see cref="ExitCode.Usage"/>.</returns>
    public static int Refuse(Terminal terminal, Command command, string sentence)
    {
        var help = command is RootCommand ? "--help" : $"{command.Name} --help";
        new Screen(terminal).Problem($"{sentence} (See Broadcast.Cli {help}.)");
        return ExitCode.Usage;
    }

    // The parser takes an option that there is not for an argument, and what stands behind it for one too many.
    private static string WrongIn(ParseResult parsed)
    {
        var arguments = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value);
        return arguments.Concat(parsed.UnmatchedTokens).FirstOrDefault(value => value.StartsWith('-')) is { } option
            ? $"There is no option '{option}'."
            : parsed.UnmatchedTokens is [var token, ..] ? $"'{token}' is not understood." : parsed.Errors[0].Message;
    }
}
