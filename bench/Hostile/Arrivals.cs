using System.Diagnostics;

namespace Broadcast.Bench.Hostile;

/// <summary>Coming and going.</summary>
internal static class Arrivals
{
    public static async Task CrowdingAsync(Assault assault)
    {
        var count = assault.Of(300, 100);
        var start = Stopwatch.GetTimestamp();
        var all = await assault.ManyAsync(count, count, number => Intruder.JoinAsync(assault, $"crowd{number}", json: number % 2 == 1));
        assault.Note = $"all in after {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F0} ms";
        _ = await assault.ManyAsync(count, 16, async number =>
        {
            await LeaveAsync(all[number], isJson: number % 2 == 1);
            all[number].Dispose();
            return true;
        });
    }

    public static Task ChurnAsync(Assault assault) => ComeAndGoAsync(assault, assault.Of(5000, 500), isJson: false);

    public static Task ChurnJsonAsync(Assault assault) => ComeAndGoAsync(assault, assault.Of(1000, 200), isJson: true);

    public static async Task ResetsAsync(Assault assault)
    {
        var all = await assault.JoinAsync(assault.Of(200, 100), "reset", number => number % 2 == 1);
        foreach (var intruder in all)
        {
            intruder.Reset();
        }

        await Task.Delay(1000, assault.Enough);
    }

    /// <summary>Peers whose network is gone.</summary>
    public static async Task VanishAsync(Assault assault, double interval, double timeout, double grace)
    {
        const int Count = 20;
        using var observer = await Intruder.JoinAsync(assault, "observer");
        var all = await assault.JoinAsync(Count, "vanish", number => number % 2 == 1);
        foreach (var intruder in all)
        {
            intruder.Vanish();
        }

        var start = Stopwatch.GetTimestamp();
        var gone = new Dictionary<string, double>(StringComparer.Ordinal);
        while (gone.Count < Count && await observer.ReadTextAsync() is { } line)
        {
            if (line.StartsWith("System: vanish", StringComparison.Ordinal) && line.EndsWith(" left the chat", StringComparison.Ordinal))
            {
                assault.Expect(gone.TryAdd(line, Stopwatch.GetElapsedTime(start).TotalSeconds), $"twice: {line}");
            }
        }

        // Silence is looked for eight times in an interval; a second for a busy machine.
        var most = interval + timeout + (interval / 8) + 1;
        double[] plain = [.. Enumerable.Range(0, Count).Where(number => number % 2 == 0).Select(Time)];
        double[] json = [.. Enumerable.Range(0, Count).Where(number => number % 2 == 1).Select(Time)];
        assault.Expect(plain.Max() <= most, $"a plain member was gone after {plain.Max():F1} s, {most:F1} are the most");
        assault.Expect(json.Max() <= most + grace, $"a member of v1 was gone after {json.Max():F1} s, {most + grace:F1} are the most");
        assault.Note = $"gone after {plain.Min():F1} to {plain.Max():F1} s, v1 {json.Min():F1} to {json.Max():F1} s";
        Assault.Dispose(all);
        await observer.SendAsync(Frames.Goodbye());

        double Time(int number) => gone.GetValueOrDefault($"System: vanish{number} left the chat", double.PositiveInfinity);
    }

    private static async Task ComeAndGoAsync(Assault assault, int count, bool isJson)
    {
        var start = Stopwatch.GetTimestamp();
        _ = await assault.ManyAsync(count, 16, async number =>
        {
            using var intruder = await Intruder.JoinAsync(assault, $"churn{number}", isJson);
            switch (number % 3)
            {
                case 0:
                    await LeaveAsync(intruder, isJson);
                    break;
                case 1:
                    intruder.Finish();
                    await intruder.DrainAsync();
                    break;
                default:
                    intruder.Reset();
                    break;
            }

            return true;
        });
        assault.Note = $"{count / Stopwatch.GetElapsedTime(start).TotalSeconds:F0} a second";
    }

    private static async Task LeaveAsync(Intruder intruder, bool isJson)
    {
        await intruder.SendAsync(isJson ? Frames.Line("""{"type":"leave"}""") : Frames.Goodbye());
        await intruder.DrainAsync();
    }
}
