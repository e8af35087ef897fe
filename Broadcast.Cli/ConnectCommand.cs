using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Broadcast.Cli.Editing;

namespace Broadcast.Cli;

/// <summary><c>connect</c>: dial the server, then chat until somebody leaves.</summary>
internal static class ConnectCommand
{
    private const string Description = """
        Join a chat room. Each line you type is said to everybody; /quit, Ctrl+C or the end of input leaves.

        Exit status: 0 left, 1 could not connect, 2 lost the server, 64 wrong usage, 74 output could not be written, 130 interrupted.
        """;

    /// <summary>The command, bound to where it reads and prints.</summary>
    public static Command Create(Terminal terminal, Patience patience)
    {
        var url = new Argument<string?>("url")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "The server as ws://host:port/ws or wss://..., in place of --host and --port.",
        };
        var host = new Option<string>("--host", "-H")
        {
            DefaultValueFactory = _ => ServerAddress.DefaultHost,
            Description = "The server's name or address.",
            HelpName = "host",
        };
        var port = new Option<int>("--port", "-p")
        {
            CustomParser = ParsePort,
            DefaultValueFactory = _ => ServerAddress.DefaultPort,
            Description = "The server's port.",
            HelpName = "port",
        };
        var name = new Option<string?>("--name", "-n")
        {
            Description = $"The name to be known by. [default: {ServerAddress.DefaultName}]",
            HelpName = "name",
        };

        var command = new Command("connect", Description) { url, host, port, name };
        command.SetAction((parsed, leave) =>
        {
            ServerAddress address;
            try
            {
                if (parsed.GetValue(url) is not { } given)
                {
                    address = ServerAddress.FromHost(parsed.GetValue(host)!, parsed.GetValue(port), parsed.GetValue(name));
                }
                else if (parsed.GetResult(host) is { Implicit: false } || parsed.GetResult(port) is { Implicit: false })
                {
                    return Task.FromResult(CommandLine.Refuse(terminal, "Give the server either as a URL or with --host and --port, not both."));
                }
                else
                {
                    address = ServerAddress.FromUrl(given, parsed.GetValue(name));
                }
            }
            catch (FormatException wrong)
            {
                return Task.FromResult(CommandLine.Refuse(terminal, wrong.Message));
            }

            return RunAsync(address, terminal, patience, leave);
        });
        return command;
    }

    private static int ParsePort(ArgumentResult result)
    {
        var given = result.Tokens[0].Value;
        if (!int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            result.AddError($"A port is a number from 1 to 65535, not '{given}'.");
        }

        return port;
    }

    private static async Task<int> RunAsync(ServerAddress address, Terminal terminal, Patience patience, CancellationToken leave)
    {
        var editor = terminal.Raw is null ? null : new LineEditor();
        var screen = new Screen(terminal, editor);
        screen.Note($"Connecting to {address.Display} as {address.Name}...");
        screen.Flush();

        Dial dial;
        try
        {
            dial = await Dial.OpenAsync(address, patience.Dial, leave);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }

        if (dial.Socket is not { } socket)
        {
            screen.Problem(dial.Problem!);
            return ExitCode.CannotConnect;
        }

        using (socket)
        {
            using var client = new ChatClient(socket, terminal, screen, editor, patience);
            return await client.RunAsync(leave);
        }
    }
}
