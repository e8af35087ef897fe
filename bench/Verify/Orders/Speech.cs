namespace Broadcast.Verify.Orders;

/// <summary>
/// What was said: each line once, as it was sent, by the member that sent it, each one's in their order; what was accepted is
/// there, and what was refused is not.
/// </summary>
internal sealed class Speech
{
    // Close codes behind which everything that was sent before has been heard.
    private static readonly int[] Heard = [1000, 1003, 1007, 1009];

    private readonly Order _order;
    private readonly Dictionary<string, int> _owners;
    private readonly List<Violation> _violations;
    private readonly Dictionary<string, Line> _lines = new(StringComparer.Ordinal);

    /// <param name="owners">Whose members they are, by the members' numbers.</param>
    public Speech(Order order, IReadOnlyList<Testimony> testimonies, Dictionary<string, int> owners, List<Violation> violations)
    {
        _order = order;
        _owners = owners;
        _violations = violations;
        foreach (var testimony in testimonies)
        {
            Collect(testimony);
        }

        foreach (var said in order.Facts.OfType<Said>())
        {
            Find(said);
        }

        Sum();
    }

    private void Collect(Testimony testimony)
    {
        List<Line> open = [];
        Dictionary<long, Line> numbered = [];
        foreach (var entry in testimony.Entries)
        {
            switch (entry)
            {
                case Spoke spoke:
                    var line = new Line(testimony, spoke);
                    _lines.Add(spoke.Tag, line);
                    open.Add(line);
                    if (spoke.N is { } n)
                    {
                        numbered.Add(n, line);
                    }

                    break;
                case Accepted accepted when numbered.TryGetValue(accepted.N, out var taken):
                    taken.MustBe = true;
                    break;
                case Refused { N: { } number } when numbered.TryGetValue(number, out var refused):
                    refused.MustNotBe = true;
                    break;
                case Settled when testimony.IsPlain:
                    open.ForEach(said => said.MustBe = true);
                    break;
                case Over { IsAskedFor: true, IsHarmed: false, Code: { } code } when testimony.IsPlain && Heard.Contains(code):
                    open.ForEach(said => said.MustBe = true);
                    break;
            }
        }
    }

    private void Find(Said said)
    {
        if (PlainText.TagOf(said.Text) is not { } tag || !_lines.TryGetValue(tag, out var line))
        {
            Wrong("nobody has said it", said, client: null);
            return;
        }

        var number = line.By.Number;
        if (line.Seq is { } before)
        {
            Wrong($"it was said at {before} already", said, number);
        }

        line.Seq ??= said.Seq;
        if (line.MustNotBe)
        {
            Wrong("it was refused", said, number);
        }

        if (said.Text != line.Sent.Text || said.IsAction != line.Sent.IsAction || said.N != line.Sent.N)
        {
            Wrong($"it was sent as {line.Sent}", said, number);
        }

        if (_owners.TryGetValue(said.From.Id, out var owner) && owner != number)
        {
            Wrong($"{line.By} has said it, and {said.From} is client {owner}", said, number);
        }
    }

    private void Sum()
    {
        var missing = _lines.Values.Where(line => line.MustBe && line.Seq is null).ToList();
        if (missing.Count > _order.Holes)
        {
            _violations.AddRange(missing.Select(line => new Violation($"what it said is nowhere: {line.Sent}", line.By.Number)));
        }

        foreach (var lines in _lines.Values.GroupBy(line => line.By.Number))
        {
            var last = 0L;
            foreach (var line in lines.Where(line => line.Seq is not null))
            {
                if (line.Seq < last)
                {
                    _violations.Add(new Violation($"it is in front of what was said before: {line.Sent}", lines.Key, line.Seq));
                }

                last = line.Seq!.Value;
            }
        }
    }

    private void Wrong(string why, Said said, int? client) => _violations.Add(new Violation($"{said}: {why}", client, said.Seq));

    private sealed class Line(Testimony by, Spoke sent)
    {
        public Testimony By { get; } = by;

        public Spoke Sent { get; } = sent;

        public bool MustBe { get; set; }

        public bool MustNotBe { get; set; }

        public long? Seq { get; set; }
    }
}
