namespace Broadcast.Bench.Rounds;

/// <summary>A scenario as it is run in a round, one peer after the other.</summary>
/// <param name="Scenario">Its name.</param>
/// <param name="Peers">Who is measured.</param>
/// <param name="Arguments">What is asked of it; null where it is not part of that kind of run.</param>
internal sealed record Step(string Scenario, IReadOnlyList<string> Peers, string Arguments)
{
    private static readonly string[] Ours = ["broadcast"];
    private static readonly string[] WithFloor = ["broadcast", "floor"];
    private static readonly string[] Rivals = ["broadcast", "uws", "gohub", "signalr", "sendasync", "nchan", "ws", "firstsystem"];
    private static readonly string[] Everybody = ["floor", .. Rivals];

    /// <summary>One round of a full run: a third of an hour at most.</summary>
    public static IReadOnlyList<Step> Full { get; } =
    [
        new("closed", Everybody, "--windows 3,12,32 --warmup 3 --seconds 4"),
        new("open", Everybody, "--rates 20,100 --warmup 3 --seconds 8"),
        new("open", Ours, "--rates 500 --warmup 3 --seconds 8"),
        new("single", WithFloor, "--lines 100"),
        new("idle", Everybody, "--sizes 1000,10000 --settle 3"),
        new("stuck", Rivals, "--stuck 10 --warmup 3 --seconds 6"),
        new("stuck", Ours, "--members 1000 --stuck 800 --warmup 4 --seconds 8"),
        new("storm", Ours, "--announce -1"),
        new("storm", Ours, "--announce 1000"),
        new("growth", Ours, "--sizes 100,1000,10000 --warmup 3 --seconds 8"),
        new("flood", Ours, "--warmup 3 --seconds 8"),
        new("selftest", ["blaster"], "--batches 30,100 --warmup 1 --seconds 2"),
        new("checktest", ["blaster"], "--members 100"),
    ];

    /// <summary>The only round of a quick run: three minutes at most.</summary>
    public static IReadOnlyList<Step> Quick { get; } =
    [
        new("closed", ["floor", "broadcast", "uws", "gohub", "signalr", "firstsystem"], "--windows 3,12 --warmup 1.5 --seconds 1.5"),
        new("open", ["floor", "broadcast", "gohub", "nchan"], "--rates 20,100 --warmup 1.5 --seconds 2.5"),
        new("single", WithFloor, "--lines 40"),
        new("idle", Ours, "--sizes 10000 --settle 2"),
        new("stuck", Ours, "--stuck 10 --warmup 2 --seconds 2"),
        new("storm", Ours, "--announce -1"),
        new("growth", Ours, "--sizes 100,10000 --warmup 1.5 --seconds 2"),
        new("flood", Ours, "--warmup 1 --seconds 2"),
    ];
}
