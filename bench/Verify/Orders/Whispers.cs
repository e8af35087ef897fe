namespace Broadcast.Verify.Orders;

/// <summary>What was whispered: heard by whom it was for, and once; by that one surely where it was there all the time.</summary>
internal sealed class Whispers
{
    private readonly List<Violation> _violations;
    private readonly Dictionary<string, Sent> _sent = new(StringComparer.Ordinal);

    /// <param name="testimonies">What everybody saw.</param>
    /// <param name="namesOf">The names that a client had, as the order knows them; empty where it knows none.</param>
    /// <param name="ownNames">Those that it knows of itself.</param>
    /// <param name="ghosts">The names of members of whom no client knows: its connection broke before it was welcomed.</param>
    /// <param name="violations">Gets what is wrong.</param>
    public Whispers(
        IReadOnlyList<Testimony> testimonies,
        Func<Testimony, IReadOnlyCollection<string>> namesOf,
        Func<Testimony, IEnumerable<string>> ownNames,
        IReadOnlyList<string> ghosts,
        List<Violation> violations)
    {
        _violations = violations;
        foreach (var testimony in testimonies)
        {
            Collect(testimony);
        }

        foreach (var testimony in testimonies)
        {
            Hear(testimony, namesOf(testimony) is { Count: > 0 } names ? [.. names, .. ownNames(testimony)] : []);
        }

        var stays = testimonies.SelectMany(StaysOf).ToList();
        foreach (var sent in _sent.Values.Where(sent => sent is { IsAccepted: true, HeardBy: null }))
        {
            var those = testimonies.Where(testimony => namesOf(testimony) is { Count: > 0 } names && names.Any(name => Names.Conflict(name, sent.What.To))).ToList();
            if (those.Count == 1 && !ghosts.Any(name => Names.Conflict(name, sent.What.To)) && testimonies.All(testimony => namesOf(testimony).Count > 0)
                && stays.Exists(stay => stay.Number == those[0].Number && stay.From < sent.What.At && sent.AcceptedAt < stay.To))
            {
                _violations.Add(new Violation($"it was here and never heard {sent.What}", those[0].Number));
            }
        }
    }

    // From when to when somebody was surely there, on one connection.
    private static IEnumerable<(int Number, long From, long To)> StaysOf(Testimony testimony)
    {
        var from = long.MaxValue;
        foreach (var entry in testimony.Entries)
        {
            if (entry is Dialled)
            {
                from = long.MaxValue;
            }
            else if (from == long.MaxValue && (entry is Welcomed || (testimony.IsPlain && entry is Line)))
            {
                from = entry.At;
            }
            else if (entry is Settled && from < entry.At)
            {
                yield return (testimony.Number, from, entry.At);
            }
        }
    }

    private void Collect(Testimony testimony)
    {
        Dictionary<long, Sent> numbered = [];
        foreach (var entry in testimony.Entries)
        {
            switch (entry)
            {
                case Whispered whispered:
                    var sent = new Sent(testimony.Number, whispered);
                    _sent.Add(whispered.Tag, sent);
                    if (whispered.N is { } n)
                    {
                        numbered.Add(n, sent);
                    }

                    break;
                case Accepted accepted when numbered.TryGetValue(accepted.N, out var taken):
                    taken.Accept(entry.At);
                    break;
                case Refused { N: { } number } when numbered.TryGetValue(number, out var refused):
                    refused.IsRefused = true;
                    break;
                case Line { Text: var text } when PlainText.IsWhisperOut(text) && PlainText.TagOf(text) is { } tag && _sent.TryGetValue(tag, out var own):
                    own.Accept(entry.At);
                    break;
            }
        }
    }

    private void Hear(Testimony testimony, IReadOnlyCollection<string> names)
    {
        foreach (var heard in testimony.Entries.OfType<WhisperHeard>())
        {
            if (PlainText.TagOf(heard.Text) is not { } tag || !_sent.TryGetValue(tag, out var sent))
            {
                Wrong(testimony, heard, "nobody has whispered it");
                continue;
            }

            if (sent.HeardBy is { } by)
            {
                Wrong(testimony, heard, $"client {by} has heard it already");
            }

            sent.HeardBy = testimony.Number;
            if (sent.IsRefused)
            {
                Wrong(testimony, heard, "it was refused");
            }

            if (heard.Text != (testimony.IsPlain ? PlainText.Visible(sent.What.Text) : sent.What.Text))
            {
                Wrong(testimony, heard, $"it was sent as {sent.What}");
            }

            if ((names.Count > 0 && !names.Any(name => Names.Conflict(name, sent.What.To))) || (heard.To is { } to && !Names.Conflict(to.Name, sent.What.To)))
            {
                Wrong(testimony, heard, $"it was for {sent.What.To}, and not for {string.Join(", ", names)}");
            }
        }
    }

    private void Wrong(Testimony testimony, WhisperHeard heard, string why) =>
        _violations.Add(new Violation($"{Short.Of(heard.Text)} from {heard.From}: {why}", testimony.Number));

    private sealed class Sent(int by, Whispered what)
    {
        public int By { get; } = by;

        public Whispered What { get; } = what;

        public bool IsAccepted { get; private set; }

        public long AcceptedAt { get; private set; }

        public bool IsRefused { get; set; }

        public int? HeardBy { get; set; }

        public void Accept(long at)
        {
            AcceptedAt = IsAccepted ? AcceptedAt : at;
            IsAccepted = true;
        }
    }
}
