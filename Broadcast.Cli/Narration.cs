using System.Globalization;
using Broadcast.Cli.Talk;

namespace Broadcast.Cli;

/// <summary>What is told of a conversation, and what is kept in mind of it: who was heard, and how often others spoke.</summary>
/// <param name="wishes">What it is to be like.</param>
/// <param name="screen">Where it is told.</param>
/// <param name="isForPerson">Who has typed what is listed; what a script has said is nowhere else, and listed whole.</param>
internal sealed class Narration(Wishes wishes, Screen screen, bool isForPerson)
{
    // As many as can be without an answer: whoever has said them can say each of them again.
    private const int MostListed = 32;
    private const int LongestListed = 200;

    private readonly PeopleSeen _people = new();

    /// <summary>Who was heard, the last one first.</summary>
    public IReadOnlyCollection<string> People => _people.Names;

    /// <summary>How many messages of others there were.</summary>
    public int HeardOfOthers { get; private set; }

    /// <summary>Something has arrived.</summary>
    /// <param name="heard">What it is.</param>
    /// <param name="name">What one is called oneself.</param>
    public void Tell(Heard heard, string name)
    {
        if (wishes.IsJson && heard.Json is { } json)
        {
            screen.Arrival(json);
        }

        foreach (var line in heard.Lines)
        {
            Tell(line, name);
        }

        if (heard.IsUnknown && wishes.IsVerbose)
        {
            screen.Note("The server sent a frame that this client does not know; not shown.");
        }
    }

    /// <summary>A line will not be said.</summary>
    public void NotSaid(string line) => screen.Problem($"Not said: {Shortened(line)}");

    /// <summary>Too much waits already.</summary>
    public void NotKept(string line) =>
        screen.Problem(string.Create(CultureInfo.InvariantCulture, $"{Outbox.MostLines} lines are waiting. Not kept: {Shortened(line)}"));

    /// <summary>Whether there ever was a line of which nobody knows whether it was said.</summary>
    public bool HasDoubts { get; private set; }

    /// <summary>Nobody knows about these.</summary>
    public void PerhapsNotSaid(IReadOnlyList<string> lines)
    {
        HasDoubts |= lines.Count > 0;
        List("Perhaps not said", lines);
    }

    /// <summary>These are still here.</summary>
    public void NotSent(IReadOnlyList<string> lines) => List("Not sent", lines);

    /// <summary>There is no server, and so much is to be said to it.</summary>
    public void Away(int waiting) => screen.ShowStatus(waiting switch
    {
        0 => "reconnecting… ",
        1 => "reconnecting…, 1 line waiting ",
        _ => string.Create(CultureInfo.InvariantCulture, $"reconnecting…, {waiting} lines waiting "),
    });

    /// <summary>The server lets one in; nothing is said of the first time.</summary>
    /// <param name="away">For how long there was none; null the first time.</param>
    /// <param name="entrance">As whom one is back; null in plain, where one always is somebody new.</param>
    /// <param name="name">What one is called.</param>
    public void In(string? away, Entrance? entrance, string name)
    {
        screen.ShowStatus("");
        PerhapsNotSaid(entrance?.Uncertain ?? []);
        if (away is not null)
        {
            screen.Remark($"Back after {away}{AsWhom(entrance, name)}.");
        }
    }

    private void Tell(Line line, string name)
    {
        if (!wishes.IsJson)
        {
            screen.Arrival(line, line.IsOfOthers && (line.IsWhisper || SpeaksOf(line, name)));
        }

        if (!line.IsHistory)
        {
            _people.Hear(VisibleText.Of(line.Text));
        }

        if (line.IsOfOthers)
        {
            HeardOfOthers++;
        }
    }

    private static bool SpeaksOf(Line line, string name) =>
        line.Text.AsSpan(line.SpeakerAt + line.Speaker!.Length).Contains(name, StringComparison.OrdinalIgnoreCase);

    private static string AsWhom(Entrance? entrance, string name) => entrance switch
    {
        { How: Entering.TooLate, Missed: 0 } => $"; you were away too long: you are back as {name}",
        { How: Entering.TooLate, Missed: var missed } => $"; you were away too long: you are back as {name}, and {Wording.MissedMessages(missed)}",
        { How: Entering.Elsewhere } => $"; the server was started anew: you are back as {name}",
        _ => "",
    };

    private void List(string what, IReadOnlyList<string> lines)
    {
        var listed = isForPerson ? Math.Min(MostListed, lines.Count) : lines.Count;
        foreach (var line in lines.Take(listed))
        {
            screen.Problem($"{what}: {Shortened(line)}");
        }

        if (lines.Count > listed)
        {
            screen.Problem(string.Create(CultureInfo.InvariantCulture, $"{what}: {lines.Count - listed} more."));
        }
    }

    private string Shortened(string line) => !isForPerson || line.Length <= LongestListed
        ? line
        : string.Concat(line.AsSpan(0, char.IsHighSurrogate(line[LongestListed - 1]) ? LongestListed - 1 : LongestListed), "…");
}
