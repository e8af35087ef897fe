using System.Collections.Immutable;
using System.Globalization;
using Broadcast.Actors.Names;

namespace Broadcast.Actors.Rooms;

/// <summary>What the system says to one person, so that all of it is worded in one place.</summary>
internal static class Sentences
{
    private const int MembersListed = 100;

    public const string Help =
        "/name New changes your name, /msg Name text is for one person's eyes, /me waves says what you do, /who lists who is here, "
        + "/history 20 shows what was before, /quit leaves, //text says /text, anything else is said to everybody";

    public static string UnknownCommand(string command) =>
        $"there is no {Shorten(command)}: /help lists the commands, //text says /text";

    public const string ActionMissing = "say what you do: /me waves";

    public const string WhisperMissing = "say to whom and what: /msg Name text";

    public static string NobodyCalled(ImmutableArray<Addressed> readings) =>
        $"nobody here is called {readings[^1].To.Text}: /who lists who is here";

    public static string Whispers(Whispered whispered) => $"{whispered.From.Name.Text} whispers: {whispered.Text}";

    public static string YouWhisper(Whispered whispered) => $"you whisper to {whispered.To.Name.Text}: {whispered.Text}";

    public const string HistoryMissing = "say how many: /history 20";

    public const string NothingBefore = "there was nothing before";

    public static string TooFast(int perSecond) => string.Create(
        CultureInfo.InvariantCulture, $"you are sending too fast: what you send is read at {perSecond} lines a second from now on, and nothing of it is lost");

    public static string TooManyRenames(int perMinute) => string.Create(
        CultureInfo.InvariantCulture, $"a name may be changed {perMinute} times a minute: wait a moment and try again");

    public const string NameGivenByOthers = "your name comes with your token here and cannot be changed";

    public const string HelloAgain = "you have said hello already: say, rename or whisper";

    public const string NothingSaid = "the field text is empty: send a text";

    public const string NumberForgotten = "that n has been used and its answer is no longer remembered: send a higher one";

    public static string Away(Member who) => $"{who.Name.Text} is away: try again later";

    public static string NotReading(Member who) => $"{who.Name.Text} has not read its last whispers yet: try again later";

    public static string NameMissing => "say which name: /name New";

    public static string NameTaken(DisplayName wanted) => $"the name {wanted.Text} is taken or looks like one that is: choose another";

    public static string NameUnchanged(DisplayName name) => $"you are {name.Text} already";

    public static string NameTakenOnJoining(DisplayName wanted, DisplayName given, bool mayChange = true) =>
        $"the name {wanted.Text} is taken, so you are {given.Text}{HowToChange(mayChange)}";

    public static string NameRefusedOnJoining(NameRefusal refusal, DisplayName given, bool mayChange = true) =>
        $"{refusal.Text}, so you are {given.Text}{HowToChange(mayChange)}";

    public static string Presence(PresenceChanged changed) => string.Create(
        CultureInfo.InvariantCulture,
        $"{changed.Count} are here: from now on it is {(changed.Announced ? "announced again" : "no longer announced")} who joins and leaves");

    public static string Missed(long messages) =>
        string.Create(CultureInfo.InvariantCulture, $"you missed {messages} {(messages == 1 ? "message" : "messages")}");

    /// <summary>The first hundred members and how many there are.</summary>
    public static string Who(Room room, Func<MemberId, bool>? isAway = null)
    {
        var names = string.Join(", ", room.Members.Take(MembersListed).Select(
            member => isAway?.Invoke(member.Id) == true ? $"{member.Name.Text} (away)" : member.Name.Text));
        var more = room.Count > MembersListed
            ? string.Create(CultureInfo.InvariantCulture, $" and {room.Count - MembersListed} more")
            : "";
        return string.Create(CultureInfo.InvariantCulture, $"{room.Count} here: {names}{more}");
    }

    private static string HowToChange(bool mayChange) => mayChange ? ": /name New changes it" : "";

    // A command that nobody knows is echoed to its sender only, but need not be echoed whole.
    private static string Shorten(string command) =>
        command.Length <= 32 ? command : string.Concat(command.AsSpan(0, char.IsHighSurrogate(command[30]) ? 30 : 31), "…");
}
