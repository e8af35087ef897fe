using System.Globalization;
using System.Text.Json.Nodes;
using Broadcast.Bench.Servers;

namespace Broadcast.Bench.Scenarios;

/// <summary>What this program itself can do, measured with a server that sends lines by itself.</summary>
internal static class SelfTest
{
    private const int FramesAtOnce = 30;

    // What the faulty server does to one line of one member, and what has to be seen of it.
    private static readonly (string Fault, long Lost, long Reordered, long Duplicated, long Misnamed)[] Faults =
    [
        ("lose", 1, 0, 0, 0),
        ("repeat", 0, 0, 1, 0),
        ("swap", 0, 1, 0, 0),

        // A line under a wrong name is not its sender's: that one is missing.
        ("rename", 1, 0, 0, 1),
    ];

    public static async Task<IReadOnlyList<JsonObject>> SpeedAsync(Options options)
    {
        var setting = Common.Setting(options, 1000) with { Peer = Peer.Named("blaster") };
        var batches = options.Numbers("batches", "10,30,100");
        var (warmup, seconds) = (options.Real("warmup", 2), options.Real("seconds", 3));
        options.RefuseOthers();
        var results = new List<JsonObject>();
        foreach (var batch in batches)
        {
            await using var session = await StartAsync(setting, batch, warmup + seconds, "");
            var figures = session.Run(new SilentPacing(), warmup, seconds);
            results.Add(figures.AddTo(session.Result("selftest", Invariant($"{batch} frames at once")), session.Ledger.Latency));
        }

        return results;
    }

    public static async Task<IReadOnlyList<JsonObject>> ChecksAsync(Options options)
    {
        var setting = Common.Setting(options, 100) with { Peer = Peer.Named("blaster") };
        options.RefuseOthers();
        var results = new List<JsonObject>();
        foreach (var expected in Faults)
        {
            await using var session = await StartAsync(setting, FramesAtOnce, 0.3, expected.Fault);
            _ = session.Run(new SilentPacing(), 0, 0.4);
            session.Quiet();
            var seen = (expected.Fault, session.Ledger.Lost, session.Ledger.Reordered, session.Ledger.Duplicated, session.Crowd.Misnamed);
            var result = session.Result("checktest", expected.Fault);
            result["problems"] = seen == expected && session.Crowd is { Cut: 0, Broken: 0 } ? "" : $"expected {expected}, saw {seen}";
            results.Add(result);
        }

        return results;
    }

    private static async Task<Session> StartAsync(Setting setting, double framesAtOnce, double seconds, string fault)
    {
        string[] arguments = [Invariant($"{setting.Members}"), Invariant($"{framesAtOnce}"), Invariant($"{seconds}")];
        var session = await Session.StartAsync(setting with { Arguments = fault.Length > 0 ? [.. arguments, fault] : arguments });
        session.Join(setting.Members);
        return session;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
