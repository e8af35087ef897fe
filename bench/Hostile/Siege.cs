using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Broadcast.Bench.Native;
using Broadcast.Bench.Scenarios;
using Broadcast.Bench.Servers;

namespace Broadcast.Bench.Hostile;

/// <summary>
/// One attack on a server of its own, with bystanders who talk all the while: half of them plain, half of them in
/// broadcast.v1+json, each line checked by each of them.
/// </summary>
internal sealed partial class Siege
{
    private const int Bystanders = 8;
    private const double LinesPerSecond = 40;

    private const long MostGrownKiB = 96 * 1024;
    private const double MostHeap = 1.10;

    // What resident memory differs by from one collection to the next, whatever lives.
    private const long LeastSeenKiB = MostGrownKiB / 3;

    // What an attack may take altogether, whatever happens.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(12);

    private readonly Attack _attack;
    private readonly bool _isQuick;
    private readonly Session _session;
    private readonly List<string> _faults = [];
    private readonly List<string> _notes = [];
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _peakKiB;

    private Siege(Attack attack, bool isQuick, Session session) => (_attack, _isQuick, _session) = (attack, isQuick, session);

    /// <summary>Plays it, and says what was seen.</summary>
    public static async Task<JsonObject> RunAsync(Attack attack, bool isQuick)
    {
        var setting = new Setting(Peer.Named("broadcast-watched"), Bystanders) { Publishers = Bystanders, Arguments = attack.Settings };
        await using var session = await Session.OpenAsync(setting);
        return await new Siege(attack, isQuick, session).RunAsync();
    }

    private async Task<JsonObject> RunAsync()
    {
        var result = new JsonObject { ["attack"] = _attack.Name };
        _session.Ledger.RemembersTimes = true;
        var begin = Reading.Take(_session);
        await MeanwhileAsync(FillAsync);
        var before = await MeanwhileAsync(_session.Server.HeapAsync);
        var residentBefore = _peakKiB = _session.Server.ResidentKiB();
        result["heapKiB"] = new JsonArray(before.Live / 1024);
        result["residentKiB"] = new JsonArray(residentBefore);

        var peace = Stopwatch.GetTimestamp();
        Talk(() => Stopwatch.GetElapsedTime(peace).TotalSeconds < (_isQuick ? 1.5 : 4));
        Figures.AddLatency(result, _session.Ledger.Latency, "Peace");

        double worst = 0;
        for (var round = 1; round <= _attack.Rounds; round++)
        {
            await AttackAsync();
            var p99 = _session.Ledger.Latency.Microseconds(0.99);
            if (p99 > worst)
            {
                worst = p99;
                Figures.AddLatency(result, _session.Ledger.Latency, "");
                result["longestUs"] = Figures.Round(_session.Ledger.Latency.Largest / 1000.0);
            }

            // Those of whom the server thinks that they may come back; and the log as full as before.
            _session.Pass(_attack.Aftermath);
            await MeanwhileAsync(FillAsync);
            result["heapKiB"]!.AsArray().Add((await MeanwhileAsync(_session.Server.HeapAsync)).Live / 1024);
            result["residentKiB"]!.AsArray().Add(_session.Server.ResidentKiB());
        }

        result["peakKiB"] = _peakKiB;
        result["exceptions"] = (await MeanwhileAsync(_session.Server.HeapAsync)).Exceptions - before.Exceptions;
        await MeanwhileAsync(FreshPairAsync);
        _session.Probe();
        Judge(result, worst);
        result["otherCores"] = Figures.Round(new Figures(begin, Reading.Take(_session)).OtherCores);
        await StopAsync();
        ReadLog(result);
        result["note"] = string.Join("; ", _notes.Distinct(StringComparer.Ordinal));
        result["faults"] = string.Join("; ", _faults.Distinct(StringComparer.Ordinal));
        return result;
    }

    private async Task AttackAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        var assault = new Assault(_session.Server.Port, _isQuick, patience.Token);
        var playing = Task.Run(() => _attack.PlayAsync(assault), CancellationToken.None);
        var start = Stopwatch.GetTimestamp();

        // An attack that is over in no time is still to have a second of bystanders' lines.
        Talk(() => !playing.IsCompleted || Stopwatch.GetElapsedTime(start).TotalSeconds < 1);
        if (await EndAsync(playing) is { } failure)
        {
            _faults.Add($"the attack broke off: {failure}");
        }

