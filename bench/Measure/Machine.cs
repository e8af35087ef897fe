using System.Globalization;

namespace Broadcast.Bench.Measure;

/// <summary>What the whole machine does.</summary>
internal static class Machine
{
    /// <summary>The time that all cores have been busy since the machine started.</summary>
    public static TimeSpan BusyTime()
    {
        // proc(5): user nice system idle iowait irq softirq steal, in hundredths of a second.
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int[] busy = [1, 2, 3, 6, 7, 8];
        return TimeSpan.FromMilliseconds(10 * busy.Sum(field => long.Parse(fields[field], CultureInfo.InvariantCulture)));
    }

    public static string Processor() => File.ReadLines("/proc/cpuinfo")
        .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown";
}
