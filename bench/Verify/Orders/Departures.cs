namespace Broadcast.Verify.Orders;

/// <summary>
/// How everybody came and went: under the first name that was free, and gone exactly once, for a reason that is true.
/// </summary>
internal sealed class Departures
{
    // Those who dialled and never heard whether they came in.
    private static IEnumerable<string> FutileDials(Testimony testimony)
    {
        var isOut = false;
        foreach (var entry in testimony.Entries)
        {
            if (isOut && entry is Dialled)
            {
                yield return testimony.Wanted;
            }

            isOut = entry is Dialled || (isOut && entry is not Welcomed and not Line);
        }

        if (isOut)
        {
            yield return testimony.Wanted;
        }
    }

    private readonly Dictionary<string, Left> _left = new(StringComparer.Ordinal);

    public Departures(
        Order order,
        Presence presence,
        Ground ground,
        IReadOnlyList<Testimony> testimonies,
        Dictionary<int, List<string>> members,
        Dictionary<string, int> owners,
        List<Violation> violations)
    {
        foreach (var left in order.Facts.OfType<Left>())
        {
            _left.TryAdd(left.Who.Id, left);
        }

        foreach (var testimony in testimonies)
        {
            if (members[testimony.Number] is [.., var last] && _left.TryGetValue(last, out var left)
                && testimony.Entries.OfType<Leaving>().LastOrDefault() is { } leaving && !leaving.Reasons.Contains(left.Reason, StringComparer.Ordinal))
            {
                violations.Add(new Violation($"{leaving}, and all were told {left}", testimony.Number, left.Seq));
            }
        }

        // Who came in once more as somebody else had been waited for in vain.
        foreach (var (number, ids) in members)
        {
            foreach (var left in ids.SkipLast(1).Select(id => _left.GetValueOrDefault(id)).OfType<Left>().Where(left => left.Reason != "lost"))
            {
                violations.Add(new Violation($"it had lost its connection, and all were told {left}", number, left.Seq));
            }
        }

        // The first has seen everybody go.
        if (testimonies[0].Entries.OfType<Settled>().Any(settled => settled.UpTo >= order.Last) && presence.At(order.Last) is { } here
            && here.FindAll(member => members[testimonies[0].Number].LastOrDefault() != member.Id) is { Count: > 0 } others)
        {
            violations.Add(new Violation($"{string.Join(", ", others)} never left", testimonies[0].Number, order.Last));
        }

        var futile = testimonies.SelectMany(FutileDials).ToList();
        foreach (var joined in order.Facts.OfType<Joined>())
        {
            var owner = owners.TryGetValue(joined.Who.Id, out var number) ? testimonies.First(testimony => testimony.Number == number) : null;
            var wanted = owner?.Wanted.Trim().Normalize();
            if (wanted is null)
            {
                if (futile.FindIndex(name => Names.MayBecome(name, joined.Who.Name, ground.NameLength)) is >= 0 and var place)
                {
                    futile.RemoveAt(place);
                }
                else if (order.Holes == 0)
                {
                    violations.Add(new Violation($"{joined}, who is none of the clients", Seq: joined.Seq));
                }
            }
            else if (Names.NumberBehind(wanted, joined.Who.Name) is { } behind && presence.At(joined.Seq - 1) is { } before)
            {
                for (var free = 1; free < behind; free++)
                {
                    var name = free == 1 ? wanted : Names.Numbered(wanted, free);
                    if (!before.Exists(member => Names.Conflict(member.Name, name)))
                    {
                        violations.Add(new Violation($"{joined}, and {name} was free", owner!.Number, joined.Seq));
                    }
                }
            }
        }
    }
}
