using System.Globalization;
using System.Text.Json.Nodes;

namespace Broadcast.Bench.Scenarios;

/// <summary>The scenarios in which lines flow.</summary>
internal static class Load
{
    public static async Task<IReadOnlyList<JsonObject>> ClosedAsync(Options options)
    {
        var setting = Common.Setting(options, 1000);
        var windows = options.Numbers("windows", "3,12,32");
        var (warmup, seconds) = (options.Real("warmup", 3), options.Real("seconds", 5));
        options.RefuseOthers();
        return await InOneSessionAsync(
            setting, windows, warmup, seconds, "closed", window => new ClosedPacing((int)window), window => Invariant($"window {window}"));
    }

    public static async Task<IReadOnlyList<JsonObject>> OpenAsync(Options options)
    {
        var setting = Common.Setting(options, 1000);
        var rates = options.Numbers("rates", "20,100,500");
        var (warmup, seconds) = (options.Real("warmup", 3), options.Real("seconds", 8));
        options.RefuseOthers();
        return await InOneSessionAsync(
            setting, rates, warmup, seconds, "open", rate => new OpenPacing(rate), rate => Invariant($"{rate} lines/s"));
    }

    public static async Task<IReadOnlyList<JsonObject>> GrowthAsync(Options options)
    {
        var setting = Common.Setting(options, 1000);
        var sizes = options.Numbers("sizes", "100,1000,10000");
        var rate = options.Real("deliveries", 100_000);
        var (warmup, seconds) = (options.Real("warmup", 3), options.Real("seconds", 8));
        options.RefuseOthers();
        var results = new List<JsonObject>();
        foreach (var size in sizes)
        {
            await using var session = await Session.OpenAsync(setting with { Members = (int)size });
            var figures = session.Run(new OpenPacing(rate / size), warmup, seconds);
            results.Add(figures.AddTo(session.Result("growth", Invariant($"{size} members")), session.Ledger.Latency));
        }

        return results;
    }

    public static async Task<IReadOnlyList<JsonObject>> FloodAsync(Options options)
    {
        var setting = Common.Setting(options, 200, publishers: 21);
        var (rate, warmup, seconds) = (options.Real("rate", 20), options.Real("warmup", 3), options.Real("seconds", 8));
        options.RefuseOthers();
        await using var session = await Session.OpenAsync(setting);
        session.Ledger.Uncounted = 0;
        session.Ledger.RemembersTimes = true;
        var said = session.Ledger.Said(0);
        var figures = session.Run(new FloodPacing(rate), warmup, seconds);
        var result = figures.AddTo(session.Result("flood", "talkers"), session.Ledger.Latency);
        result["floodLinesPerSecond"] = Figures.Round((session.Ledger.Said(0) - said) / (warmup + seconds));
        return [result];
    }

    private static async Task<IReadOnlyList<JsonObject>> InOneSessionAsync(
        Setting setting,
        IReadOnlyList<double> cases,
        double warmup,
        double seconds,
        string scenario,
        Func<double, Net.Pacing> pacing,
        Func<double, string> name)
    {
        var results = new List<JsonObject>();
        for (var next = 0; next < cases.Count;)
        {
            await using var session = await Session.OpenAsync(setting);
            for (var isFresh = true; next < cases.Count && session.IsSound; next++, isFresh = false)
            {
                // Code is warm after the first case; the load's own rhythm is found sooner. What one case has broken is
                // not to be the next one's: that one gets a new session.
                var figures = session.Run(pacing(cases[next]), isFresh ? warmup : Math.Min(warmup, 1), seconds);
                results.Add(figures.AddTo(session.Result(scenario, name(cases[next])), session.Ledger.Latency));
            }
        }

        return results;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
