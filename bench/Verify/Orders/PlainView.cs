using System.Collections.Immutable;

namespace Broadcast.Verify.Orders;

/// <summary>
/// What one who speaks plain saw, laid against the order: its lines have no numbers, so every place where it may have come in is
/// tried, and where one goes the view is sound.
/// </summary>
internal sealed class PlainView
{
    private readonly Testimony _testimony;
    private readonly Ground _ground;
    private readonly Order _order;
    private readonly Presence _presence;

    private PlainView(Testimony testimony, Ground ground, Order order, Presence presence)
    {
        _testimony = testimony;
        _ground = ground;
        _order = order;
        _presence = presence;
    }

    /// <summary>Checks it.</summary>
    /// <param name="taken">The joins that are others'.</param>
    /// <param name="violations">Gets what is wrong where no place goes.</param>
    /// <returns>Its join; null where it has none in the order.</returns>
    public static Joined? Check(Testimony testimony, Ground ground, Order order, Presence presence, HashSet<string> taken, List<Violation> violations)
    {
        var view = new PlainView(testimony, ground, order, presence);
        return view.Check(taken, violations);
    }

    private Joined? Check(HashSet<string> taken, List<Violation> violations)
    {
        foreach (var entry in _testimony.Entries)
        {
            if (entry is Faulty faulty)
            {
                violations.Add(new Violation(faulty.Why, _testimony.Number));
            }
            else if (entry is Over { IsAskedFor: false, IsHarmed: false } over && !_ground.IsChaos)
            {
                violations.Add(new Violation($"its connection ended: {over.Code} {over.Why}", _testimony.Number));
            }
        }

        if (_testimony.Entries.OfType<Line>().FirstOrDefault() is not { Text: var first })
        {
            return null;
        }

        if (PlainText.NameOfJoiner(first) is not { } name || !Names.MayBecome(_testimony.Wanted, name, _ground.NameLength))
        {
            violations.Add(new Violation($"its first line is not its own join: {Short.Of(first)}", _testimony.Number));
            return null;
        }

        var best = new Attempt(-1, new Violation($"nobody else has seen {name} join", _testimony.Number));
        var speaker = Speaker();
        foreach (var (start, join) in Starts(name, speaker, taken))
        {
            var attempt = Lay(start, join);
            if (attempt.Wrong is null)
            {
                // Where some of the order is not known, it may have come in elsewhere.
                return _order.Holes == 0 || join?.Who.Id == speaker ? join : null;
            }

            best = attempt.Entries > best.Entries ? attempt : best;
        }

        violations.Add(best.Wrong!);
        return null;
    }

    // The member whose lines are its own; null where it said none.
    private string? Speaker()
    {
        var own = _testimony.Entries.OfType<Spoke>().Select(spoke => spoke.Tag).ToHashSet(StringComparer.Ordinal);
        return _order.Facts.OfType<Said>().FirstOrDefault(said => PlainText.TagOf(said.Text) is { } tag && own.Contains(tag))?.From.Id;
    }

    // The fact in front of its first line, and its join where that is known.
    private IEnumerable<(long After, Joined? Join)> Starts(string name, string? speaker, HashSet<string> taken)
    {
        // Whose lines are its own is tried first: of two who came by one name and went without a word either may be meant.
        foreach (var joined in _order.Facts.OfType<Joined>()
            .Where(joined => joined.Who.Name == name && !taken.Contains(joined.Who.Id))
            .OrderByDescending(joined => joined.Who.Id == speaker)
            .ThenByDescending(IsOutAsItLeft))
        {
            yield return (joined.Seq - 1, joined);
        }

        for (var seq = _order.First; _order.Holes > 0 && seq <= _order.Last; seq++)
        {
            if (_order.Find(seq) is null)
            {
                yield return (seq - 1, null);
            }
        }

        // Unannounced, its own line has no place: what follows says where it came in, if it is not that something was missed.
        var next = _testimony.Entries.OfType<Line>().Skip(1).FirstOrDefault(
            line => PlainText.IsForEverybody(line.Text) || PlainText.MissedCount(line.Text) is not null);
        foreach (var seq in _presence.Unannounced)
        {
            if (next is null || PlainText.MissedCount(next.Text) is not null || _order.Find(seq + 1) is not { } fact || _order.LineOf(fact) == next.Text)
            {
                yield return (-seq - 1, null);
            }
        }
    }

