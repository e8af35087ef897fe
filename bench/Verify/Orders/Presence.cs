using System.Collections.Immutable;

namespace Broadcast.Verify.Orders;

/// <summary>
/// Who is here under which name at each point of the order, and whether all that happens goes with it: nobody speaks who is not
/// here, no two have one name, nobody leaves twice. Where joins and leaves are not announced, and behind a hole, nobody knows,
/// until the next who is told the whole list.
/// </summary>
internal sealed class Presence
{
    private readonly Order _order;
    private readonly List<Violation> _violations;
    private readonly Dictionary<long, ImmutableList<Member>> _here = [];
    private readonly Dictionary<string, List<string>> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _gone = new(StringComparer.Ordinal);

    public Presence(Order order, Ground ground, IEnumerable<Testimony> testimonies, List<Violation> violations)
    {
        _order = order;
        _violations = violations;
        var lists = Lists(testimonies).ToLookup(list => list.Seq);
        var here = (ImmutableList<Member>?)null;
        var isAnnounced = ground.AnnounceUpTo != 0;
        for (var seq = order.First - 1; seq <= order.Last; seq++)
        {
            if (order.Find(seq) is { } fact && seq >= order.First)
            {
                isAnnounced = fact is PresenceChanged changed ? changed.IsAnnounced : isAnnounced;
                here = After(here, fact);
            }
            else if (seq >= order.First)
            {
                here = null;
                // Announcing may have changed where nobody looked; a list tells the truth only if it has not.
                isAnnounced = isAnnounced && ground.AnnounceUpTo is < 0 or >= 1000;
            }

            if (!isAnnounced)
            {
                here = null;
                Unannounced.Add(seq);
                continue;
            }

            foreach (var list in lists[seq])
            {
                here = Compare(here, list);
            }

            if (here is not null)
            {
                _here[seq] = here;
            }
        }
    }

    /// <summary>The points of the order at which people come and go without anybody's being told.</summary>
    public HashSet<long> Unannounced { get; } = [];

    /// <summary>Who is here after a fact, in the order in which they came; null where nobody knows.</summary>
    public ImmutableList<Member>? At(long seq) => _here.GetValueOrDefault(seq);

    /// <summary>All who were ever here.</summary>
    public IEnumerable<string> Everybody => _names.Keys;

    /// <summary>Every name that a member ever had.</summary>
    public IReadOnlyList<string> NamesOf(string id) => _names.GetValueOrDefault(id) ?? [];

    private static IEnumerable<(long Seq, IReadOnlyList<Member> Members, int Count, int Client)> Lists(IEnumerable<Testimony> testimonies)
    {
        foreach (var testimony in testimonies)
        {
            foreach (var entry in testimony.Entries)
            {
                if (entry is Welcomed { Members: { } members } welcomed)
                {
                    yield return (welcomed.Seq, members, welcomed.Count, testimony.Number);
                }
                else if (entry is MembersHeard heard)
                {
                    yield return (heard.Seq, heard.Members, heard.Count, testimony.Number);
                }
            }
        }
    }

    private ImmutableList<Member>? Compare(ImmutableList<Member>? here, (long Seq, IReadOnlyList<Member> Members, int Count, int Client) list)
    {
        if (list.Count != list.Members.Count)
        {
            _violations.Add(new Violation($"a list of {list.Members.Count} members says that they are {list.Count}", list.Client, list.Seq));
        }
        else if (here is null)
        {
            foreach (var member in list.Members)
            {
                Name(member);
            }

            return [.. list.Members];
        }
        else if (!here.ToHashSet().SetEquals(list.Members))
        {
            _violations.Add(new Violation(
                $"it was told that {string.Join(", ", list.Members)} are here, and here are {string.Join(", ", here)}", list.Client, list.Seq));
        }

        return here;
    }

    private ImmutableList<Member>? After(ImmutableList<Member>? here, Fact fact)
    {
        switch (fact)
        {
            case Joined { Who: var who }:
                if (_names.ContainsKey(who.Id))
                {
                    Wrong(fact, "a member's number is given twice");
                }

                RefuseTaken(here, who, fact);
                Name(who);
                return here?.Add(who);
            case Left { Who: var who }:
                if (!_gone.Add(who.Id))
                {
                    Wrong(fact, "a member leaves twice");
                }

                RefuseAbsent(here, who, fact);
                return here?.Remove(who);
            case Renamed { Who: var who, Was: var was }:
                var before = who with { Name = was };
                RefuseAbsent(here, before, fact);
                RefuseTaken(here?.Remove(before), who, fact);
                Name(who);
                return here is not null && here.Contains(before) ? here.Replace(before, who) : here;
            case Said { From: var who }:
                RefuseAbsent(here, who, fact);
                Name(who);
                return here;
            case PresenceChanged changed:
                if (!changed.IsAnnounced && here is not null && here.Count != changed.Count)
                {
                    Wrong(fact, $"{here.Count} are here");
                }

                return here;
            default:
                return here;
        }
    }

    private void RefuseAbsent(ImmutableList<Member>? here, Member who, Fact fact)
    {
        if (here?.Contains(who) == false)
        {
            Wrong(fact, here.Exists(member => member.Id == who.Id) ? $"its name is {here.Find(member => member.Id == who.Id).Name}" : $"{who} is not here");
        }
        else if (fact is not Left && _gone.Contains(who.Id))
        {
            Wrong(fact, $"{who} has left");
        }
        else if (here is null && _order.Holes == 0 && _names.TryGetValue(who.Id, out var names) && names[^1] != who.Name)
        {
            Wrong(fact, $"its name is {names[^1]}");
        }
    }

    private void RefuseTaken(ImmutableList<Member>? others, Member who, Fact fact)
    {
        if (others?.Find(member => Names.Conflict(member.Name, who.Name)) is { Id: not null } other)
        {
            Wrong(fact, $"{other} has that name, or one that looks like it");
        }
    }

    private void Name(Member who)
    {
        if (!_names.TryGetValue(who.Id, out var names))
        {
            _names.Add(who.Id, names = []);
        }

        if (names.Count == 0 || names[^1] != who.Name)
        {
            names.Add(who.Name);
        }
    }

    private void Wrong(Fact fact, string why) => _violations.Add(new Violation($"{fact}: {why}", Seq: fact.Seq));
}
