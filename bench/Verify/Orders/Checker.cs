namespace Broadcast.Verify.Orders;

/// <summary>Lays what everybody saw against one order.</summary>
internal static class Checker
{
    /// <summary>Checks it.</summary>
    /// <param name="ground">What it is to be judged by.</param>
    /// <param name="testimonies">What everybody saw; the first is in before all others and leaves behind them.</param>
    public static Verdict Check(Ground ground, IReadOnlyList<Testimony> testimonies)
    {
        List<Violation> violations = [];
        var json = testimonies.Where(testimony => !testimony.IsPlain).ToList();
        var order = new Order(json, violations);
        var presence = new Presence(order, ground, json, violations);
        Dictionary<string, int> owners = new(StringComparer.Ordinal);
        Dictionary<int, List<string>> members = testimonies.ToDictionary(testimony => testimony.Number, _ => new List<string>());
        foreach (var testimony in json)
        {
            _ = new JsonView(testimony, ground, order, violations);
            foreach (var welcomed in testimony.Entries.OfType<Welcomed>().Where(welcomed => !welcomed.IsBack))
            {
                Own(testimony, welcomed.You.Id);
            }
        }

        HashSet<string> taken = [.. owners.Keys];
        foreach (var testimony in testimonies.Where(testimony => testimony.IsPlain).OrderByDescending(testimony => testimony.Entries.Count))
        {
            if (PlainView.Check(testimony, ground, order, presence, taken, violations) is { } join)
            {
                _ = taken.Add(join.Who.Id);
                Own(testimony, join.Who.Id);
            }
        }

        _ = new Speech(order, testimonies, owners, violations);
        var ghosts = presence.Everybody.Where(id => !owners.ContainsKey(id)).SelectMany(presence.NamesOf).ToList();
        _ = new Whispers(testimonies, testimony => [.. members[testimony.Number].SelectMany(presence.NamesOf)], testimony => OwnNames(testimony, order.Holes > 0), ghosts, violations);
        _ = new Departures(order, presence, ground, testimonies, members, owners, violations);
        return new Verdict(order, violations);

        void Own(Testimony testimony, string id)
        {
            if (!owners.TryAdd(id, testimony.Number))
            {
                violations.Add(new Violation($"it is member {id}, which is client {owners[id]}", testimony.Number));
            }

            members[testimony.Number].Add(id);
        }
    }

    // What it knows of its names where nobody else was told: it was given one as it came in, and others that it had asked for.
    private static IEnumerable<string> OwnNames(Testimony testimony, bool hasHoles)
    {
        var accepted = testimony.Entries.OfType<Accepted>().Select(accepted => accepted.N).ToHashSet();
        foreach (var entry in testimony.Entries)
        {
            switch (entry)
            {
                case Welcomed welcomed:
                    yield return welcomed.You.Name;
                    break;
                case Line { Text: var text } when PlainText.NameOfJoiner(text) is { } name && entry == testimony.Entries.OfType<Line>().First():
                    yield return name;
                    break;
                case AskedForName asked when asked.N is { } n ? accepted.Contains(n) : hasHoles:
                    yield return asked.Name;
                    break;
            }
        }
    }
}

/// <summary>What came out.</summary>
/// <param name="Order">The order that everybody saw.</param>
/// <param name="Violations">What must not be; empty where all is well.</param>
internal sealed record Verdict(Order Order, IReadOnlyList<Violation> Violations);
