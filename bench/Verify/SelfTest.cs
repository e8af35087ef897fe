using System.Diagnostics;
using System.Globalization;
using Broadcast.Verify.Faults;
using Broadcast.Verify.Histories;
using Broadcast.Verify.Orders;

namespace Broadcast.Verify;

/// <summary>
/// Whether the checker sees what it has to: what a sound server showed is made faulty in each way there is, and each time the fault
/// has to be found, and called by its name. Not every history has something to try each of them on, which is said.
/// </summary>
internal static class SelfTest
{
    private const int Times = 5;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    /// <returns>Whether all were found.</returns>
    public static async Task<bool> RunAsync(Options options, CancellationToken interrupted)
    {
        var started = Stopwatch.GetTimestamp();
        var usual = Schedule.Of(options.From, options.Steps, isChaos: false);
        var outcome = await Play.RunAsync(usual with { Settings = Roomy(usual.Settings) }, Deadline, interrupted);
        if (!outcome.IsSound)
        {
            Console.WriteLine(Report.Of(outcome, options));
            return false;
        }

        var (found, missed, untried) = (0, 0, 0);
        foreach (var fault in Fault.All)
        {
            var tries = Enumerable.Range(0, Times).Select(time => Find(fault, outcome, time)).TakeWhile(what => what is not null).ToList();
            if (tries.Count == 0)
            {
                untried++;
                Console.WriteLine($"{fault.Name}: this history has nothing to try it on");
            }

            found += tries.Count(what => what is "");
            foreach (var what in tries.Where(what => what is not ""))
            {
                missed++;
                Console.WriteLine($"{fault.Name}: {what}");
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Fault.All.Count() - untried} of {Fault.All.Count()} kinds of fault, {Times} times each, {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{found} passed, {missed} failed"));
        return missed == 0;
    }

    private static Settings Roomy(Settings settings) => settings with
    {
        LogEntries = 8192, LogBytes = 64 << 20, GraceMilliseconds = 1_000, AnnounceUpTo = 1000, LinesPerSecond = 0, RenamesPerMinute = 0, NameLength = 32,
    };

    // Empty where it was found; null where there is nothing to try it on.
    private static string? Find(Fault fault, Outcome outcome, int time)
    {
        List<Testimony> faulty = [.. outcome.Testimonies.Select(testimony => testimony with { Entries = [.. testimony.Entries] })];
        if (!fault.Commit(faulty, new Random(time)))
        {
            return null;
        }

        var ground = outcome.Schedule.Settings.Ground(isChaos: false);
        var violations = Checker.Check(fault.IsLogSmall ? ground with { LogEntries = 1 } : ground, faulty).Violations;
        return violations.Any(fault.IsFoundBy) ? ""
            : violations.Count == 0 ? "not found"
            : $"found as something else: {violations[0]}";
    }
}
