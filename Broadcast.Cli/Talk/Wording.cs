using System.Globalization;
using Broadcast.Cli.Wire;

namespace Broadcast.Cli.Talk;

/// <summary>What a person reads of the frames of <c>broadcast.v1+json</c>: the sentences of the plain form.</summary>
internal static class Wording
{
    private const int MembersListed = 100;

    /// <summary>What everybody is told.</summary>
    public static Line Of(Fact fact) => fact switch
    {
        Said { Action: true } said => Line.Done(said.From.Name, said.Text),
        Said said => Line.Said(said.From.Name, said.Text),
        Joined joined => Line.OfTheSystem($"{joined.Who.Name} joined the chat"),
        Left left => Line.OfTheSystem($"{left.Who.Name} left the chat"),
        Renamed renamed => Line.OfTheSystem($"{renamed.Was} is now known as {renamed.Who.Name}"),
        PresenceChanged presence => Line.OfTheSystem(string.Create(
            CultureInfo.InvariantCulture,
            $"{presence.MemberCount} are here: from now on it is {(presence.Announced ? "announced again" : "no longer announced")} who joins and leaves")),
        _ => throw new ArgumentOutOfRangeException(nameof(fact), fact, "A fact without a sentence."),
    };

    /// <summary>What one's own line looks like when it was accepted and nobody will repeat it.</summary>
    /// <param name="frame">What was accepted.</param>
    /// <param name="name">One's own.</param>
    public static Line? OfAccepted(Numbered frame, string name) => frame switch
    {
        Say { Action: true } say => Line.Done(name, say.Text),
        Say say => Line.Said(name, say.Text),
        Whisper whisper => Line.OfTheSystem($"you whisper to {whisper.To}: {whisper.Text}"),
        _ => null,
    };

    /// <summary>Who is here.</summary>
    public static Line Of(Members members)
    {
        var names = string.Join(", ", members.List.Take(MembersListed).Select(member => member.Away ? $"{member.Name} (away)" : member.Name));
        var others = members.MemberCount - Math.Min(MembersListed, members.List.Count);
        var more = others > 0 ? string.Create(CultureInfo.InvariantCulture, $" and {others} more") : "";
        return Line.OfTheSystem(string.Create(CultureInfo.InvariantCulture, $"{members.MemberCount} here: {names}{more}"));
    }

    /// <summary>Why something was refused, or why one has another name than one asked for.</summary>
    /// <param name="refused">What the server said.</param>
    /// <param name="wanted">The name that one asked for.</param>
    public static Line Of(Refused refused, string wanted) => Line.OfTheSystem(refused switch
    {
        { Name: { } given, Code: "name-taken" } => $"the name {wanted} is taken, so you are {given}: /name New changes it",
        { Name: { } given } => $"{refused.Text}, so you are {given}: /name New changes it",
        _ => refused.Text,
    });

    /// <summary>Facts that will not come.</summary>
    public static Line Missed(long messages) => Line.OfTheSystem(MissedMessages(messages));

    /// <summary>The same as a part of a sentence.</summary>
    public static string MissedMessages(long messages) =>
        string.Create(CultureInfo.InvariantCulture, $"you missed {messages} {(messages == 1 ? "message" : "messages")}");
}
