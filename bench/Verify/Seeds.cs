using System.Globalization;
using Broadcast.Verify.Histories;

namespace Broadcast.Verify;

/// <summary>Histories of one seed after the other, each on a server of its own.</summary>
internal static class Seeds
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan ChaosDeadline = TimeSpan.FromSeconds(240);

    /// <returns>Whether all were sound.</returns>
    public static async Task<bool> RunAsync(Options options, CancellationToken interrupted)
    {
        var unsound = 0;
        for (var seed = options.From; seed < options.From + options.Seeds; seed++)
        {
            var outcome = await Play.RunAsync(Schedule.Of(seed, options.Steps, options.IsChaos), options.IsChaos ? ChaosDeadline : Deadline, interrupted);
            unsound += outcome.IsSound ? 0 : 1;
            Console.WriteLine(Report.Of(outcome, options));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{options.Seeds - unsound} passed, {unsound} failed"));
        return unsound == 0;
    }
}
