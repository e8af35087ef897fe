using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Broadcast.Bench.Measure;
using Broadcast.Bench.Servers;

namespace Broadcast.Bench.Rounds;

/// <summary>Runs the steps in rounds, every measurement a process of its own, and writes down what they say.</summary>
internal static class Suite
{
    private static readonly TimeSpan MostTime = TimeSpan.FromMinutes(4);

    private const double MostOfOthers = 0.15;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Latest => Path.Combine(Places.Results, "latest.json");

    /// <summary>Runs.</summary>
    /// <param name="words"><c>[--quick] [--verdict] [--add] [--rounds N] [--only PEER,…] [SCENARIO …]</c>.</param>
    /// <returns>1 where Broadcast lost, reordered or repeated something.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> words)
    {
        var asked = Asked.Read(words);
        if (asked.OnlyVerdict)
        {
            return Report(Read(), isToBeWritten: false);
        }

        var outcomes = new List<Outcome>();
        var started = Stopwatch.GetTimestamp();
        for (var round = 1; round <= asked.Rounds; round++)
        {
            foreach (var step in asked.Steps)
            {
                foreach (var peer in step.Peers.Where(asked.IsMeant))
                {
                    await Console.Error.WriteLineAsync(
                        $"{Stopwatch.GetElapsedTime(started):mm\\:ss}  round {round} of {asked.Rounds}: {step.Scenario}, {peer}");
                    outcomes.AddRange((await MeasureAsync(step, peer)).Select(result => new Outcome(round, result)));
                }
            }
        }

        if (asked.IsAdded)
        {
            // What was measured again replaces what there was.
            var again = outcomes.Select(outcome => (outcome.Scenario, outcome.Peer)).ToHashSet();
            outcomes.AddRange(Read().Outcomes.Where(outcome => !again.Contains((outcome.Scenario, outcome.Peer))));
        }

        return Report(new Collected(outcomes), isToBeWritten: true);
    }

    /// <summary>Says where others used the processors: a median of three bears one that was disturbed; where many were, nothing bears it.</summary>
    /// <param name="cores">What others used during each measurement.</param>
    public static void SayWhoElseWasAtWork(IReadOnlyCollection<double> cores)
    {
        var disturbed = cores.Count(used => used > MostOfOthers);
        if (disturbed > 0)
        {
            var word = disturbed * 10 > cores.Count ? " What is above is not to be relied on." : "";
            Console.WriteLine();
            Console.WriteLine(
                $"During {disturbed} of {cores.Count} measurements others used more than {Layout.Write(MostOfOthers)} cores, {Layout.Write(cores.Max())} at most.{word}");
        }
    }

    private static async Task<IReadOnlyList<JsonObject>> MeasureAsync(Step step, string peer)
    {
        // The server has core 0 and we have core 1; where there is only one, the figures are worth little.
        string[] pinned = Environment.ProcessorCount > 1 ? ["taskset", "-c", "1"] : [];
        string[] core = pinned.Length > 0 ? ["--server-core", "0"] : [];
        string[] command = [.. pinned, Environment.ProcessPath!, step.Scenario, "--peer", peer, .. step.Arguments.Split(' '), .. core];
        var start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(MostTime);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(CancellationToken.None), process.StandardError.ReadToEndAsync(CancellationToken.None));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        var results = (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.StartsWith('{'))
            .Select(line => JsonNode.Parse(line)!.AsObject())
            .ToList();
        var said = (await errors).Trim();
        if (said.Length > 0)
        {
            await Console.Error.WriteLineAsync(said);
        }

        return results.Count > 0 ? results : [Failed(step, peer, said.Length > 0 ? said.Split('\n')[0] : "it did not come to an end")];
    }

    private static JsonObject Failed(Step step, string peer, string why) => new()
    {
        ["scenario"] = step.Scenario,
        ["peer"] = peer,
        ["case"] = "none",
        ["problems"] = why,
        ["hung"] = 1,
    };

    private static int Report(Collected collected, bool isToBeWritten)
    {
        var verdicts = Verdict.Of(collected);
        Console.WriteLine(Table.Write(collected));
        Console.WriteLine();
        Console.WriteLine(Verdict.Write(verdicts));
        SayWhoElseWasAtWork([.. collected.Outcomes.Select(outcome => outcome.Figure("otherCores")).OfType<double>()]);

        if (isToBeWritten)
        {
            Directory.CreateDirectory(Places.Results);
            File.WriteAllText(Latest, Written(collected, verdicts).ToJsonString(Indented));
            var plot = Path.Combine(Places.Results, "latest.svg");
            File.WriteAllText(plot, Plot.Write(collected));
            Console.WriteLine();
            Console.WriteLine($"Written to {Path.GetRelativePath(Environment.CurrentDirectory, Latest)} and {Path.GetRelativePath(Environment.CurrentDirectory, plot)}");
        }

        return collected.Outcomes.Any(outcome => outcome is { Peer: "broadcast", Problems.Length: > 0 }) ? 1 : 0;
    }

    private static JsonObject Written(Collected collected, IReadOnlyList<Verdict> verdicts) => new()
    {
        ["when"] = TimeProvider.System.GetUtcNow().ToString("u"),
        ["processor"] = Machine.Processor(),
        ["cores"] = Environment.ProcessorCount,
        ["kernel"] = Environment.OSVersion.VersionString,
        ["runtime"] = Environment.Version.ToString(),
        ["rounds"] = collected.Rounds.Count,
        ["verdict"] = new JsonArray([.. verdicts.Select(verdict => new JsonObject
        {
            ["what"] = verdict.What,
            ["must"] = double.IsFinite(verdict.Must) ? verdict.Must : null,
            ["aim"] = verdict.Aim,
            ["unit"] = verdict.Unit,
            ["median"] = verdict.Measured?.Median,
            ["least"] = verdict.Measured?.Least,
            ["most"] = verdict.Measured?.Most,
            ["isKept"] = verdict.IsKept,
            ["isReached"] = verdict.IsReached,
        })]),
        ["results"] = new JsonArray([.. collected.Outcomes.Select(outcome =>
        {
            var result = outcome.Result.DeepClone().AsObject();
            result["round"] = outcome.Round;
            return result;
        })]),
    };

    private static Collected Read()
    {
        if (!File.Exists(Latest))
        {
            throw new UsageException("nothing has been measured yet");
        }

        var results = JsonNode.Parse(File.ReadAllText(Latest))!["results"]!.AsArray();
        return new Collected([.. results.Select(result => new Outcome(result!["round"]!.GetValue<int>(), result.AsObject()))]);
    }
}
