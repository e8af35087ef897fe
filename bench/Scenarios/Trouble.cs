using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Broadcast.Bench.Measure;

namespace Broadcast.Bench.Scenarios;

/// <summary>The scenarios about those who arrive, wait, or do not read.</summary>
internal static class Trouble
{
    public static async Task<IReadOnlyList<JsonObject>> StuckAsync(Options options)
    {
        var setting = Common.Setting(options, 200) with { TextLength = options.Number("text", 512) };
        var (stuck, rate) = (options.Number("stuck", 10), options.Real("rate", 200));
        var (warmup, seconds) = (options.Real("warmup", 4), options.Real("seconds", 8));
        options.RefuseOthers();
        var results = new List<JsonObject>();
        foreach (var number in new[] { 0, stuck })
        {
            await using var session = await Session.OpenAsync(setting with { Stuck = number });
            session.Ledger.RemembersTimes = true;
            session.Stick();
            var before = session.Server.ResidentKiB();
            var figures = session.Run(new OpenPacing(rate), warmup, seconds);
            var name = string.Create(CultureInfo.InvariantCulture, $"{number} of {setting.Members}");
            var result = figures.AddTo(session.Result("stuck", name), session.Ledger.Latency);
            result["grownKiB"] = session.Server.ResidentKiB() - before;
            results.Add(result);
        }

        return results;
    }

    public static async Task<IReadOnlyList<JsonObject>> SingleAsync(Options options)
    {
        var setting = Common.Setting(options, 1000, publishers: 1);
        var (lines, pause) = (options.Number("lines", 100), options.Real("pause", 0.03));
        options.RefuseOthers();
        await using var session = await Session.OpenAsync(setting);
        var (crowd, ledger, last) = (session.Crowd, session.Ledger, new Histogram());
        ledger.From = 0;

        // A fifth more, for the code to warm up.
        for (var line = -lines / 5; line < lines; line++)
        {
            var wanted = ledger.Delivered + crowd.Members.Count;
            var sentAt = Stopwatch.GetTimestamp();
            crowd.Say(crowd.Members[crowd.Publishers[0]], sentAt);
            crowd.Flush(crowd.Members[crowd.Publishers[0]]);
            while (ledger.Delivered < wanted && Stopwatch.GetElapsedTime(sentAt) < TimeSpan.FromSeconds(5))
            {
                crowd.Turn(sentAt + (5 * Stopwatch.Frequency));
            }

            if (line >= 0)
            {
                last.Record(crowd.LastRead - sentAt);
            }
            else if (line == -1)
            {
                ledger.Latency.Clear();
            }

            session.Pass(pause);
        }

        foreach (var member in crowd.Members)
        {
            ledger.WriteOff(member.Index, Stopwatch.GetTimestamp());
        }

        var result = session.Result("single", "one line");
        Figures.AddLatency(result, ledger.Latency, "");
        Figures.AddLatency(result, last, "Last");
        return [result];
    }

    public static async Task<IReadOnlyList<JsonObject>> StormAsync(Options options)
    {
        var (everybody, first) = (options.Number("members", 5000), options.Number("before", 50));
        var setting = Common.Setting(options, everybody) with { Members = everybody + first };
        var all = options.Text("announce", "-1");
        options.RefuseOthers();
        setting = setting with { Arguments = [.. setting.Arguments, "--set", "broadcast.room.announce-up-to=" + all] };
        await using var session = await Session.StartAsync(setting);
        var crowd = session.Crowd;

        // A few are there already: it is not the first connection of the server's life that is measured.
        session.Join(first);
        var start = Stopwatch.GetTimestamp();
        long total = everybody + first;
        while (crowd.Members.Count < total)
        {
            crowd.Dial(crampedBuffers: false);
        }

        var wanted = all == "-1" ? total * (total + 1) / 2 : 0;
        double? inAfter = null;
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(90))
        {
            var now = Stopwatch.GetTimestamp();
            crowd.Turn(now + (Stopwatch.Frequency / 10));
            if (crowd.In + crowd.Cut >= total)
            {
                inAfter ??= Stopwatch.GetElapsedTime(start).TotalSeconds;
                if (wanted > 0 ? crowd.JoinsSeen + crowd.MissesTold >= wanted : Stopwatch.GetElapsedTime(crowd.LastRead).TotalSeconds > 1)
                {
                    break;
                }
            }
        }

        var result = session.Result("storm", all == "-1" ? "announced to all" : "announced up to " + all);
        result["inSeconds"] = inAfter is { } seconds ? Figures.Round(seconds) : null;
        result["toldSeconds"] = crowd.In == total && crowd.JoinsSeen + crowd.MissesTold >= wanted
            ? Figures.Round(Stopwatch.GetElapsedTime(start, crowd.LastJoin).TotalSeconds)
            : null;
        result["announcements"] = crowd.JoinsSeen;
        return [result];
    }

    public static async Task<IReadOnlyList<JsonObject>> IdleAsync(Options options)
    {
        var sizes = options.Numbers("sizes", "1000,10000");
        var (first, settle) = (options.Number("before", 50), options.Real("settle", 3));
        var setting = Common.Setting(options, 0) with { Members = (int)sizes.Max() + first };
        options.RefuseOthers();
        await using var session = await Session.StartAsync(setting);

        // The first connections pay for code and pools that are there once.
        session.Join(first);
        session.Probe();
        session.Pass(1);
        var before = session.Server.ResidentKiB();
        var results = new List<JsonObject>();
        foreach (var size in sizes.Where(size => size <= setting.Peer.MostMembers))
        {
            session.Join(first + (int)size);
            session.Pass(settle);
            var result = session.Result("idle", string.Create(CultureInfo.InvariantCulture, $"{size} connections"));
            result["kibPerConnection"] = Figures.Round((session.Server.ResidentKiB() - before) / size);
            result["residentKiB"] = session.Server.ResidentKiB();
            results.Add(result);
        }

        return results;
    }
}
