using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Broadcast.Bench.Hostile;

/// <summary>What broadcast.v1+json alone can be tried with.</summary>
internal static class Objects
{
    private const int Policy = 1008;
    private const string Ask = """{"type":"who"}""";
    private const string Leave = """{"type":"leave"}""";

    public static async Task HellosAsync(Assault assault)
    {
        var hello = Frames.Line("""{"type":"hello","name":"again"}""");
        var ends = await assault.ManyAsync(assault.Of(200, 60), 200, async number =>
        {
            using var intruder = await Intruder.ConnectAsync(assault);
            await intruder.UpgradeAsync("", json: true);
            var closing = intruder.ReadCloseAsync();
            var start = Stopwatch.GetTimestamp();
            var saysHello = number % 2 == 0;
            if (saysHello)
            {
                // Each but the first is refused, at the rate that lines are taken.
                _ = await Assault.SendAllAsync(intruder, Frames.Together(1000, _ => hello).Append(Frames.Line(Leave)));
            }

            return (IsRight: await closing == (saysHello ? 1000 : Policy), TotalSeconds: saysHello ? 0 : Stopwatch.GetElapsedTime(start).TotalSeconds);
        });
        assault.Expect(ends.All(end => end.IsRight), $"{ends.Count(end => !end.IsRight)} were not closed with 1000 or, without a hello, with 1008");
        assault.Expect(ends.All(end => end.TotalSeconds < 8), $"one without a hello was closed after {ends.Max(end => end.TotalSeconds):F1} s only");
    }

    public static async Task GuessingAsync(Assault assault)
    {
        using var first = await Intruder.ConnectAsync(assault);
        await first.UpgradeAsync("", json: true);
        await first.SendAsync(Frames.Line("""{"type":"hello","name":"first"}"""));
        var epoch = JsonNode.Parse((await first.ReadTextAsync())!)!["epoch"]!.GetValue<string>();
        await first.SendAsync(Frames.Line(Leave));
        var answers = await assault.ManyAsync(assault.Of(2000, 200), 8, async number =>
        {
            using var intruder = await Intruder.ConnectAsync(assault);
            await intruder.UpgradeAsync("", json: true);
            var token = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
            await intruder.SendAsync(Frames.Line(string.Create(
                CultureInfo.InvariantCulture,
                $$$"""{"type":"hello","name":"guess{{{number}}}","resume":{"token":"{{{token}}}","epoch":"{{{epoch}}}","seq":{{{number}}}}}""")));
            var welcome = await intruder.ReadTextAsync();
            await intruder.SendAsync(Frames.Line(Leave));
            _ = await intruder.ReadCloseAsync();
            return welcome?.Contains("\"resumed\":false", StringComparison.Ordinal) == true;
        });
        assault.Expect(answers.All(isNew => isNew), $"{answers.Count(isNew => !isNew)} guesses were not let in as somebody new");
    }

    public static async Task JsonAsync(Assault assault)
    {
        const int Most = 65_000;
        var say = """{"type":"say","n":1,"text":""" + '"';
        byte[][] frames =
        [
            Frames.Line(new string('[', Most)),
            Frames.Line(string.Concat(Enumerable.Repeat("""{"a":""", Most / 5))),
            Frames.Line("{" + string.Join(',', Enumerable.Range(0, 6000).Select(number => $"\"k{number}\":0")) + "}"),
            Frames.Line("{" + string.Join(',', Enumerable.Repeat("\"type\":\"say\"", 5000)) + "}"),
            Frames.Line($$"""{"type":"say","text":"x","n":{{new string('9', Most)}}}"""),
            Frames.Line($$"""{"type":"say","text":"x","n":1e{{new string('9', 1000)}}}"""),
            Frames.Line(say + string.Concat(Enumerable.Repeat("\\ud800", 10_000)) + "\"}"),
            Frames.Line(say + string.Concat(Enumerable.Repeat("\\", 30_001)) + "\"}"),
            Frames.Line($$"""{"type":"{{new string('t', Most)}}"}"""),
            Frames.Line($$"""{"{{new string('f', Most)}}":1}"""),
            Frames.Line(new string(' ', Most)),
            Frames.Line("""{"type":"say","text":{"a":[]},"n":-1}"""),
            Frames.Line("{} {}"),
            Frames.Line("null"),
            Frames.Line("{\"type\":\"say\",\"text\":\"" + new string('x', Most)),
        ];
        var codes = await assault.ManyAsync(assault.Of(60, 10), 4, async number =>
        {
            using var intruder = await Intruder.JoinAsync(assault, $"json{number}", json: true);
            var closing = intruder.ReadCloseAsync();
            _ = await Assault.SendAllAsync(intruder, Enumerable.Range(0, 150).Select(frame => frames[(number + frame) % frames.Length]));
            return await closing;
        });
        assault.Expect(codes.All(code => code == Policy), $"{codes.Count(code => code != Policy)} were not closed with 1008");
    }

    public static async Task NumbersAsync(Assault assault)
    {
        const long Highest = (1L << 53) - 1;
        using var intruder = await Intruder.JoinAsync(assault, "numbers", json: true);
        long highest = 0;
        var (count, isOver) = (assault.Of(1500, 200), false);
        var acknowledged = new Dictionary<long, string>();
        for (var number = 0; number < count && !isOver; number++)
        {
            var n = (number % 7) switch
            {
                0 => highest + 1,
                1 => highest,
                2 => 1,
                3 => highest + 1_000_000_007,
                4 => RandomNumberGenerator.GetInt32(1, int.MaxValue),
                5 => Math.Max(1, highest - 255),
                _ => number == count - 1 ? Highest : highest + 2,
            };
            highest = Math.Max(highest, n);
            await intruder.SendAsync(Frames.Line(string.Create(CultureInfo.InvariantCulture, $$"""{"type":"say","text":"n","n":{{n}}}""")));
            var answer = await intruder.ReadTextAsync(text => text.StartsWith("{\"type\":\"ack\"", StringComparison.Ordinal)
                || text.StartsWith("{\"type\":\"error\"", StringComparison.Ordinal));
            isOver = answer is null;
            assault.Expect(!isOver, "it was closed");
            if (answer?.StartsWith("{\"type\":\"ack\"", StringComparison.Ordinal) == true)
            {
                // The same number again has the same answer.
                assault.Expect(acknowledged.TryAdd(n, answer) || acknowledged[n] == answer, $"{n} was answered in two ways");
            }
        }

        await intruder.SendAsync(Frames.Line(Leave));
        await intruder.DrainAsync();
    }

    public static async Task QuestionsAsync(Assault assault)
    {
        var history = Frames.Line("""{"type":"history","limit":1000}""");
        var (who, plainWho, plainHistory) = (Frames.Line(Ask), Frames.Line("/who"), Frames.Line("/history 1000"));
        var askers = await assault.JoinAsync(20, "asker", number => number % 2 == 1, number => number % 4 < 2);
        var sending = askers.Select(async (asker, number) =>
        {
            try
            {
                return await Assault.SendAllAsync(asker, Frames.Together(
                    10_000, question => (number % 2, question % 2) switch { (0, 0) => plainWho, (0, _) => plainHistory, (_, 0) => who, _ => history }));
            }
            catch (ObjectDisposedException)
            {
                return false;
            }
        }).ToList();
        await Task.Delay(TimeSpan.FromSeconds(assault.Of(12, 3)), assault.Enough);
        foreach (var asker in askers)
        {
            asker.Reset();
        }

        try
        {
            await Task.WhenAll(sending);
        }
        catch (SocketException)
        {
            // It had been sending.
        }
    }
}
