using System.Diagnostics;
using System.Text.Json.Nodes;
using Broadcast.Bench.Native;
using Broadcast.Bench.Net;

namespace Broadcast.Bench.Scenarios;

/// <summary>The scenario in which the server is asked to end in the middle of everything.</summary>
internal static class Stop
{
    private const double LongestSeconds = 15;

    // The server lets who reads be told everything up to three seconds before its deadline.
    private const double MostBehindTheLast = 1;

    private static readonly long SipPause = Stopwatch.Frequency / 100;

    public static async Task<IReadOnlyList<JsonObject>> StopAsync(Options options)
    {
        // Of eight among a thousand half are plain.
        var setting = Common.Setting(options, 1000, publishers: 8, peer: "broadcast-mixed") with { Stuck = options.Number("slow", 20) };
        var (window, rounds) = (options.Number("window", 12), options.Number("rounds", 3));
        var (warmup, slowed, sip) = (options.Real("warmup", 3), options.Real("slowed", 0.5), options.Number("sip", 4096));
        options.RefuseOthers();
        var results = new List<JsonObject>();
        foreach (var isKept in new[] { false, true })
        {
            var these = new List<JsonObject>();
            for (var round = 1; round <= rounds; round++)
            {
                var state = Directory.CreateTempSubdirectory("broadcast-bench");
                try
                {
                    string[] more = isKept ? ["--set", "broadcast.state=" + state.FullName] : [];
                    await using var session = await Session.OpenAsync(setting with { Arguments = [.. setting.Arguments, .. more] });
                    these.Add(Play(session, isKept, new ClosedPacing(window), warmup, slowed, sip));
                }
                finally
                {
                    state.Delete(recursive: true);
                }
            }

            results.AddRange(these);
            var median = these[0].DeepClone().AsObject();
            median["case"] += ", median";
            median["problems"] = string.Join("; ", these.Select(result => result["problems"]!.GetValue<string>()).Where(problems => problems.Length > 0));
            foreach (var key in new[] { "deliveriesPerSecond", "exitSeconds", "lastReaderSeconds", "behindLastSeconds", "othersSeconds" })
            {
                median[key] = these.Select(result => result[key]!.GetValue<double>()).Order().ElementAt(rounds / 2);
            }

            results.Add(median);
        }

        return results;
    }

    private static JsonObject Play(Session session, bool isKept, Pacing pacing, double warmup, double slowed, int sip)
    {
        var crowd = session.Crowd;
        var slow = crowd.Members.Where(member => session.IsToBeStuck(member.Index)).ToList();
        crowd.Pacing = pacing;
        pacing.Begin(crowd, Stopwatch.GetTimestamp());
        session.Pass(warmup);
        var (before, beforeAt) = (session.Ledger.Delivered, Stopwatch.GetTimestamp());
        slow.ForEach(crowd.Slow);
        Until(() => Stopwatch.GetElapsedTime(beforeAt).TotalSeconds >= slowed);
        var load = (session.Ledger.Delivered - before) / Stopwatch.GetElapsedTime(beforeAt).TotalSeconds;

        var signal = Stopwatch.GetTimestamp();
        var cutBefore = crowd.Cut;
        session.Server.Signal(Libc.SigTerm);
        Until(() => session.Server.HasExited || Stopwatch.GetElapsedTime(signal).TotalSeconds > LongestSeconds);
        var exit = Stopwatch.GetElapsedTime(signal).TotalSeconds;

        // What has come to a socket can still be read.
        var end = Stopwatch.GetTimestamp();
        Until(() => crowd.Cut == crowd.Members.Count || Stopwatch.GetElapsedTime(end).TotalSeconds > LongestSeconds);
        var last = crowd.Members.Max(At);
        var result = session.Result("stop", isKept ? "with a state directory" : "nothing kept");
        result["deliveriesPerSecond"] = Figures.Round(load);
        result["exitSeconds"] = Figures.Round(exit);
        result["lastReaderSeconds"] = Figures.Round(last);
        result["behindLastSeconds"] = Figures.Round(exit - last);
        result["othersSeconds"] = Figures.Round(crowd.Members.Except(slow).Max(At));
        result["cut"] = crowd.Members.Count(member => member.CloseCode is null);
        var problems = Problems(session, result, isKept ? 1012 : 1001);
        if (cutBefore > 0)
        {
            problems.Add($"{cutBefore} were cut off before the signal");
        }

        if (exit - last > MostBehindTheLast)
        {
            problems.Add($"it ended {exit - last:F1} s behind its last reader");
        }

        result["problems"] = string.Join(", ", problems);
        return result;

        double At(Member member) => member.CutAt == 0 ? LongestSeconds : Stopwatch.GetElapsedTime(signal, member.CutAt).TotalSeconds;

        // The slow ones read a little, again and again.
        void Until(Func<bool> isOver)
        {
            for (var next = Stopwatch.GetTimestamp(); !isOver();)
            {
                crowd.Turn(next);
                if (Stopwatch.GetTimestamp() >= next)
                {
                    slow.ForEach(member => crowd.Sip(member, sip));
                    next = Stopwatch.GetTimestamp() + SipPause;
                }
            }
        }
    }

    private static List<string> Problems(Session session, JsonObject result, int code)
    {
        var crowd = session.Crowd;
        var problems = new List<string>();
        // Whoever reads slowly may have been overtaken by the log before, and was told how much it missed.
        Note(
            session.Ledger is { Reordered: 0, Duplicated: 0 } && crowd is { Broken: 0, Misnamed: 0 } && session.Ledger.Lost == crowd.MissesTold,
            result["problems"]!.GetValue<string>());
        Note(crowd.Members.All(member => member.CloseCode == code), $"{crowd.Members.Count(member => member.CloseCode != code)} had no close frame with {code}");
        Note(!crowd.Members.Any(member => member.IsTorn), $"{crowd.Members.Count(member => member.IsTorn)} were cut off within a frame");
        var uneven = Enumerable.Range(0, crowd.Publishers.Count).Sum(publisher =>
        {
            var had = crowd.Members.Select(member => session.Ledger.Had(member.Index, publisher)).ToList();
            return had.Count(number => number < had.Max());
        });
        Note(uneven == 0, $"{uneven} times somebody had less of a publisher than somebody else");
        var byes = crowd.Members.Count(member => member.Dialect.Subprotocol is not null);
        var retries = crowd.Members.Select(member => member.RetryAfter).OfType<int>().ToList();
        result["retryMs"] = retries.Count == 0 ? null : $"{retries.Min()} to {retries.Max()}, {retries.Distinct().Count()} different";
        Note(retries.Count == byes && retries.TrueForAll(time => time is >= 1000 and <= 5000), $"{retries.Count} of {byes} were told when to come back");
        Note(retries.Distinct().Count() >= byes / 4, $"of {byes} times to come back {retries.Distinct().Count()} are different");
        Note(session.Server is { HasExited: true, ExitStatus: 0 }, session.Server.HasExited ? $"it ended with status {session.Server.ExitStatus}" : "it did not end");
        return problems;

        void Note(bool isSo, string otherwise)
        {
            if (!isSo)
            {
                problems.Add(otherwise);
            }
        }
    }
}
