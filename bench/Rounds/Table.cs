namespace Broadcast.Bench.Rounds;

/// <summary>
/// Everything measured, in one table: medians, with the least and the most of all rounds. The cores that were busy are the
/// server's and the load generator's.
/// </summary>
internal static class Table
{
    private static readonly string[] Head =
        ["scenario", "case", "peer", "median (least–most)", "unit", "× floor", "× best peer", "p50 µs", "p99 µs", "p99.9 µs", "cores busy", "seen"];

    public static string Write(Collected collected)
    {
        List<string[]> rows = [];
        foreach (var layout in Layout.All)
        {
            foreach (var @case in collected.Cases(layout.Scenario))
            {
                rows.AddRange(Rows(collected, layout, @case));
            }
        }

        return Layout.Table(Head, rows);
    }

    private static IEnumerable<string[]> Rows(Collected collected, Layout layout, string @case)
    {
        Spread? Figure(string peer, string field) => collected.Of(layout.Scenario, @case, peer, field);

        var floor = Figure("floor", layout.Main)?.Median;
        var rivals = collected.SoundRivals(layout.Scenario, @case).Select(peer => Figure(peer, layout.Main)?.Median).OfType<double>().Order().ToArray();
        double? best = rivals.Length == 0 ? null : rivals[layout.More ? ^1 : 0];
        var its = collected.Outcomes.Where(outcome => outcome.Scenario == layout.Scenario && outcome.Case == @case).ToArray();
        foreach (var peer in its.Select(outcome => outcome.Peer).Distinct(StringComparer.Ordinal))
        {
            var main = Figure(peer, layout.Main);
            var seen = its.Where(outcome => outcome.Peer == peer && outcome.Problems.Length > 0).Select(outcome => outcome.Problems).ToArray();
            yield return
            [
                layout.Scenario,
                @case,
                peer,
                Layout.Write(main),
                layout.Unit,
                Layout.Ratio(main?.Median / floor),
                Layout.Ratio(main?.Median / best),
                Layout.Write(Figure(peer, "p50Us")?.Median),
                Layout.Write(Figure(peer, "p99Us")?.Median),
                Layout.Write(Figure(peer, "p999Us")?.Median),
                Figure(peer, "serverCores") is { } server ? $"{Layout.Write(server.Median)} + {Layout.Write(Figure(peer, "generatorCores")?.Median)}" : "",
                seen.Length == 0 ? "all of it, in order" : seen[0] + (seen.Length > 1 ? $" (and so {seen.Length} times)" : ""),
            ];
        }
    }
}
