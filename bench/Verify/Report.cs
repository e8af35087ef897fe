using System.Globalization;
using Broadcast.Verify.Histories;
using Broadcast.Verify.Orders;

namespace Broadcast.Verify;

/// <summary>What is said of a history, in a line; and of one that is not sound, all that there is.</summary>
internal static class Report
{
    private const int MostViolations = 5;

    public static string Of(Outcome outcome, Options options)
    {
        var lines = new List<string> { string.Create(CultureInfo.InvariantCulture, $"seed {outcome.Schedule.Seed}: {(outcome.IsSound ? "ok" : "NOT SOUND")}  {Tally(outcome)}, {outcome.Took.TotalSeconds:0.0} s") };
        if (outcome.IsSound)
        {
            return lines[0];
        }

        if (outcome.Trouble is { } trouble)
        {
            lines.Add("  " + trouble);
        }

        HashSet<long?> shown = [];
        foreach (var violation in outcome.Verdict.Violations.Take(MostViolations))
        {
            lines.Add("  " + violation);
            lines.AddRange(violation.Seq is { } seq && shown.Add(seq) ? outcome.Verdict.Order.Around(seq).Select(line => "      " + line) : []);
        }

        if (outcome.Verdict.Violations.Count > MostViolations)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"  and {outcome.Verdict.Violations.Count - MostViolations} more"));
        }

        lines.Add($"  {outcome.Schedule.Settings}");
        lines.Add($"  what each client saw: {WriteLogs(outcome)}");
        var what = options.Minutes > 0 ? "--minutes 1" : outcome.Schedule.IsChaos ? "--seeds 1 --chaos" : options.IsSelfTest ? "--selftest" : "--seeds 1";
        lines.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"  again: bench/verify --from {outcome.Schedule.Seed} --steps {options.Steps} {what} (the same is tried in the same order; what comes between what is left to chance)"));
        return string.Join('\n', lines);
    }

    private static string Tally(Outcome outcome)
    {
        var facts = outcome.Verdict.Order.Facts.ToList();
        var entries = outcome.Testimonies.SelectMany(testimony => testimony.Entries).ToList();
        var steps = outcome.Schedule.Steps;
        var gaps = entries.OfType<Missed>().Count() + entries.OfType<Line>().Count(line => PlainText.MissedCount(line.Text) is not null);
        var chaos = outcome.Schedule.IsChaos
            ? $", {steps.OfType<Kill>().Count()} kills, {steps.OfType<Terminate>().Count()} restarts, {steps.OfType<Freeze>().Count()} stops, "
              + $"{steps.OfType<Cut>().Count()} cuts, {steps.OfType<FillDisk>().Count()} full disks"
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{outcome.Testimonies.Count} clients ({outcome.Testimonies.Count(testimony => testimony.IsPlain)} plain), {facts.OfType<Said>().Count()} lines, {facts.OfType<Joined>().Count()} joined, {facts.OfType<Left>().Count()} left, {facts.OfType<Renamed>().Count()} renamed, {entries.OfType<Dialled>().Count(dialled => dialled.From is not null)} came back ({entries.OfType<Welcomed>().Count(welcomed => welcomed.IsBack)} as who they were), {gaps} gaps, {entries.OfType<WhisperHeard>().Count()} whispers, {entries.OfType<HistoryHeard>().Count()} histories{chaos}");
    }

    private static string WriteLogs(Outcome outcome)
    {
        var folder = Path.GetFullPath(Path.Combine(
            AppContext.BaseDirectory, "..", "..", "..", "..", "results", "verify", string.Create(CultureInfo.InvariantCulture, $"{(outcome.Schedule.IsChaos ? "chaos-" : "")}{outcome.Schedule.Seed}")));
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        File.WriteAllLines(Path.Combine(folder, "schedule"), outcome.Schedule.Steps.Select(step => step.ToString()!));
        File.WriteAllLines(Path.Combine(folder, "order"), outcome.Verdict.Order.Facts.Select(fact => fact.ToString()!));
        foreach (var testimony in outcome.Testimonies)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"client-{testimony.Number:00}");
            File.WriteAllLines(Path.Combine(folder, name), testimony.Entries.Select(entry => $"{entry.At,6} {entry}").Prepend(testimony.ToString()));
        }

        return folder;
    }
}