        _faults.AddRange(assault.Faults);
        if (assault.Note.Length > 0)
        {
            _notes.Add(assault.Note);
        }
    }

    private void Talk(Func<bool> goesOn) => _session.RunWhile(new OpenPacing(LinesPerSecond), () =>
    {
        _peakKiB = Math.Max(_peakKiB, _session.Server.ResidentKiB());
        return goesOn();
    });

    // Does something while the bystanders go on reading.
    private async Task<T> MeanwhileAsync<T>(Func<Task<T>> play)
    {
        var playing = Task.Run(play, CancellationToken.None);
        while (!playing.IsCompleted)
        {
            _session.Crowd.Turn(Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 100));
        }

        return await playing;
    }

    // Says as much as the log holds, so that before and after it holds the same.
    private async Task<bool> FillAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        using var filler = await Intruder.JoinAsync(new Assault(_session.Server.Port, _isQuick, patience.Token), "filler");
        var drain = filler.DrainAsync();
        var line = Frames.Line(new string('x', 60_000));
        _ = await Assault.SendAllAsync(filler, Enumerable.Repeat(line, 150).Append(Frames.Line("/quit")));
        await drain;
        return true;
    }

    private async Task<bool> FreshPairAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var assault = new Assault(_session.Server.Port, _isQuick, patience.Token);
        try
        {
            using var plain = await Intruder.JoinAsync(assault, "fresh-plain");
            using var json = await Intruder.JoinAsync(assault, "fresh-json", json: true);
            await plain.SendAsync(Frames.Line("from plain"));
            await HearAsync("from plain");
            await json.SendAsync(Frames.Line("""{"type":"say","text":"from json","n":1}"""));
            await HearAsync("from json");

            async Task HearAsync(string said)
            {
                _ = await plain.ReadTextAsync(text => text.EndsWith(said, StringComparison.Ordinal)) ?? throw new InvalidDataException(said);
                _ = await json.ReadTextAsync(text => text.Contains($"\"{said}\"", StringComparison.Ordinal)) ?? throw new InvalidDataException(said);
            }
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or OperationCanceledException or System.Net.Sockets.SocketException)
        {
            _faults.Add($"a fresh pair could not talk: {failure.Message}");
        }

        return true;
    }

    private void Judge(JsonObject result, double worst)
    {
        var problems = _session.Result("hostile", _attack.Name)["problems"]!.GetValue<string>();
        Require(problems.Length == 0, problems);
        Require(worst / 1000 <= _attack.MostP99, string.Create(CultureInfo.InvariantCulture, $"p99 is {worst / 1000:F0} ms, {_attack.MostP99} are the most"));
        var heap = result["heapKiB"]!.AsArray().Select(size => size!.GetValue<long>()).ToList();
        var resident = result["residentKiB"]!.AsArray().Select(size => size!.GetValue<long>()).ToList();
        Require(_peakKiB - resident[0] < MostGrownKiB, $"resident memory grew by {(_peakKiB - resident[0]) / 1024} MiB");
        for (var round = 1; round < heap.Count; round++)
        {
            Require(heap[round] <= heap[round - 1] * MostHeap, $"the heap grew from {heap[round - 1]} to {heap[round]} KiB in round {round}");
        }

        Require(resident.Count < 3 || resident[2] <= resident[1] + LeastSeenKiB, $"resident memory grew from {resident[1]} to {resident[^1]} KiB in round 2");
    }

    private async Task StopAsync()
    {
        var server = _session.Server;
        var start = Stopwatch.GetTimestamp();
        server.Signal(Libc.SigTerm);
        while (!server.HasExited && Stopwatch.GetElapsedTime(start) < StopTime)
        {
            _session.Crowd.Turn(Stopwatch.GetTimestamp() + (Stopwatch.Frequency / 50));
            await Task.Yield();
        }

        Require(server.HasExited && server.ExitStatus == 0, server.HasExited ? $"it ended with status {server.ExitStatus}" : "it did not end");
    }

    private void ReadLog(JsonObject result)
    {
        var seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        var lines = File.ReadAllText(_session.Server.Log).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        result["logLines"] = lines.Length;
        Require(!lines.Any(line => line.Contains("Exception", StringComparison.Ordinal) || line.StartsWith("   at ", StringComparison.Ordinal)), "an exception is in the log");
        Require(_attack.EchoesLines || lines.Length <= 20 + (2 * seconds), $"the log has {lines.Length} lines");
        var odd = lines.FirstOrDefault(line => !LogLine().IsMatch(line) && !line.StartsWith("Server started at ", StringComparison.Ordinal));
        Require(odd is null, $"the log has a line that is none of its own: {odd}");
    }

    private void Require(bool isSo, string otherwise)
    {
        if (!isSo)
        {
            _faults.Add(otherwise);
        }
    }

    private static async Task<string?> EndAsync(Task playing)
    {
        try
        {
            await playing;
            return null;
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or OperationCanceledException or System.Net.Sockets.SocketException)
        {
            return $"{failure.GetType().Name}: {failure.Message}";
        }
    }

    // No control character, and the server's own categories: what is forged would have another.
    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (info|warn|fail|crit): (Broadcast|Microsoft|Akka)[\w.]*\[\d+\] [^\p{Cc}]*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LogLine();
}
