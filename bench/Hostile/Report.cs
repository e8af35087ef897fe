using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Broadcast.Bench.Measure;
using Broadcast.Bench.Rounds;
using Broadcast.Bench.Servers;

namespace Broadcast.Bench.Hostile;

/// <summary>Plays the attacks that are asked for, one after the other, and writes down how each went.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Head =
        ["attack", "p50 ms", "p99 ms", "most ms", "in peace", "resident MiB: before, peak, after", "heap MiB: before, after", "exceptions", "log lines", ""];

    /// <summary>Plays them.</summary>
    /// <param name="words"><c>[--quick] [NAME …]</c>.</param>
    /// <returns>1 where a bound was missed.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> words)
    {
        var isQuick = words.Any(word => word == "--quick");
        var names = words.Where(word => word != "--quick").ToList();
        if (names.FirstOrDefault(name => Attack.All.All(attack => attack.Name != name)) is { } unknown)
        {
            throw new UsageException($"there is no attack called {unknown}:\n{string.Join('\n', Attack.All.Select(attack => $"{attack.Name,-17} {attack.Summary}"))}");
        }

        // One of the pool's threads is the bystanders' for good.
        _ = ThreadPool.SetMinThreads(4, 4);
        var wanted = Attack.All.Where(attack => names.Contains(attack.Name) || (names.Count == 0 && !(isQuick && attack.IsLong))).ToList();
        var results = new List<JsonObject>();
        var started = Stopwatch.GetTimestamp();
        foreach (var attack in wanted)
        {
            await Console.Error.WriteLineAsync($"{Stopwatch.GetElapsedTime(started):mm\\:ss}  {attack.Name}: {attack.Summary}");
            var result = await PlayAsync(attack, isQuick);
            results.Add(result);
            await Console.Error.WriteLineAsync("       " + string.Join(" | ", Row(result).Skip(1)));
        }

        Console.WriteLine(Layout.Table(Head, [.. results.Select(Row)]));
        foreach (var result in results.Where(result => Text(result, "note").Length > 0))
        {
            Console.WriteLine($"{Text(result, "attack")}: {Text(result, "note")}");
        }

        Suite.SayWhoElseWasAtWork([.. results.Select(result => result["otherCores"]?.GetValue<double>()).OfType<double>()]);
        Directory.CreateDirectory(Places.Results);
        var path = Path.Combine(Places.Results, "hostile.json");
        await File.WriteAllTextAsync(path, Written(results, isQuick).ToJsonString(Indented));
        Console.WriteLine();
        Console.WriteLine($"Written to {Path.GetRelativePath(Environment.CurrentDirectory, path)}");
        return results.All(result => Text(result, "faults").Length == 0) ? 0 : 1;
    }

    private static async Task<JsonObject> PlayAsync(Attack attack, bool isQuick)
    {
        try
        {
            return await Siege.RunAsync(attack, isQuick);
        }
        catch (Exception failure) when (failure is IOException or TimeoutException or InvalidDataException or OperationCanceledException)
        {
            return new JsonObject { ["attack"] = attack.Name, ["faults"] = failure.Message };
        }
    }

    private static string[] Row(JsonObject result)
    {
        var faults = Text(result, "faults");
        return
        [
            Text(result, "attack"),
            Milliseconds("p50Us"),
            Milliseconds("p99Us"),
            Milliseconds("longestUs"),
            $"{Milliseconds("p50UsPeace")}, {Milliseconds("p99UsPeace")}",
            string.Join(", ", Numbers("residentKiB").Take(1).Concat(Numbers("peakKiB")).Concat(Numbers("residentKiB").Skip(1)).Select(Mebibytes)),
            string.Join(", ", Numbers("heapKiB").Select(Mebibytes)),
            string.Join("", Numbers("exceptions")),
            string.Join("", Numbers("logLines")),
            faults.Length == 0 ? "ok" : $"NOT: {faults}",
        ];

        string Milliseconds(string key) => Layout.Write(result[key]?.GetValue<double>() / 1000);

        IEnumerable<long> Numbers(string key) => result[key] switch
        {
            null => [],
            JsonArray several => several.Select(number => number!.GetValue<long>()),
            var one => [long.Parse(one.ToJsonString(), CultureInfo.InvariantCulture)],
        };
    }

    private static string Mebibytes(long kibibytes) => (kibibytes / 1024.0).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Text(JsonObject result, string key) => result[key]?.GetValue<string>() ?? "";

    private static JsonObject Written(IEnumerable<JsonObject> results, bool isQuick) => new()
    {
        ["when"] = TimeProvider.System.GetUtcNow().ToString("u"),
        ["processor"] = Machine.Processor(),
        ["cores"] = Environment.ProcessorCount,
        ["kernel"] = Environment.OSVersion.VersionString,
        ["runtime"] = Environment.Version.ToString(),
        ["isQuick"] = isQuick,
        ["results"] = new JsonArray([.. results]),
    };
}
