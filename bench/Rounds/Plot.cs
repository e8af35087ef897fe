using System.Globalization;
using System.Text;
using Broadcast.Bench.Servers;

namespace Broadcast.Bench.Rounds;

/// <summary>Two bar charts: deliveries a second at each peer's best window, and CPU per delivery in a quiet room.</summary>
internal static class Plot
{
    private const int Width = 760;
    private const int RowHeight = 26;
    private const int BarsAt = 130;
    private const int BarsWidth = 430;
    private const int HeadHeight = 58;

    public static string Write(Collected collected)
    {
        var best = Peers(collected, "closed")
            .Select(peer => (Peer: peer, Best: collected.Cases("closed")
                .Select(@case => (Case: @case, Figure: collected.Of("closed", @case, peer, "deliveriesPerSecond"), IsSound: collected.IsSound("closed", @case, peer)))
                .Where(each => each.Figure is not null)
                .OrderByDescending(each => each.IsSound).ThenByDescending(each => each.Figure!.Median)
                .First()))
            .Select(each => new Bar(each.Peer, each.Best.Figure!, each.Best.IsSound ? "" : "loses lines"))
            .OrderByDescending(bar => bar.Figure.Median);
        var cost = Peers(collected, "open")
            .Select(peer => (Peer: peer, Figure: collected.Of("open", "20 lines/s", peer, "cpuUsPerDelivery")))
            .Where(each => each.Figure is not null)
            .Select(each => new Bar(each.Peer, each.Figure!, collected.IsSound("open", "20 lines/s", each.Peer) ? "" : "loses lines"))
            .OrderBy(bar => bar.Figure.Median);
        var svg = new StringBuilder();
        var height = 16;
        height = Chart(svg, height, "Deliveries per second on one core", "1,000 members, 10 of them speaking, best window; more is better", [.. best]);
        height = Chart(svg, height, "CPU per delivery in a quiet room, µs", "1,000 members, 20 lines a second; less is better", [.. cost]);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}" font-family="system-ui, sans-serif" font-size="13">
            <rect width="{Width}" height="{height}" fill="#ffffff"/>
            {svg}</svg>

            """);
    }

    private static IEnumerable<string> Peers(Collected collected, string scenario) => Peer.All
        .Select(peer => peer.Name)
        .Where(peer => collected.Outcomes.Any(outcome => outcome.Scenario == scenario && outcome.Peer == peer && outcome.Figure("deliveriesPerSecond") > 0));

    private static int Chart(StringBuilder svg, int top, string title, string subtitle, IReadOnlyList<Bar> bars)
    {
        if (bars.Count == 0)
        {
            return top;
        }

        var most = bars.Max(bar => bar.Figure.Most);
        var culture = CultureInfo.InvariantCulture;
        svg.AppendLine(culture, $"""<text x="16" y="{top + 14}" font-size="16" font-weight="600" fill="#1a1a1a">{title}</text>""");
        svg.AppendLine(culture, $"""<text x="16" y="{top + 34}" fill="#666666">{subtitle}; the line is the spread of the rounds</text>""");
        var y = top + HeadHeight - 10;
        foreach (var bar in bars)
        {
            var isOurs = bar.Peer == "broadcast";
            var fill = isOurs ? "#1f6feb" : Peer.Named(bar.Peer).IsYardstick ? "#b8b8b8" : "#7d8ea3";
            var (width, least, end) = (Scale(bar.Figure.Median), BarsAt + Scale(bar.Figure.Least), BarsAt + Scale(bar.Figure.Most));
            var label = Layout.Write(bar.Figure.Median) + (bar.Note.Length > 0 ? " — " + bar.Note : "");
            svg.AppendLine(culture, $"""<text x="{BarsAt - 10}" y="{y + 14}" text-anchor="end" fill="#1a1a1a" font-weight="{(isOurs ? 600 : 400)}">{bar.Peer}</text>""");
            svg.AppendLine(culture, $"""<rect x="{BarsAt}" y="{y}" width="{width:0.0}" height="18" rx="2" fill="{fill}"/>""");
            svg.AppendLine(culture, $"""<path d="M{least:0.0} {y + 9}H{end:0.0}" stroke="#1a1a1a" stroke-width="1"/>""");
            svg.AppendLine(culture, $"""<text x="{Math.Max(BarsAt + width, end) + 8:0.0}" y="{y + 14}" fill="#1a1a1a">{label}</text>""");
            y += RowHeight;
        }

        return y + 24;

        double Scale(double figure) => Math.Max(1, BarsWidth * figure / most);
    }

    private sealed record Bar(string Peer, Spread Figure, string Note);
}
