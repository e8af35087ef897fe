using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Broadcast.Cli;

/// <summary>What <c>connect</c> can be told.</summary>
internal sealed class ConnectOptions
{
    public Argument<string?> Url { get; } = new("url")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "The server as ws://host:port/ws or wss://..., in place of --host and --port.",
        Validators = { RefuseOption },
    };

    public Option<string> Host { get; } = new("--host", "-H")
    {
        DefaultValueFactory = _ => ServerAddress.DefaultHost,
        Description = "The server's name or address.",
        HelpName = "host",
    };

    public Option<int> Port { get; } = new("--port", "-p")
    {
        CustomParser = ParsePort,
        DefaultValueFactory = _ => ServerAddress.DefaultPort,
        Description = "The server's port.",
        HelpName = "port",
    };

    public Option<string?> Name { get; } = new("--name", "-n")
    {
        Description = $"The name to be known by. [default: {ServerAddress.DefaultName}]",
        HelpName = "name",
    };

    public Option<string?> KeyFile { get; } = new("--key-file")
    {
        Description = "A file with the server's key, or with a token of yours, for servers that want one.",
        HelpName = "file",
    };

    public Option<string?> Ca { get; } = new("--ca")
    {
        Description = "A file with the certificates (PEM) by which to know the server, in place of the system's.",
        HelpName = "file",
    };

    public Option<bool> Insecure { get; } = new("--insecure")
    {
        Description = "Take any certificate: whoever is on the way can read along, speak for you, and have your key.",
    };

    public Option<string[]> Send { get; } = new("--send", "-s")
    {
        Description = "Say this, and leave when it has been answered. May be given several times.",
        HelpName = "text",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    public Option<int> Listen { get; } = new("--listen")
    {
        CustomParser = result => ParseCount(result, "--listen"),
        Description = "Leave when so many messages of others have come.",
        HelpName = "n",
    };

    public Option<TimeSpan?> Timeout { get; } = new("--timeout")
    {
        CustomParser = ParseTime,
        Description = "How long to wait for a lost server, for an answer, or for --listen: 500ms, 5s, 2m. [default: 30s in scripts]",
        HelpName = "time",
    };

    public Option<int> History { get; } = new("--history")
    {
        CustomParser = result => ParseCount(result, "--history"),
        Description = "Show so many lines of what was said before, if the server has them.",
        HelpName = "n",
    };

    public Option<bool> Json { get; } = new("--json") { Description = "Print each arrival as one JSON object a line." };

    public Option<bool> NoPrefix { get; } = new("--no-prefix") { Description = "Print arrivals without [Broadcast] in front." };

    public Option<bool> Time { get; } = new("--time", "-t") { Description = "Print the time in front of each arrival." };

    public Option<bool> Bell { get; } = new("--bell", "-b") { Description = "Ring the terminal's bell where somebody says your name." };

    public Option<string> Color { get; } = new("--color")
    {
        DefaultValueFactory = _ => "auto",
        Validators = { RefuseOtherWhen },
        Description = "Names in colours: auto, always or never. Auto is at a terminal, unless NO_COLOR is set.",
        HelpName = "when",
    };

    public Option<bool> NoReconnect { get; } = new("--no-reconnect") { Description = "End with status 2 when the server is lost." };

    public Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "Say nothing but arrivals and what goes wrong." };

    public Option<bool> Verbose { get; } = new("--verbose", "-v") { Description = "Say more about the connection." };

    /// <summary>Has the command take them.</summary>
    public void AddTo(Command command)
    {
        Color.CompletionSources.Add(Whens);
        command.Arguments.Add(Url);
        foreach (var option in (Option[])[Host, Port, Name, KeyFile, Ca, Insecure, Send, Listen, Timeout, History, Json, NoPrefix, Time, Bell, Color, NoReconnect, Quiet, Verbose])
        {
            if (option is Option<bool>)
            {
                // Otherwise Tab behind one proposes true and false, and nothing else.
                option.Arity = ArgumentArity.Zero;
            }

            command.Options.Add(option);
        }
    }

    private static readonly string[] Whens = ["auto", "always", "never"];

    private static void RefuseOtherWhen(OptionResult result)
    {
        if (result.Tokens is [{ Value: var given }] && !Whens.Contains(given, StringComparer.Ordinal))
        {
            result.AddError($"--color takes auto, always or never, not '{given}'.");
        }
    }

    private static void RefuseOption(ArgumentResult result)
    {
        if (result.Tokens is [{ Value: ['-', ..] option }])
        {
            result.AddError($"There is no option '{option}'.");
        }
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

    private static int ParseCount(ArgumentResult result, string option)
    {
        var given = result.Tokens[0].Value;
        if (!int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count == 0)
        {
            result.AddError($"{option} takes a number from 1, not '{given}'.");
        }

        return count;
    }

    private static TimeSpan? ParseTime(ArgumentResult result)
    {
        var given = result.Tokens[0].Value;
        var digits = given.AsSpan().TrimEnd("abcdefghijklmnopqrstuvwxyz");
        TimeSpan? unit = given.AsSpan(digits.Length) switch
        {
            "ms" => TimeSpan.FromMilliseconds(1),
            "s" or "" => TimeSpan.FromSeconds(1),
            "m" => TimeSpan.FromMinutes(1),
            "h" => TimeSpan.FromHours(1),
            _ => null,
        };
        if (unit is null
            || !double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || number * unit.Value.TotalDays is not (> 0 and <= 30))
        {
            result.AddError($"A time is a number with ms, s, m or h, and at most 30 days, not '{given}'.");
            return null;
        }

        return number * unit.Value;
    }
}
