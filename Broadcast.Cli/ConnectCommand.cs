using System.CommandLine;
using Broadcast.Cli.Editing;

namespace Broadcast.Cli;

/// <summary><c>connect</c>: dial the server, then chat until somebody leaves.</summary>
internal static class ConnectCommand
{
    private const string UrlVariable = "BROADCAST_URL";
    private const string NameVariable = "BROADCAST_NAME";
    private const string KeyVariable = "BROADCAST_KEY";

    private const string Description = """
        Join a chat room. Each line you type is said to everybody; /help lists the commands; /quit, Ctrl+C or the end of input leaves.
        A server that is lost is waited for, and what was said meanwhile is sent and shown when it is back.

        In a pipe each line of input is said, and it ends when all have been answered. Only what arrives goes to standard output.

        Variables: BROADCAST_URL and BROADCAST_NAME stand in for the address and --name, BROADCAST_KEY for --key-file; NO_COLOR turns
        colours off; with TERM=dumb lines are read and printed as they are.

        Exit status: 0 left, or done, 1 could not connect, 2 lost the server, had no answer in time, or (a script) cannot tell
        whether all was said, 3 refused by the server, 64 wrong usage, 74 output could not be written, 130 interrupted while waiting.
        """;

    /// <summary>The command, bound to where it reads and prints.</summary>
    public static Command Create(Terminal terminal, Patience patience, Surroundings surroundings)
    {
        var options = new ConnectOptions();
        var command = new Command("connect", Description);
        options.AddTo(command);
        command.SetAction((parsed, leave) =>
        {
            try
            {
                return RunAsync(WishesOf(parsed, options, terminal, surroundings), terminal, patience, surroundings, leave);
            }
            catch (FormatException wrong)
            {
                return Task.FromResult(CommandLine.Refuse(terminal, command, wrong.Message));
            }
        });
        return command;
    }

    private static Wishes WishesOf(ParseResult parsed, ConnectOptions options, Terminal terminal, Surroundings surroundings) =>
        new(AddressOf(parsed, options, surroundings.Variable))
        {
            Credentials = Credentials.From(
                parsed.GetValue(options.KeyFile), NullIfEmpty(surroundings.Variable(KeyVariable)), parsed.GetValue(options.Ca), parsed.GetValue(options.Insecure)),
            Send = SendOf(parsed.GetValue(options.Send)),
            Listen = parsed.GetValue(options.Listen),
            Timeout = parsed.GetValue(options.Timeout),
            Reconnects = !parsed.GetValue(options.NoReconnect),
            History = parsed.GetValue(options.History),
            IsVerbose = parsed.GetValue(options.Verbose),
            IsJson = parsed.GetValue(options.Json),
            Look = new Look
            {
                HasPrefix = !parsed.GetValue(options.NoPrefix),
                HasColors = parsed.GetValue(options.Color) switch
                {
                    "always" => true,
                    "never" => false,
                    _ => terminal.HasColors,
                },
                HasTimes = parsed.GetValue(options.Time),
                Rings = parsed.GetValue(options.Bell),
                IsQuiet = parsed.GetValue(options.Quiet),
                Clock = surroundings.Clock,
            },
        };

    // One that is given counts more than a variable, and --host or --port are a whole address, too.
    private static ServerAddress AddressOf(ParseResult parsed, ConnectOptions options, Func<string, string?> variable)
    {
        var name = parsed.GetValue(options.Name) ?? NullIfEmpty(variable(NameVariable));
        var isByHost = parsed.GetResult(options.Host) is { Implicit: false } || parsed.GetResult(options.Port) is { Implicit: false };
        if (parsed.GetValue(options.Url) is { } given)
        {
            return isByHost
                ? throw new FormatException("Give the server either as a URL or with --host and --port, not both.")
                : ServerAddress.FromUrl(given, name);
        }

        return !isByHost && NullIfEmpty(variable(UrlVariable)) is { } usual
            ? UsualAddress(usual, name)
            : ServerAddress.FromHost(parsed.GetValue(options.Host)!, parsed.GetValue(options.Port), name);
    }

    // Whoever has not typed it looks for it on the command line in vain.
    private static ServerAddress UsualAddress(string url, string? name)
    {
        try
        {
            return ServerAddress.FromUrl(url, name);
        }
        catch (FormatException wrong)
        {
            throw new FormatException($"{UrlVariable}: {wrong.Message}", wrong);
        }
    }

    // A text of several lines is several lines, as in a pipe.
    private static List<string> SendOf(string[]? texts)
    {
        List<string> lines = [.. (texts ?? []).SelectMany(text => text.ReplaceLineEndings("\n").Split('\n')).Where(line => line.Length > 0)];
        return lines.Count == 0 && texts is { Length: > 0 }
            ? throw new FormatException("There is nothing to say: --send takes a text that is not empty.")
            : lines;
    }

    private static string? NullIfEmpty(string? value) => string.IsNullOrEmpty(value) ? null : value;

    private static async Task<int> RunAsync(
        Wishes wishes, Terminal terminal, Patience patience, Surroundings surroundings, CancellationToken leave)
    {
        var editor = terminal.Raw is null || wishes.HasItsSay ? null : new LineEditor();
        var screen = new Screen(terminal, editor, wishes.Look);
        screen.Remark($"Connecting to {wishes.Address.Display} as {wishes.Address.Name}...");
        screen.Flush();

        Dial dial;
        try
        {
            dial = await Dial.OpenAsync(wishes.Address, wishes.Credentials, patience.Dial, surroundings.Clock, leave);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }

        if (dial.Socket is not { } socket)
        {
            screen.Problem(dial.Problem!);
            return dial.IsRefused ? ExitCode.Refused : ExitCode.CannotConnect;
        }

        using var client = new ChatClient(wishes, terminal, screen, editor, patience, surroundings);
        return await client.RunAsync(socket, leave);
    }
}
