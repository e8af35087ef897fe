using System.Globalization;
using Broadcast.Actors.Names;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Wire;

namespace Broadcast.Actors.Sessions;

/// <summary>What a peer that speaks <see cref="PlainForm"/> asks for.</summary>
internal static class PlainPeer
{
    /// <summary>How it comes in: with the name of its request.</summary>
    public static Join Join(MemberId id, Open open, int nameLength) => open switch
    {
        { Standing.Name: { } given } => Rooms.Join.Given(id, given),
        { NameUnreadable: true } => new Join(id, Wanted: null, NameRefusal.NotText),
        _ => Rooms.Join.Named(id, open.Name, mostCharacters: nameLength),
    };

    /// <summary>What a line asks for: a message to the room; null where it asks for nothing.</summary>
    public static object? Asks(MemberId id, string line, int nameLength, bool hasGivenName = false)
    {
        var (verb, text) = PlainForm.Parse(line);
        return verb switch
        {
            PlainVerb.Nothing => null,
            PlainVerb.Say => new Say(id, text),
            PlainVerb.Act => text.Length > 0 ? new Say(id, text, IsAction: true) : new Aside(id, Sentences.ActionMissing),
            PlainVerb.Whisper => PlainForm.Readings(text) is { Length: > 0 } readings
                ? new Whisper(id, readings)
                : new Aside(id, Sentences.WhisperMissing),
            PlainVerb.Rename when hasGivenName => new Aside(id, Sentences.NameGivenByOthers),
            PlainVerb.Rename when text.Length == 0 => new Aside(id, Sentences.NameMissing),
            PlainVerb.Rename => DisplayName.TryParse(text, nameLength, out var name, out var refusal)
                ? new Rename(id, name)
                : new Aside(id, refusal.Text),
            PlainVerb.Who => new GetMembers(id),
            PlainVerb.History => History(id, text),
            PlainVerb.Help => new Aside(id, Sentences.Help),
            PlainVerb.Quit => new Leave(id),
            _ => new Aside(id, Sentences.UnknownCommand(text)),
        };
    }

    private const int UsualHistory = 20;

    private static object History(MemberId id, string howMany)
    {
        if (howMany.Length == 0)
        {
            return new GetHistory(id, Before: null, UsualHistory);
        }

        return int.TryParse(howMany, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit > 0
            ? new GetHistory(id, Before: null, limit)
            : new Aside(id, Sentences.HistoryMissing);
    }
}
