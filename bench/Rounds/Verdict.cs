namespace Broadcast.Bench.Rounds;

/// <summary>A promise: what a figure must be and should be, and what it was.</summary>
/// <param name="What">What is promised.</param>
/// <param name="Must">The bound that has to be kept.</param>
/// <param name="Aim">The one that is aimed at; null where there is none beyond.</param>
/// <param name="AtLeast">Whether the bounds are lower ones.</param>
/// <param name="Unit">× for a ratio.</param>
/// <param name="Measured">The median of the rounds' figures, and their ends; null where it was not measured.</param>
internal sealed record Verdict(string What, double Must, double? Aim, bool AtLeast, string Unit, Spread? Measured)
{
    private const string Uws = "uws";

    public bool? IsKept => Measured is null ? null : Keeps(Must);

    public bool? IsReached => Measured is null || Aim is not { } aim ? null : Keeps(aim);

    public static IReadOnlyList<Verdict> Of(Collected collected)
    {
        Spread? Each(Func<Round, double?> figure) => Spread.Of(collected.Rounds.Select(round => figure(new Round(collected, round))));

        return
        [
            new("closed loop, best window, against the best peer that loses nothing (uWebSockets apart)", 4, 8, true, "×",
                Each(round => round.OurBest / round.BestRival(peer => peer != Uws))),
            new("closed loop, best window, against uWebSockets", 1.2, 1.5, true, "×",
                Each(round => round.OurBest / round.BestRival(peer => peer == Uws))),
            new("closed loop, best window, against the first system's design", 40, 60, true, "×",
                Each(round => round.OurBest / round.BestClosed("firstsystem"))),
            new("closed loop, best window, against the floor", 25, 50, true, "×",
                Each(round => round.OurBest / round.BestClosed("floor"))),
            new("the smallest window (3) against that best peer's best (uWebSockets apart)", 1, 2, true, "×",
                Each(round => round.Figure("closed", "window 3", "broadcast", "deliveriesPerSecond") / round.BestRival(peer => peer != Uws))),
            new("the smallest window (3) against uWebSockets' best", 1, 2, true, "×",
                Each(round => round.Figure("closed", "window 3", "broadcast", "deliveriesPerSecond") / round.BestRival(peer => peer == Uws))),
            new("CPU per delivery at 20 lines/s against the floor", 1.7, 1.3, false, "×", Each(round => round.Cost("20 lines/s", "floor"))),
            new("CPU per delivery at 20 lines/s against nchan", 1, null, false, "×", Each(round => round.Cost("20 lines/s", "nchan"))),
            new("CPU per delivery at 100 lines/s against nchan", 1, null, false, "×", Each(round => round.Cost("100 lines/s", "nchan"))),
            new("CPU per delivery at 100 lines/s against the Go hub", 1, null, false, "×", Each(round => round.Cost("100 lines/s", "gohub"))),
            new("CPU per delivery at 100 lines/s against the floor (aim only)", double.PositiveInfinity, 1.2, false, "×",
                Each(round => round.Cost("100 lines/s", "floor"))),
            new("p99 at 100 lines/s against the best peer's", 1, 0.5, false, "×",
                Each(round => round.Figure("open", "100 lines/s", "broadcast", "p99Us") / round.LeastOfRivals("open", "100 lines/s", "p99Us"))),
            new("idle memory per connection, 10,000 connected", 12, 6, false, "KiB",
                Each(round => round.Figure("idle", "10000 connections", "broadcast", "kibPerConnection"))),
            new("10 stuck readers of 200: healthy p99 against none stuck", 1.2, 1, false, "×",
                Each(round => round.Figure("stuck", "10 of 200", "broadcast", "p99Us") / round.Figure("stuck", "0 of 200", "broadcast", "p99Us"))),
            new("memory for a stuck reader (800 stuck against none)", 64, 16, false, "KiB",
                Each(round => Math.Max(0, (round.Figure("stuck", "800 of 1000", "broadcast", "grownKiB")
                    - round.Figure("stuck", "0 of 1000", "broadcast", "grownKiB")) / 800 ?? double.NaN))),
            new("5,000 arrive at once: everyone in and told, announced to all", 15, 5, false, "s",
                Each(round => round.Figure("storm", "announced to all", "broadcast", "toldSeconds"))),
            new("CPU per delivery, 10,000 members against 100", 1.3, 1.1, false, "×",
                Each(round => round.Figure("growth", "10000 members", "broadcast", "cpuUsPerDelivery")
                    / round.Figure("growth", "100 members", "broadcast", "cpuUsPerDelivery"))),
            new("one line to an idle room of 1,000: the last one's delivery against the floor", 2, 1.3, false, "×",
                Each(round => round.Figure("single", "one line", "broadcast", "p50UsLast") / round.Figure("single", "one line", "floor", "p50UsLast"))),
            new("lost, reordered, duplicated, cut off, misnamed", 0, 0, false, "",
                Each(round => round.Irregular("broadcast"))),
        ];
    }

