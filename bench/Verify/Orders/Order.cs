using System.Globalization;

namespace Broadcast.Verify.Orders;

/// <summary>
/// The one order: what all who speak broadcast.v1+json have seen, put together by the facts' numbers. Where nobody has seen a
/// fact, because all were told that they missed it, there is a hole.
/// </summary>
internal sealed class Order
{
    private readonly SortedDictionary<long, Fact> _facts = [];
    private readonly Dictionary<long, string> _lines = [];

    /// <param name="testimonies">What everybody saw.</param>
    /// <param name="violations">Gets what does not go together.</param>
    public Order(IReadOnlyCollection<Testimony> testimonies, List<Violation> violations)
    {
        string? epoch = null;
        // What was before anybody came is nobody's affair here.
        First = testimonies.SelectMany(testimony => testimony.Entries.OfType<Welcomed>()).Select(welcomed => welcomed.Seq + 1).DefaultIfEmpty(1).Min();
        foreach (var testimony in testimonies)
        {
            foreach (var entry in testimony.Entries)
            {
                switch (entry)
                {
                    case Welcomed welcomed:
                        if ((epoch ??= welcomed.Epoch) != welcomed.Epoch)
                        {
                            violations.Add(new Violation($"the epoch was {epoch} and is {welcomed.Epoch}", testimony.Number, welcomed.Seq));
                        }

                        break;
                    case Heard heard:
                        Add(heard.Fact, testimony, violations);
                        break;
                    case Missed missed:
                        Last = Math.Max(Last, missed.Last);
                        break;
                    case HistoryHeard history:
                        foreach (var fact in history.Facts)
                        {
                            Add(fact, testimony, violations);
                        }

                        break;
                }
            }
        }

        Last = Math.Max(Last, _facts.Count == 0 ? First - 1 : _facts.Keys.Last());
        Holes = (int)(Last - First + 1 - _facts.Count);
    }

    public long First { get; }

    public long Last { get; }

    /// <summary>How many facts nobody has seen.</summary>
    public int Holes { get; }

    public IEnumerable<Fact> Facts => _facts.Values;

    /// <summary>The fact; null where nobody has seen it, or there is none.</summary>
    public Fact? Find(long seq) => _facts.GetValueOrDefault(seq);

    /// <summary>The line that everybody who speaks plain sees of one of its facts.</summary>
    public string LineOf(Fact fact)
    {
        if (!_lines.TryGetValue(fact.Seq, out var line))
        {
            _lines.Add(fact.Seq, line = PlainText.Of(fact));
        }

        return line;
    }

    /// <summary>What stands around a place, for whoever looks for what went wrong.</summary>
    public IEnumerable<string> Around(long seq)
    {
        for (var at = Math.Max(First, seq - 8); at <= Math.Min(Last, seq + 4); at++)
        {
            yield return (at == seq ? "> " : "  ") + (Find(at)?.ToString() ?? at.ToString(CultureInfo.InvariantCulture) + " (nobody has seen it)");
        }
    }

    private void Add(Fact fact, Testimony testimony, List<Violation> violations)
    {
        if (fact.Seq >= First && !_facts.TryAdd(fact.Seq, fact) && _facts[fact.Seq] != fact)
        {
            violations.Add(new Violation($"two facts have one number: {fact}, and for others {_facts[fact.Seq]}", testimony.Number, fact.Seq));
        }
    }
}
