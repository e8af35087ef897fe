using Broadcast.Verify.Orders;

namespace Broadcast.Verify.Faults;

/// <summary>One sees something else than all others.</summary>
internal static class OneSees
{
    public static IEnumerable<Fault> All => [.. Facts, .. Lines, .. Gaps, .. Lists, .. Answers, .. Histories, .. Connections];

    private static Fault[] Facts =>
    [
        new("a fact is lost", "and then got", (all, random) => On(
            Place.Any(all, random, IsFact, place => place.Next(IsFact) is not null && place.In.Entries[place.At - 1] is not Welcomed), place => place.Remove())),
        new("a fact is repeated", "got once more", (all, random) => On(Place.Any(all, random, IsFact), place => place.InsertBehind(place.Entry))),
        new("two facts are swapped", "and then got", (all, random) => On(
            Place.Any(all, random, IsFact, place => place.In.Entries[place.At - 1] is not Welcomed && place.Next(IsFact) is not null), place => Swap(place, IsFact))),
    ];

    private static Fault[] Lines =>
    [
        new("a line is lost", "and there is", (all, random) => On(
            Place.Any(all, random, IsLine, place => place.At > 1 && place.Next(IsLine) is { Entry: Line next } && next.Text != ((Line)place.Entry).Text), place => place.Remove())),
        new("the last line is lost", "it has everything up to|are here, and here are", (all, random) => On(
            Place.Any(all, random, IsLine, place => place.At > 1 && place.Next(entry => IsLine(entry) || entry is Settled) is { Entry: Settled }), place => place.Remove())),
        new("a line is repeated", "it was told", (all, random) => On(
            Place.Any(all, random, IsLine, place => place.At > 1 && place.Next(IsLine) is not null), place => place.InsertBehind(place.Entry))),
        new("two lines are swapped", "it was told", (all, random) => On(
            Place.Any(all, random, IsLine, place => place.At > 1 && place.Next(IsLine) is { Entry: Line next } && next.Text != ((Line)place.Entry).Text), place => Swap(place, IsLine))),
        new("a line has another's name", "it was told", (all, random) => On(
            Place.Any(all, random, entry => entry is Line line && IsLine(entry) && !line.Text.StartsWith("System: ", StringComparison.Ordinal)),
            place => place.Entry = new Line("somebody" + ((Line)place.Entry).Text[((Line)place.Entry).Text.IndexOf(": ", StringComparison.Ordinal)..]))),
        new("a line has another text", "it was told", (all, random) => On(
            Place.Any(all, random, entry => IsLine(entry) && PlainText.TagOf(((Line)entry).Text) is not null), place => place.Entry = new Line(((Line)place.Entry).Text + "0"))),
        new("a message has another's name", "two facts have one number", (all, random) => On(
            Place.Any(all, random, entry => entry is Heard { Fact: Said }),
            place => place.Entry = new Heard((Said)((Heard)place.Entry).Fact with { From = new Member("1", "witness") }))),
        new("a message has another text", "two facts have one number", (all, random) => On(
            Place.Any(all, random, entry => entry is Heard { Fact: Said }),
            place => place.Entry = new Heard((Said)((Heard)place.Entry).Fact with { Text = "x" + ((Said)((Heard)place.Entry).Fact).Text }))),
    ];

    private static Fault[] Gaps =>
    [
        new("a gap that need not be", "the log can hold it", (all, random) => On(
            Place.Any(all, random, IsFact, place => place.In.Entries[place.At - 1] is not Welcomed),
            place => place.Entry = new Missed(1, ((Heard)place.Entry).Fact.Seq, ((Heard)place.Entry).Fact.Seq))),
        new("a plain gap that need not be", "the log can hold it", (all, random) => On(
            Place.Any(all, random, IsLine, place => place.At > 1), place => place.Entry = new Line("System: you missed 1 message"))),
        new("a gap that says one too many", "got once more", (all, random) => On(
            Place.Any(all, random, IsFact, place => place.In.Entries[place.At - 1] is not Welcomed && place.Next(IsFact) is not null),
            place => place.Entry = new Missed(2, ((Heard)place.Entry).Fact.Seq, ((Heard)place.Entry).Fact.Seq + 1)), IsLogSmall: true),
        new("a plain gap that says one too many", "it was told", (all, random) => On(
            Place.Any(all, random, IsLine, place => place.At > 1 && place.Next(IsLine) is { Entry: Line next } && PlainText.TagOf(next.Text) is not null && place.Next(IsLine)?.Next(IsLine) is not null),
            place => place.Entry = new Line("System: you missed 2 messages")), IsLogSmall: true),
    ];

    private static Fault[] Lists =>
    [
        new("somebody is not on the list", "it was told that", (all, random) => On(
            Place.Any(all, random, entry => entry is MembersHeard { Members.Count: > 1 }),
            place => place.Entry = (MembersHeard)place.Entry with { Members = [.. ((MembersHeard)place.Entry).Members.Skip(1)], Count = ((MembersHeard)place.Entry).Count - 1 })),
        new("somebody on the welcome's list is not here", "it was told that", (all, random) => On(
            Place.Any(all, random, entry => entry is Welcomed { Members: not null, Seq: > 0 }),
            place => place.Entry = (Welcomed)place.Entry with { Members = [.. ((Welcomed)place.Entry).Members!, new Member("999", "Nobody")], Count = ((Welcomed)place.Entry).Count + 1 })),
        new("somebody on /who's list is not here", "it was told that", (all, random) => On(
            Place.Any(all, random, entry => entry is Line line && PlainText.Who(line.Text) is not null),
            place => place.Entry = new Line(((Line)place.Entry).Text + ", Nobody"))),
    ];

