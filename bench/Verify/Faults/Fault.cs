using Broadcast.Verify.Orders;

namespace Broadcast.Verify.Faults;

/// <summary>What a faulty server would have shown, made of what a sound one has.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Found">What a violation has to say that has found it, in part; what else it may say stands behind a bar.</param>
/// <param name="IsLogSmall">Whether the log is to be taken for one that holds one fact, so that whoever is told of more may have missed them.</param>
/// <param name="Commit">Puts it into what the clients saw; false where there is nothing to put it in.</param>
internal sealed record Fault(string Name, string Found, Func<IReadOnlyList<Testimony>, Random, bool> Commit, bool IsLogSmall = false)
{
    /// <summary>All that the checker has to find.</summary>
    public static IEnumerable<Fault> All => [.. OneSees.All, .. AllSee.All, .. OthersHear.All];

    /// <summary>Whether that is what it is found by.</summary>
    public bool IsFoundBy(Violation violation) => Found.Split('|').Any(what => violation.What.Contains(what, StringComparison.Ordinal));
}

/// <summary>A place in what somebody saw.</summary>
internal readonly record struct Place(Testimony In, int At)
{
    public Entry Entry
    {
        get => In.Entries[At];
        set => In.Entries[At] = value;
    }

    public void Remove() => In.Entries.RemoveAt(At);

    public void InsertBehind(Entry entry) => In.Entries.Insert(At + 1, entry with { At = Entry.At });

    /// <summary>The next entry of a kind on the same connection.</summary>
    public Place? Next(Func<Entry, bool> isIt)
    {
        for (var at = At + 1; at < In.Entries.Count && In.Entries[at] is not Dialled; at++)
        {
            if (isIt(In.Entries[at]))
            {
                return new Place(In, at);
            }
        }

        return null;
    }

    /// <summary>One of those that there are.</summary>
    public static Place? Any(IReadOnlyList<Testimony> testimonies, Random random, Func<Entry, bool> isIt, Func<Place, bool>? isSo = null)
    {
        var places = testimonies
            .SelectMany(testimony => Enumerable.Range(0, testimony.Entries.Count).Select(at => new Place(testimony, at)))
            .Where(place => isIt(place.Entry) && isSo?.Invoke(place) != false)
            .ToList();
        return places.Count == 0 ? null : places[random.Next(places.Count)];
    }
}
