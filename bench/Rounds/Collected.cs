using System.Text.Json.Nodes;
using Broadcast.Bench.Servers;

namespace Broadcast.Bench.Rounds;

/// <summary>One result, and the round it is from.</summary>
internal sealed record Outcome(int Round, JsonObject Result)
{
    public string Scenario => Result["scenario"]!.GetValue<string>();

    public string Case => Result["case"]!.GetValue<string>();

    public string Peer => Result["peer"]!.GetValue<string>();

    public string Problems => Result["problems"]!.GetValue<string>();

    public double? Figure(string field) => Result[field] is JsonValue value && value.TryGetValue(out double number) ? number : null;
}

/// <summary>Everything that was measured.</summary>
internal sealed class Collected(IReadOnlyList<Outcome> outcomes)
{
    public IReadOnlyList<Outcome> Outcomes { get; } = outcomes;

    public IReadOnlyList<int> Rounds { get; } = [.. outcomes.Select(outcome => outcome.Round).Distinct().Order()];

    /// <summary>The rounds' figures of one case.</summary>
    public Spread? Of(string scenario, string @case, string peer, string field) => Spread.Of(
        Outcomes.Where(outcome => outcome.Scenario == scenario && outcome.Case == @case && outcome.Peer == peer)
            .Select(outcome => outcome.Figure(field)));

    /// <summary>Whether a peer lost nothing, repeated nothing and cut nobody off, in any round.</summary>
    public bool IsSound(string scenario, string @case, string peer)
    {
        var its = Outcomes.Where(outcome => outcome.Scenario == scenario && outcome.Case == @case && outcome.Peer == peer).ToArray();
        return its.Length > 0 && its.All(outcome => outcome.Problems.Length == 0);
    }

    /// <summary>The competitors that were sound in a case.</summary>
    public IEnumerable<string> SoundRivals(string scenario, string @case) => Peer.All
        .Where(peer => !peer.IsYardstick && peer.Name != "broadcast" && IsSound(scenario, @case, peer.Name))
        .Select(peer => peer.Name);

    public IEnumerable<string> Cases(string scenario) =>
        Outcomes.Where(outcome => outcome.Scenario == scenario).Select(outcome => outcome.Case).Distinct(StringComparer.Ordinal);
}

/// <summary>The middle one of some figures, and the ends.</summary>
internal sealed record Spread(double Median, double Least, double Most)
{
    public static Spread? Of(IEnumerable<double?> figures)
    {
        double[] ordered = [.. figures.OfType<double>().Where(double.IsFinite).Order()];
        return ordered.Length == 0
            ? null
            : new Spread((ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2, ordered[0], ordered[^1]);
    }
}