    private static Fault[] Answers =>
    [
        new("an ack is of another fact", "was accepted as another fact", (all, random) => On(
            Place.Any(all, random, entry => entry is Accepted { Seq: > 1 }), place => place.Entry = (Accepted)place.Entry with { Seq = ((Accepted)place.Entry).Seq - 1 })),
        new("an ack comes in front of its fact", "and was told", (all, random) => On(
            Place.Any(all, random, entry => entry is Accepted { Seq: not null }), place => place.Entry = (Accepted)place.Entry with { Seq = 1_000_000 })),
        new("an ack does not come", "was not answered", (all, random) => On(
            Place.Any(all, random, entry => entry is Accepted, place => place.Next(entry => entry is Settled) is not null && IsAckOnce(place)), place => place.Remove())),
        new("nobody asked for that ack", "it never sent", (all, random) => On(Place.Any(all, random, entry => entry is Accepted), place => place.InsertBehind(new Accepted(1_000_000, null)))),
    ];

    private static Fault[] Histories =>
    [
        new("history has a hole", "has a hole", (all, random) => On(
            Place.Any(all, random, entry => entry is HistoryHeard { Facts.Count: > 2 }),
            place => place.Entry = (HistoryHeard)place.Entry with { Facts = [.. ((HistoryHeard)place.Entry).Facts.Where((_, i) => i != 1)] })),
        new("history lacks the latest", "was told behind", (all, random) => On(
            Place.Any(all, random, entry => entry is HistoryHeard { Facts.Count: > 2 }),
            place => place.Entry = (HistoryHeard)place.Entry with { Facts = [.. ((HistoryHeard)place.Entry).Facts.SkipLast(1)] })),
        new("plain history has a hole", "it was told that before", (all, random) => On(
            Place.Any(all, random, IsPast, place => place.In.Entries[place.At - 1] is Line before && IsPast(before) && place.Next(_ => true) is { Entry: Line behind } && IsPast(behind)),
            place => place.Remove())),
    ];

    private static Fault[] Connections =>
    [
        new("one's own join is not the first", "not its own join", (all, random) => On(
            Place.Any(all, random, IsLine, place => place.In.Entries.FindIndex(entry => entry is Line) == place.At && place.Next(IsLine) is not null), place => place.Remove())),
        new("one's own join is not the first fact", "not its own join", (all, random) => On(
            Place.Any(all, random, IsFact, place => place.In.Entries[place.At - 1] is Welcomed { IsBack: false }),
            place => place.Entry = new Heard(new Joined(((Heard)place.Entry).Fact.Seq, "", new Member("999", "Nobody"))))),
        new("the epoch is another", "the epoch was", (all, random) => On(
            Place.Any(all, random, entry => entry is Welcomed), place => place.Entry = (Welcomed)place.Entry with { Epoch = "other" })),
        new("what one had is forgotten", "is told that it has", (all, random) => On(
            Place.Any(all, random, entry => entry is Welcomed { IsBack: true }), place => place.Entry = (Welcomed)place.Entry with { Seq = ((Welcomed)place.Entry).Seq - 1 })),
        new("one is not waited for", "was not waited for", (all, random) => On(
            Place.Any(all, random, entry => entry is Welcomed { IsBack: true }),
            place => place.Entry = (Welcomed)place.Entry with { IsBack = false, IsInTime = true, Members = [], Count = 0 })),
        new("one is told that it left", "it is here and was told", (all, random) => On(
            Place.Any(all, random, IsFact, place => place.In.Entries.OfType<Welcomed>().Any()),
            place => place.Entry = new Heard(new Left(((Heard)place.Entry).Fact.Seq, "", place.In.Entries.OfType<Welcomed>().First().You, "lost")))),
        new("a connection ends", "its connection ended", (all, random) => On(
            Place.Any(all, random, entry => entry is Over), place => place.Entry = (Over)place.Entry with { IsAskedFor = false, IsHarmed = false })),
    ];

    private static bool On(Place? place, Action<Place> commit)
    {
        if (place is { } here)
        {
            commit(here);
        }

        return place is not null;
    }

    private static bool IsFact(Entry entry) => entry is Heard;

    private static bool IsLine(Entry entry) => entry is Line line && PlainText.IsForEverybody(line.Text);

    private static bool IsPast(Entry entry) => entry is Line line && PlainText.Past(line.Text) is not null;

    private static bool IsAckOnce(Place place) => place.In.Entries.Count(entry => entry is Accepted accepted && accepted.N == ((Accepted)place.Entry).N) == 1;

    private static void Swap(Place one, Func<Entry, bool> isIt)
    {
        var other = one.Next(isIt)!.Value;
        (one.Entry, other.Entry) = (other.Entry, one.Entry);
    }
}
