using System.Globalization;
using Broadcast.Cli.Wire;

namespace Broadcast.Cli.Talk;

/// <summary>
/// A typed line as a frame of <c>broadcast.v1+json</c>, in which commands are types: the same commands as the server takes
/// in the plain form, answered with the same sentences where they make no sense.
/// </summary>
/// <param name="Frame">To be sent; null where there is only something to be said.</param>
/// <param name="Hint">For whoever typed it.</param>
internal sealed record SlashCommand(ClientFrame? Frame, string? Hint)
{
    private const string Help =
        "/name New changes your name, /msg Name text is for one person's eyes, /me waves says what you do, /who lists who is here, "
        + "/history 20 shows what was before, /quit leaves, //text says /text, anything else is said to everybody";

    private const int LongestEcho = 32;

    /// <summary>Reads a line, which is not empty.</summary>
    /// <param name="line">As it was typed.</param>
    /// <param name="names">Who is here: a name may hold spaces.</param>
    public static SlashCommand Of(string line, IEnumerable<string> names)
    {
        if (line[0] != '/')
        {
            return new SlashCommand(new Say(line), Hint: null);
        }

        if (line.StartsWith("//", StringComparison.Ordinal))
        {
            return new SlashCommand(new Say(line[1..]), Hint: null);
        }

        var end = line.AsSpan().IndexOfAny(' ', '\t', '\n');
        var command = end < 0 ? line : line[..end];
        var rest = end < 0 ? "" : line[(end + 1)..].Trim();
        return command switch
        {
            "/name" => rest.Length == 0 ? Hinted("say which name: /name New") : Framed(new Rename(rest)),
            "/me" => rest.Length == 0 ? Hinted("say what you do: /me waves") : Framed(new Say(rest, Action: true)),
            "/msg" => WhisperTo(rest, names) is { } whisper ? Framed(whisper) : Hinted("say to whom and what: /msg Name text"),
            "/who" => Framed(new GetMembers()),
            "/history" => LimitOf(rest) is { } limit ? Framed(new GetHistory(limit)) : Hinted("say how many: /history 20"),
            "/help" => Hinted(Help),
            _ => Hinted($"there is no {Shorten(command)}: /help lists the commands, //text says /text"),
        };
    }

    private const int UsualHistory = 20;

    // The longest name that somebody has; a name that nobody is known to have ends with its first word.
    private static Whisper? WhisperTo(string rest, IEnumerable<string> names)
    {
        var known = names
            .Where(name => rest.Length > name.Length && char.IsWhiteSpace(rest[name.Length]) && rest.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            .MaxBy(name => name.Length);
        var end = known?.Length ?? rest.AsSpan().IndexOfAny(' ', '\t');
        return end <= 0 ? null : new Whisper(rest[..end], rest[end..].TrimStart());
    }

    private static long? LimitOf(string rest)
    {
        if (rest.Length == 0)
        {
            return UsualHistory;
        }

        return int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0 ? limit : null;
    }

    private static SlashCommand Framed(ClientFrame frame) => new(frame, Hint: null);

    private static SlashCommand Hinted(string sentence) => new(Frame: null, sentence);

    private static string Shorten(string command) => command.Length <= LongestEcho
        ? command
        : string.Concat(command.AsSpan(0, char.IsHighSurrogate(command[LongestEcho - 2]) ? LongestEcho - 2 : LongestEcho - 1), "…");
}
