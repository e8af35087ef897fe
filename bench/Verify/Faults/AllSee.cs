using Broadcast.Verify.Orders;

namespace Broadcast.Verify.Faults;

/// <summary>All see the same, and the order itself is wrong.</summary>
internal static class AllSee
{
    public static IEnumerable<Fault> All =>
    [
        new("a line is lost for all", "", (all, random) => OnFact<Said>(all, random, fact => Remove(all, fact), fact => MustBe(all, fact))),
        new("a line is said twice", "it was said at", (all, random) => OnFact<Said>(all, random, fact => Repeat(all, fact))),
        new("nobody is told that somebody left", "", (all, random) => OnFact<Left>(all, random, fact => Remove(all, fact))),
        new("somebody leaves twice", "leaves twice", (all, random) => OnFact<Left>(all, random, fact => Repeat(all, fact))),
        new("nobody is told that somebody came", "", (all, random) => OnFact<Joined>(all, random, fact => Remove(all, fact), fact => fact.Seq > 1)),
        new("nobody is told of a rename", "", (all, random) => OnFact<Renamed>(all, random, fact => Remove(all, fact))),
        new("a line is another's for all", "is client", (all, random) => OnFact<Said>(all, random, fact =>
            Replace(all, fact, fact with { From = new Member("1", "witness") }))),
        new("a name is taken twice", "has that name", (all, random) => OnFact<Renamed>(all, random, fact =>
            Replace(all, fact, fact with { Who = fact.Who with { Name = "Witness" } }))),
        new("the reason is another", "and all were told", (all, random) => OnFact<Left>(all, random, fact =>
            Replace(all, fact, fact with { Reason = fact.Reason == "removed" ? "quit" : "removed" }))),
        new("a text is another for all", "it was sent as", (all, random) => OnFact<Said>(all, random, fact =>
            Replace(all, fact, fact with { Text = "x" + fact.Text }))),
        new("a text is nobody's", "nobody has said it", (all, random) => OnFact<Said>(all, random, fact =>
            Replace(all, fact, fact with { Text = fact.Text + "000" }))),
    ];

    // Where its line is the only one of that text, so that it is known where it is in the plain form.
    private static bool OnFact<T>(IReadOnlyList<Testimony> all, Random random, Action<T> commit, Func<T, bool>? isIt = null)
        where T : Fact
    {
        var facts = all[0].Entries.OfType<Heard>().Select(heard => heard.Fact).ToLookup(PlainText.Of, StringComparer.Ordinal);
        var those = facts.Where(same => same.Count() == 1).SelectMany(same => same.OfType<T>()).Where(fact => isIt?.Invoke(fact) != false).ToList();
        if (those.Count > 0)
        {
            commit(those[random.Next(those.Count)]);
        }

        return those.Count > 0;
    }

    // Who lost its connection behind a line cannot tell whether it was heard.
    private static bool MustBe(IReadOnlyList<Testimony> all, Said said) => all.Any(testimony =>
        testimony.Entries.FindIndex(entry => entry is Spoke spoke && spoke.Tag == PlainText.TagOf(said.Text)) is >= 0 and var place
        && testimony.Entries.Skip(place).Any(entry => testimony.IsPlain ? entry is Settled : entry is Accepted accepted && accepted.N == said.N));

    private static void Replace(IReadOnlyList<Testimony> all, Fact fact, Fact by) =>
        ForAll(all, fact, entry => entry with { }, (entry, _) => [entry is Line ? new Line(PlainText.Of(by)) : new Heard(by)], past => past == fact ? [by] : [past]);

    private static void Remove(IReadOnlyList<Testimony> all, Fact fact) =>
        ForAll(all, fact, entry => Move(entry, fact.Seq, -1), (_, _) => [], past => past == fact ? [] : [Move(past, fact.Seq, -1)]);

    private static void Repeat(IReadOnlyList<Testimony> all, Fact fact) =>
        ForAll(
            all, fact, entry => Move(entry, fact.Seq, 1), (entry, _) => [entry, entry is Line ? entry : new Heard(fact with { Seq = fact.Seq + 1 })],
            past => past == fact ? [past, fact with { Seq = fact.Seq + 1 }] : [Move(past, fact.Seq, 1)]);

    private static void ForAll(
        IReadOnlyList<Testimony> all, Fact fact, Func<Entry, Entry> other, Func<Entry, Fact, IEnumerable<Entry>> own, Func<Fact, IEnumerable<Fact>> past)
    {
        var line = PlainText.Of(fact);
        foreach (var testimony in all)
        {
            List<Entry> entries =
            [
                .. testimony.Entries.SelectMany(entry => entry switch
                {
                    Heard heard when heard.Fact == fact => own(entry, fact),
                    Line { Text: var text } when text == line => own(entry, fact),
                    HistoryHeard history => [history with { Facts = [.. history.Facts.SelectMany(past)] }],
                    _ => [other(entry)],
                }),
            ];
            testimony.Entries.Clear();
            testimony.Entries.AddRange(entries);
        }
    }

    // What is numbered behind a fact that is no longer there, or is there once more.
    private static Entry Move(Entry entry, long behind, long by) => entry switch
    {
        Heard heard => heard with { Fact = Move(heard.Fact, behind, by) },
        Welcomed welcomed when welcomed.Seq >= behind => welcomed with { Seq = welcomed.Seq + by },
        Dialled { From: { } from } dialled when from >= behind => dialled with { From = from + by },
        MembersHeard members when members.Seq >= behind => members with { Seq = members.Seq + by },
        Accepted { Seq: { } seq } accepted when seq > behind => accepted with { Seq = seq + by },
        Settled settled when settled.UpTo >= behind => new Settled(settled.UpTo + by) { At = settled.At },
        Asked { Before: { } before } asked when before > behind => asked with { Before = before + by },
        _ => entry,
    };

    private static Fact Move(Fact fact, long behind, long by) => fact.Seq > behind ? fact with { Seq = fact.Seq + by } : fact;
}
