using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Broadcast.Verify.Orders;

/// <summary>How what happens reads in the plain form (docs/protocol.md).</summary>
internal static partial class PlainText
{
    public const string System = "System: ";

    private static readonly SearchValues<char> Invisible = SearchValues.Create(
        [.. Enumerable.Range(0, 0x2070).Select(c => (char)c).Where(c => c != '\t' && Shown(c) != c)]);

    /// <summary>The line that everybody sees of a fact.</summary>
    public static string Of(Fact fact) => fact switch
    {
        Said said => $"{(said.IsAction ? "* " : "")}{said.From.Name}: {Visible(said.Text)}",
        Joined joined => $"System: {joined.Who.Name} joined the chat",
        Left left => $"System: {left.Who.Name} left the chat",
        Renamed renamed => $"System: {renamed.Was} is now known as {renamed.Who.Name}",
        PresenceChanged changed => string.Create(
            CultureInfo.InvariantCulture,
            $"System: {changed.Count} are here: from now on it is {(changed.IsAnnounced ? "announced again" : "no longer announced")} who joins and leaves"),
        _ => throw new ArgumentOutOfRangeException(nameof(fact)),
    };

    /// <summary>The text with signs for what cannot be seen.</summary>
    public static string Visible(string text) =>
        text.AsSpan().ContainsAny(Invisible) ? string.Create(text.Length, text, static (shown, text) => Show(text, shown)) : text;

    private static void Show(string text, Span<char> shown)
    {
        for (var place = 0; place < text.Length; place++)
        {
            shown[place] = Shown(text[place]);
        }
    }

    private static char Shown(char c) => c switch
    {
        '\t' => '\t',
        '\n' => '␤',
        < ' ' => (char)('\u2400' + c),
        (>= '\u007F' and <= '\u009F') or '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') => '\uFFFD',
        _ => c,
    };

    /// <summary>Whether the line is for everybody, and so has a place in the order.</summary>
    public static bool IsForEverybody(string line) => !line.StartsWith(System, StringComparison.Ordinal)
        || (!Private().IsMatch(line) && (Presence().IsMatch(line) || ForEverybody().IsMatch(line)));

    public static string? NameOfJoiner(string line) => JoinLine().Match(line) is { Success: true } match ? match.Groups["name"].Value : null;

    public static (string Was, string Is)? Renaming(string line) =>
        RenameLine().Match(line) is { Success: true } match ? (match.Groups["was"].Value, match.Groups["is"].Value) : null;

    public static long? MissedCount(string line) =>
        MissedLine().Match(line) is { Success: true } match ? long.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture) : null;

    /// <summary>Who is here, without who is away being told.</summary>
    public static (int Count, IReadOnlyList<string> Names)? Who(string line)
    {
        if (WhoLine().Match(line) is not { Success: true } match)
        {
            return null;
        }

        var names = match.Groups["names"].Value.Split(", ").Select(name => name.EndsWith(" (away)", StringComparison.Ordinal) ? name[..^7] : name);
        return (int.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture), [.. names]);
    }

    /// <summary>A line of what was before, as it was then.</summary>
    public static string? Past(string line) => PastLine().Match(line) is { Success: true } match ? match.Groups["line"].Value : null;

    public static (string From, string Text)? WhisperIn(string line) =>
        WhisperLine().Match(line) is { Success: true } match ? (match.Groups["from"].Value, match.Groups["text"].Value) : null;

    public static bool IsWhisperOut(string line) => line.StartsWith("System: you whisper to ", StringComparison.Ordinal);

    /// <summary>The tag at the end of a text that somebody here has sent; null where there is none.</summary>
    public static string? TagOf(string text) => text.LastIndexOf('#') is >= 0 and var place && Tag().IsMatch(text.AsSpan(place)) ? text[place..] : null;

    // Both may end as a line for everybody does; a tag at the end shows that they are not.
    [GeneratedRegex(@"^System: (you whisper to |[^:]+ whispers: |\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ |you missed \d+ messages?$|\d+ here: )", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Private();

    [GeneratedRegex(@"^System: ([^:]+ (joined|left) the chat|[^:]+ is now known as [^:]+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ForEverybody();

    [GeneratedRegex(@"^System: \d+ are here: from now on it is (announced again|no longer announced) who joins and leaves$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Presence();

    [GeneratedRegex("^System: (?<name>[^:]+) joined the chat$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex JoinLine();

    [GeneratedRegex("^System: (?<was>[^:]+) is now known as (?<is>[^:]+)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RenameLine();

    [GeneratedRegex(@"^System: you missed (?<count>\d+) messages?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MissedLine();

    [GeneratedRegex(@"^System: (?<count>\d+) here: (?<names>.*?)( and \d+ more)?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WhoLine();

    [GeneratedRegex(@"^System: \d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ (?<line>.*)$", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex PastLine();

    [GeneratedRegex("^System: (?<from>[^:]+) whispers: (?<text>.*)$", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex WhisperLine();

    [GeneratedRegex(@"^#\d+-\d+$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Tag();
}
