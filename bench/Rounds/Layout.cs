using System.Globalization;

namespace Broadcast.Bench.Rounds;

/// <summary>What of a scenario's result stands in the table, and how figures are written.</summary>
/// <param name="Scenario">Which.</param>
/// <param name="Main">The field that the scenario is about.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="More">Whether more is better.</param>
internal sealed record Layout(string Scenario, string Main, string Unit, bool More)
{
    public static IReadOnlyList<Layout> All { get; } =
    [
        new("closed", "deliveriesPerSecond", "deliveries/s", More: true),
        new("open", "cpuUsPerDelivery", "CPU µs/delivery", More: false),
        new("growth", "cpuUsPerDelivery", "CPU µs/delivery", More: false),
        new("single", "p50UsLast", "µs to the last", More: false),
        new("idle", "kibPerConnection", "KiB/connection", More: false),
        new("stuck", "p99Us", "µs, p99", More: false),
        new("flood", "p99Us", "µs, p99", More: false),
        new("storm", "toldSeconds", "s until all told", More: false),
        new("selftest", "deliveriesPerSecond", "deliveries/s", More: true),
    ];

    public static string Write(double? figure) => figure switch
    {
        null => "",
        >= 1_000_000 => (figure.Value / 1_000_000).ToString("0.00", CultureInfo.InvariantCulture) + " M",
        >= 10_000 => (figure.Value / 1000).ToString("0", CultureInfo.InvariantCulture) + " k",
        >= 100 => figure.Value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => figure.Value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => figure.Value.ToString("0.00", CultureInfo.InvariantCulture),
    };

    public static string Write(Spread? spread) =>
        spread is null ? "" : $"{Write(spread.Median)} ({Write(spread.Least)}–{Write(spread.Most)})";

    public static string Ratio(double? ratio) => ratio is { } number ? Write(number) + " ×" : "";

    /// <summary>A table in Markdown that is to be read as it is, too.</summary>
    public static string Table(IReadOnlyList<string> head, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = head.Select((name, column) => rows.Select(row => row[column].Length).Append(name.Length).Max()).ToArray();
        IReadOnlyList<string> rule = [.. widths.Select(width => new string('-', width))];
        return string.Join('\n', rows.Prepend(rule).Prepend(head).Select(row =>
            "| " + string.Join(" | ", row.Select((cell, column) => cell.PadRight(widths[column]))) + " |"));
    }
}