    public static string Write(IReadOnlyList<Verdict> verdicts)
    {
        List<string[]> rows = [["", "must", "aim", "measured (least–most)", "must", "aim"]];
        foreach (var verdict in verdicts)
        {
            var sign = verdict.AtLeast ? "≥ " : "≤ ";
            rows.Add(
            [
                verdict.What,
                double.IsInfinity(verdict.Must) ? "" : sign + Layout.Write(verdict.Must) + " " + verdict.Unit,
                verdict.Aim is { } aim ? sign + Layout.Write(aim) + " " + verdict.Unit : "",
                verdict.Measured is null ? "not measured" : Layout.Write(verdict.Measured) + " " + verdict.Unit,
                double.IsInfinity(verdict.Must) ? "" : Word(verdict.IsKept),
                Word(verdict.IsReached),
            ]);
        }

        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        rows.Insert(1, [.. widths.Select(width => new string('-', width))]);
        return string.Join('\n', rows.Select(row =>
            "| " + string.Join(" | ", row.Select((cell, column) => cell.PadRight(widths[column]))) + " |"));
    }

    private static string Word(bool? isSo) => isSo switch { null => "", true => "yes", false => "NO" };

    private bool Keeps(double bound) => AtLeast ? Measured!.Median >= bound : Measured!.Median <= bound;

    /// <summary>What was measured in one round.</summary>
    private sealed record Round(Collected Collected, int Number)
    {
        public double? OurBest => BestClosed("broadcast");

        public double? Figure(string scenario, string @case, string peer, string field) => Collected.Outcomes
            .LastOrDefault(outcome => outcome.Round == Number && outcome.Scenario == scenario && outcome.Case == @case && outcome.Peer == peer)
            ?.Figure(field);

        public double? BestClosed(string peer) =>
            Collected.Cases("closed").Max(@case => Figure("closed", @case, peer, "deliveriesPerSecond"));

        public double? BestRival(Func<string, bool> isMeant) => Collected.Cases("closed")
            .SelectMany(@case => Collected.SoundRivals("closed", @case).Where(isMeant)
                .Select(peer => Figure("closed", @case, peer, "deliveriesPerSecond")))
            .Max();

        public double? LeastOfRivals(string scenario, string @case, string field) =>
            Collected.SoundRivals(scenario, @case).Min(peer => Figure(scenario, @case, peer, field));

        public double? Cost(string @case, string against) =>
            Figure("open", @case, "broadcast", "cpuUsPerDelivery") / Figure("open", @case, against, "cpuUsPerDelivery");

        public double? Irregular(string peer)
        {
            string[] fields = ["lost", "reordered", "duplicated", "cut", "broken", "hung"];
            var its = Collected.Outcomes.Where(outcome => outcome.Round == Number && outcome.Peer == peer).ToArray();
            return its.Length == 0 ? null : its.Sum(outcome => fields.Sum(field => outcome.Figure(field) ?? 0));
        }
    }
}
