using System.Diagnostics;
using System.Globalization;
using Broadcast.Verify.Histories;
using Broadcast.Verify.Servers;

namespace Broadcast.Verify;

/// <summary>
/// Histories without end on one server, at its defaults but for what would slow them down. Each is checked when it is over and
/// forgotten then, so that it is the server alone whose memory could grow.
/// </summary>
internal static class Soak
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    /// <returns>Whether all were sound.</returns>
    public static async Task<bool> RunAsync(Options options, CancellationToken interrupted)
    {
        var settings = Schedule.Of(options.From, steps: 1, isChaos: false).Settings with
        {
            LogEntries = 8192, LogBytes = 8 << 20, GraceMilliseconds = 300, AnnounceUpTo = 1000, LinesPerSecond = 0, RenamesPerMinute = 10, MessageBytes = 65536, NameLength = 32, PingMilliseconds = 15_000,
        };
        using var start = new CancellationTokenSource(Deadline);
        await using var server = await ServerProcess.StartAsync(settings.Arguments(), start.Token, isWatched: true);
        var started = Stopwatch.GetTimestamp();
        var end = TimeSpan.FromMinutes(options.Minutes);
        var between = TimeSpan.FromMinutes(Math.Max(0.25, options.Minutes / 20));
        var (seed, due, lines) = (options.From, between, 0L);
        await TellAsync(server, started, histories: 0, lines);
        while (Stopwatch.GetElapsedTime(started) < end)
        {
            if (await PlayAsync(Schedule.Of(seed, options.Steps, isChaos: false) with { Settings = settings }, server, options, interrupted) is not { } more)
            {
                return false;
            }

            lines += more;
            seed++;
            if (Stopwatch.GetElapsedTime(started) >= due)
            {
                due += between;
                await TellAsync(server, started, seed - options.From, lines);
            }
        }

        return true;
    }

    // How many facts there were, and nothing else that could be held on to; null where it is not sound.
    private static async Task<long?> PlayAsync(Schedule schedule, ServerProcess server, Options options, CancellationToken interrupted)
    {
        var outcome = await Play.RunAsync(schedule, Deadline, interrupted, server);
        if (!outcome.IsSound)
        {
            Console.WriteLine(Report.Of(outcome, options));
            return null;
        }

        return outcome.Verdict.Order.Last - outcome.Verdict.Order.First + 1;
    }

    // At rest: what is in use while much is said goes up and down.
    private static async Task TellAsync(ServerProcess server, long started, int histories, long facts)
    {
        await Task.Delay(Rest);
        using var soon = new CancellationTokenSource(Deadline);
        var live = await server.LiveKiBAsync(soon.Token);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Stopwatch.GetElapsedTime(started).TotalMinutes,6:0.0} min  {histories,6} histories  {facts,9} facts  server {server.ResidentKiB(),8} KiB, live {live} KiB  this program {Environment.WorkingSet / 1024,8} KiB, live {GC.GetTotalMemory(forceFullCollection: true) / 1024} KiB"));
    }
}
