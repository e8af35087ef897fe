using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Broadcast.Bench.Hostile;

/// <summary>Too much of something.</summary>
internal static class Floods
{
    private const int TooFast = 1008;
    private const int TooLarge = 1009;

    /// <summary>4 MiB/s in lines of 16 KiB, while twenty read nothing.</summary>
    public static async Task DeafAsync(Assault assault, int speakers)
    {
        var deaf = await assault.JoinAsync(20, "deaf", number => number % 2 == 1, number => number % 4 < 2);
        var talkers = await assault.JoinAsync(speakers, "talker", _ => false);
        var drains = talkers.Select(talker => talker.DrainAsync()).ToList();
        var line = Frames.Line(new string('x', 16 * 1024));
        var (start, seconds, said) = (Stopwatch.GetTimestamp(), assault.Of(12, 3), 0);
        using var clock = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / 32));
        while (Stopwatch.GetElapsedTime(start).TotalSeconds is var elapsed && elapsed < seconds)
        {
            for (; said < 256 * elapsed; said++)
            {
                await talkers[said % speakers].SendAsync(line);
            }

            await clock.WaitForNextTickAsync(assault.Enough);
        }

        assault.Note = $"{said / 64.0 / seconds:F1} MiB/s said";
        foreach (var talker in talkers)
        {
            await talker.SendAsync(Frames.Goodbye());
        }

        await Task.WhenAll(drains);
        Assault.Dispose(talkers);
        Assault.Dispose(deaf);
    }

    /// <summary>Lines as fast as they are taken.</summary>
    public static async Task LinesAsync(Assault assault, bool reads, bool json, bool isLimited)
    {
        var count = assault.Of(100_000, 10_000);
        using var observer = await Intruder.JoinAsync(assault, "observer");
        using var flooder = await Intruder.JoinAsync(assault, "flooder", json);
        var closing = reads ? flooder.ReadCloseAsync() : null;
        var start = Stopwatch.GetTimestamp();
        var sending = SendAllThenLeaveAsync();

        // What it has said is what was heard of it, up to its leaving.
        var heard = 0;
        var left = "System: flooder left the chat";
        while (await observer.ReadTextAsync() is { } line && line != left)
        {
            heard += line.StartsWith("flooder: ", StringComparison.Ordinal) ? 1 : 0;
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        assault.Note = string.Create(CultureInfo.InvariantCulture, $"{heard:N0} lines in {seconds:F1} s");
        if (isLimited)
        {
            // A burst of 200, the credit of 32, then 100 a second for ten seconds.
            assault.Expect(heard is > 1000 and < 1500, $"{heard} lines were said before it was sent away");
        }
        else
        {
            assault.Expect(heard == count, $"of {count} lines {heard} were said");
        }

        if (closing is not null)
        {
            var code = await closing;
            assault.Expect(code == (isLimited ? TooFast : 1000), $"it was closed with {code}");
        }

        flooder.Dispose();
        _ = await sending;
        await observer.SendAsync(Frames.Goodbye());

        async Task<bool> SendAllThenLeaveAsync()
        {
            try
            {
                return await Assault.SendAllAsync(flooder, Frames.Together(count, Line).Append(json ? Frames.Line("""{"type":"leave"}""") : Frames.Line("/quit")));
            }
            catch (ObjectDisposedException)
            {
                return false;
            }
        }

        byte[] Line(int number) => Frames.Line(json
            ? string.Create(CultureInfo.InvariantCulture, $$"""{"type":"say","text":"a line of a flood","n":{{number + 1}}}""")
            : "a line of a flood, of which there are many");
    }

    /// <summary>Pings, and nobody who wants to know the answers until all are sent.</summary>
    public static async Task PingsAsync(Assault assault, bool isLimited)
    {
        var count = assault.Of(200_000, 20_000);
        using var pinger = await Intruder.JoinAsync(assault, "pinger");
        var start = Stopwatch.GetTimestamp();
        var payload = new byte[125];
        var isTaken = await Assault.SendAllAsync(pinger, Frames.Together(count, number =>
        {
            BinaryPrimitives.WriteInt32BigEndian(payload, number);
            return Frames.Of(Frames.Ping, payload);
        }).Append(Frames.Goodbye()));
        var last = -1;
        var code = 0;
        while (await pinger.ReadFrameAsync() is { } frame)
        {
            if (frame.First == Frames.Pong)
            {
                var number = BinaryPrimitives.ReadInt32BigEndian(frame.Payload);
                assault.Expect(number > last, $"pong {number} came behind {last}");
                last = number;
            }
            else if (frame.First == Frames.Close)
            {
                code = BinaryPrimitives.ReadUInt16BigEndian(frame.Payload);
            }
        }

        assault.Note = $"{Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s, closed with {code}";
        if (!isLimited)
        {
            assault.Expect(isTaken && last == count - 1 && code == 1000, $"the last pong was {last} of {count}, closed with {code}");
        }
    }

    public static async Task FragmentsAsync(Assault assault, bool isLimited)
    {
        using var intruder = await Intruder.JoinAsync(assault, "fragments");
        byte[][] begin = [Frames.Of(Frames.TextBegins, [])];
        var nothing = Frames.Of(Frames.Continues, []);
        var start = Stopwatch.GetTimestamp();
        var isTaken = await Assault.SendAllAsync(
            intruder, begin.Concat(Frames.Together(assault.Of(300_000, 30_000), _ => nothing)).Append(Frames.Of(Frames.Ends, "still here"u8)));
        if (isLimited)
        {
            // Sixteen are worth a message, and it goes on being too fast.
            var code = await intruder.ReadCloseAsync();
            assault.Expect(assault.IsQuick || code == TooFast, $"it was closed with {code}");
            assault.Note = $"{Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s, closed with {code}";
            return;
        }

        assault.Expect(
            isTaken && await intruder.ReadTextAsync(line => line == "fragments: still here") is not null, "the message behind the fragments was not said");
        assault.Note = $"{Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s";
        await intruder.SendAsync(Frames.Goodbye());
        await intruder.DrainAsync();
    }

    public static async Task GiantsAsync(Assault assault)
    {
        var body = new byte[1024 * 1024];
        var codes = await assault.ManyAsync(50, 50, async number =>
        {
            using var giant = await Intruder.JoinAsync(assault, $"giant{number}", json: number % 2 == 1);
            await giant.SendAsync(Frames.Head(number % 4 < 2 ? Frames.Text : Frames.TextBegins, 16 * 1024 * 1024));
            var closing = giant.ReadCloseAsync();
            try
            {
                await giant.SendAsync(body);
            }
            catch (SocketException)
            {
                // Two seconds behind the close frame nothing is taken any more.
            }

            return await closing;
        });
        assault.Expect(codes.All(code => code == TooLarge), $"{codes.Count(code => code != TooLarge)} were not closed with 1009");
    }
}