    private bool IsOutAsItLeft(Joined joined) =>
        _testimony.Entries.OfType<Leaving>().LastOrDefault() is not { } leaving
        || _order.Facts.OfType<Left>().FirstOrDefault(left => left.Who.Id == joined.Who.Id) is not { } left
        || leaving.Reasons.Contains(left.Reason, StringComparer.Ordinal);

    private Attempt Lay(long start, Joined? join)
    {
        var isUnannounced = start < 0;
        var walk = new Walk(this, isUnannounced ? -start - 1 : start, join);
        for (var place = 0; place < _testimony.Entries.Count; place++)
        {
            if (_testimony.Entries[place] is Line && isUnannounced)
            {
                isUnannounced = false;
                continue;
            }

            if (walk.See(_testimony.Entries[place]) is { } wrong)
            {
                return new Attempt(place, new Violation(wrong, _testimony.Number, walk.At));
            }
        }

        return new Attempt(_testimony.Entries.Count, walk.EndPast() is { } late ? new Violation(late, _testimony.Number, walk.At) : null);
    }

    private sealed record Attempt(int Entries, Violation? Wrong);

    // Where it is in the order, line by line.
    private sealed class Walk(PlainView view, long after, Joined? join)
    {
        // Where the last line of what was before may stand; null outside of an answer.
        private HashSet<long>? _past;
        private long _gapAfter = -1;

        public long At { get; private set; } = after;

        public string? See(Entry entry)
        {
            switch (entry)
            {
                case Line { Text: var text }:
                    if (PlainText.Past(text) is { } past)
                    {
                        return OnPast(past);
                    }

                    return EndPast() ?? OnLine(text);
                case Settled settled:
                    return At >= settled.UpTo ? null : $"it has everything up to {At}, and there is {settled.UpTo}";
                // In the middle of an answer it may have been cut off.
                case Over { Code: null }:
                    _past = null;
                    return null;
                default:
                    return null;
            }
        }

        public string? EndPast()
        {
            var isSound = _past is null || _gapAfter >= 0 || _past.Contains(At);
            _past = null;
            return isSound ? null : "what it was told was before does not end where it is";
        }

        private string? OnLine(string text)
        {
            if (PlainText.MissedCount(text) is { } missed)
            {
                _gapAfter = _gapAfter < 0 ? At : _gapAfter;
                var first = At + 1;
                At += missed;
                return missed > 0 && Gaps.MayBe(view._order, view._ground, first, At) ? null : $"the log can hold it, and it was told {text}";
            }

            if (!PlainText.IsForEverybody(text))
            {
                return PlainText.Who(text) is { } who ? OnWho(who.Count, who.Names) : null;
            }

            At++;
            return view._order.Find(At) switch
            {
                null when At > view._order.Last => $"nobody else has seen {Short.Of(text)}",
                null => null,
                Left { Who: var gone } when gone.Id == join?.Who.Id => "it is here and was told that it left",
                { } fact when view._order.LineOf(fact) == text => null,
                { } fact => $"it was told {Short.Of(text)}, and there is {fact}",
            };
        }

        private string? OnWho(int count, IReadOnlyList<string> names)
        {
            // An answer from before it missed something stands behind what it missed.
            for (var at = _gapAfter < 0 ? At : _gapAfter; at <= At; at++)
            {
                if (view._presence.At(at) is not { } here || (here.Count == count && here.Select(member => member.Name).ToHashSet(StringComparer.Ordinal).SetEquals(names)))
                {
                    return null;
                }
            }

            return $"it was told that {string.Join(", ", names)} are here, and here are {string.Join(", ", view._presence.At(At) ?? ImmutableList<Member>.Empty)}";
        }

        private string? OnPast(string past)
        {
            HashSet<long> places = [];
            if (_past is null || _past.Contains(At) || _gapAfter >= 0)
            {
                for (var seq = view._order.First - 1; seq <= At; seq++)
                {
                    AddIfSo(places, seq, past);
                }
            }

            foreach (var seq in _past ?? [])
            {
                AddIfSo(places, seq < view._order.First ? seq : seq + 1, past);
                AddIfSo(places, seq + 1, past);
            }

            _past = places;
            return places.Count > 0 ? null : $"it was told that before was {Short.Of(past)}";
        }

        private void AddIfSo(HashSet<long> places, long seq, string past)
        {
            // In front of the first there may have been others, which nobody here has seen.
            if (seq <= At && seq > 0 && (view._order.Find(seq) is not { } fact || view._order.LineOf(fact) == past))
            {
                _ = places.Add(seq);
            }
        }
    }
}
