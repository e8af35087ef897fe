using System.Diagnostics;
using System.Text.Json.Nodes;
using Broadcast.Bench.Measure;

namespace Broadcast.Bench.Scenarios;

/// <summary>What stood on the clocks at one moment.</summary>
internal sealed record Reading(long At, long Delivered, TimeSpan ServerCpu, TimeSpan OwnCpu, TimeSpan AllCpu)
{
    public static Reading Take(Session session) =>
        new(Stopwatch.GetTimestamp(), session.Ledger.Delivered, session.Server.CpuTime(), Environment.CpuUsage.TotalTime, Machine.BusyTime());
}

/// <summary>What happened between two of them.</summary>
internal sealed record Figures(Reading Before, Reading After)
{
    public double Seconds => Stopwatch.GetElapsedTime(Before.At, After.At).TotalSeconds;

    public long Deliveries => After.Delivered - Before.Delivered;

    public double DeliveriesPerSecond => Deliveries / Seconds;

    public double? CpuMicrosecondsPerDelivery =>
        Deliveries == 0 ? null : (After.ServerCpu - Before.ServerCpu).TotalMicroseconds / Deliveries;

    /// <summary>How many cores others on this machine took: a figure with much of it is not to be trusted.</summary>
    public double OtherCores =>
        Math.Max(0, (After.AllCpu - Before.AllCpu - (After.ServerCpu - Before.ServerCpu) - (After.OwnCpu - Before.OwnCpu)).TotalSeconds / Seconds);

    /// <summary>Adds them to a result.</summary>
    public JsonObject AddTo(JsonObject result, Histogram latency)
    {
        result["seconds"] = Round(Seconds);
        result["deliveries"] = Deliveries;
        result["deliveriesPerSecond"] = Round(DeliveriesPerSecond);
        result["cpuUsPerDelivery"] = CpuMicrosecondsPerDelivery is { } cost ? Round(cost) : null;
        result["serverCores"] = Round((After.ServerCpu - Before.ServerCpu).TotalSeconds / Seconds);
        result["generatorCores"] = Round((After.OwnCpu - Before.OwnCpu).TotalSeconds / Seconds);
        result["otherCores"] = Round(OtherCores);
        AddLatency(result, latency, "");
        return result;
    }

    public static void AddLatency(JsonObject result, Histogram latency, string suffix)
    {
        (string Key, double Share)[] shares = [("p50Us", 0.5), ("p99Us", 0.99), ("p999Us", 0.999)];
        foreach (var (key, share) in shares)
        {
            var time = latency.Microseconds(share);
            result[key + suffix] = double.IsNaN(time) ? null : Round(time);
        }
    }

    public static double Round(double value) => Math.Round(value, value < 100 ? 3 : 0);
}
