namespace Broadcast.Cli;

/// <summary>A line as people read it, in the words of the plain form whatever form it came in.</summary>
/// <param name="Text">All of it, as it came: not safe to print yet.</param>
/// <param name="Speaker">Whose line it is; null where it is the system's.</param>
/// <param name="SpeakerAt">Where the name stands in <paramref name="Text"/>.</param>
internal sealed record Line(string Text, string? Speaker = null, int SpeakerAt = 0)
{
    private const string OfSystem = "System: ";
    private const string OfActions = "* ";
    private const string AfterName = ": ";

    /// <summary>When it was said, where the server told; null is now.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Of one's own.</summary>
    public bool IsOwn { get; init; }

    /// <summary>Of a time before one came; shown with its time.</summary>
    public bool IsHistory { get; init; }

    /// <summary>For this member alone.</summary>
    public bool IsWhisper => SpeakerAt == OfSystem.Length;

    /// <summary>Somebody else said it, to everybody or to this member.</summary>
    public bool IsOfOthers => Speaker is not null && !IsOwn && !IsHistory;

    /// <summary>The system's sentence.</summary>
    public static Line OfTheSystem(string sentence) => new(OfSystem + sentence);

    /// <summary>What somebody said.</summary>
    public static Line Said(string name, string text) => new($"{name}{AfterName}{text}", name);

    /// <summary>What somebody did.</summary>
    public static Line Done(string name, string text) => new($"{OfActions}{name}{AfterName}{text}", name, OfActions.Length);

    /// <summary>What somebody said for this member alone.</summary>
    public static Line Whispered(string name, string text) => new($"{OfSystem}{name} whispers: {text}", name, OfSystem.Length);

    /// <summary>Reads a line of the plain form; one that no name stands in front of is nobody's.</summary>
    public static Line OfPlain(string text)
    {
        if (text.StartsWith(OfSystem, StringComparison.Ordinal))
        {
            return new Line(text);
        }

        var start = text.StartsWith(OfActions, StringComparison.Ordinal) ? OfActions.Length : 0;
        var end = text.IndexOf(AfterName, start, StringComparison.Ordinal);
        return end > start ? new Line(text, text[start..end], start) : new Line(text);
    }
}
