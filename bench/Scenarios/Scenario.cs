using System.Text.Json.Nodes;

namespace Broadcast.Bench.Scenarios;

/// <summary>One of the things that are measured.</summary>
/// <param name="Name">Its subcommand.</param>
/// <param name="Summary">What it measures, in a line.</param>
/// <param name="RunAsync">Measures it; a result for each case.</param>
internal sealed record Scenario(string Name, string Summary, Func<Options, Task<IReadOnlyList<JsonObject>>> RunAsync)
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("closed", "each publisher keeps a window of lines on their way: how much can it deliver?", Load.ClosedAsync),
        new("open", "so many lines a second: what does a delivery cost, and how long does it take?", Load.OpenAsync),
        new("growth", "the same deliveries a second in rooms of different sizes", Load.GrowthAsync),
        new("flood", "one sender without limit beside talkers", Load.FloodAsync),
        new("stuck", "some never read: what do the others notice?", Trouble.StuckAsync),
        new("single", "one line to an idle room: until the last has it", Trouble.SingleAsync),
        new("storm", "thousands arrive at once: until everybody is in and told", Trouble.StormAsync),
        new("idle", "memory per connection", Trouble.IdleAsync),
        new("stop", "SIGTERM in the middle of everything: what does everybody get, and how long does it take?", Stop.StopAsync),
        new("selftest", "how much this program can check, with a server that only sends", SelfTest.SpeedAsync),
        new("checktest", "whether this program sees what goes wrong, with a server that does it wrong", SelfTest.ChecksAsync),
    ];
}
