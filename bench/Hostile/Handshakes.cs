using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Broadcast.Bench.Hostile;

/// <summary>What is done before anybody is in.</summary>
internal static class Handshakes
{
    // broadcast.limits.handshake, and what a busy machine may add.
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(12);

    public static async Task HalfOpenAsync(Assault assault)
    {
        var request = Intruder.Request(assault.Port, "half");
        var half = Encoding.ASCII.GetBytes(request[..(request.Length / 2)]);
        await HoldAsync(assault, async (intruder, number) =>
        {
            if (number % 2 == 0)
            {
                await intruder.SendAsync(half);
            }
        });
    }

    public static async Task TrickleAsync(Assault assault)
    {
        var request = Encoding.ASCII.GetBytes(Intruder.Request(assault.Port, "trickle"));
        await HoldAsync(assault, async (intruder, _) =>
        {
            foreach (var part in request.Chunk(1))
            {
                await intruder.SendAsync(part);
                await Task.Delay(400, assault.Enough);
            }
        });
    }

    public static async Task RequestsAsync(Assault assault)
    {
        var good = Intruder.Request(assault.Port, "stranger");
        (string Request, int Status)[] requests =
        [
            (Intruder.Request(assault.Port, "x", more: "Origin: https://evil.example\r\n"), 403),
            (Intruder.Request(assault.Port, "x", more: "Origin: null\r\n"), 403),
            (Intruder.Request(assault.Port, "x", more: "Origin: http://evil.example\r\n").Replace("Host: 127.0.0.1:", "Host: evil.example:", StringComparison.Ordinal), 403),
            (Intruder.Request(assault.Port, "x", more: $"Origin: http://rebound.example:{assault.Port}\r\n").Replace("Host: 127.0.0.1", "Host: rebound.example", StringComparison.Ordinal), 403),
            (good.Replace("Version: 13", "Version: 8", StringComparison.Ordinal), 426),
            (good.Replace("AAECAwQFBgcICQoLDA0ODw==", "short", StringComparison.Ordinal), 400),
            (good.Replace("GET /ws", "GET /../../etc/passwd", StringComparison.Ordinal), 404),
            (good.Replace("GET /ws", "POST /ws", StringComparison.Ordinal), 405),
            (good.Replace("Upgrade: websocket\r\n", "", StringComparison.Ordinal), 400),
            (Intruder.Request(assault.Port, new string('x', 20_000)), 414),
            (Intruder.Request(assault.Port, "x", more: $"X-Filler: {new string('y', 20_000)}\r\n"), 431),
            (Intruder.Request(assault.Port, "x", more: "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400),
            (Intruder.Request(assault.Port, "x", more: "Bad Field: 1\r\n"), 400),
            ("\u0016\u0003\u0001\u0002\0\u0001\0\r\n\r\n", 400),

            // Answered in HTTP/2 that HTTP/1.1 is wanted.
            ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0),
        ];
        var answers = await assault.ManyAsync(assault.Of(3000, 150), 16, async number =>
        {
            var (request, status) = requests[number % requests.Length];
            using var intruder = await Intruder.ConnectAsync(assault);
            await intruder.SendAsync(Encoding.Latin1.GetBytes(request));
            return (number % requests.Length, Answer: await intruder.ReadStatusAsync(), Expected: status);
        });
        foreach (var (which, answer, expected) in answers)
        {
            assault.Expect(answer == expected, $"request {which} was answered {answer}, not {expected}");
        }

        assault.Note = $"{answers.Count} refused";
    }

    // Each has to be cut when its time is over; a quick run does not wait for that.
    private static async Task HoldAsync(Assault assault, Func<Intruder, int, Task> play)
    {
        var held = assault.IsQuick ? TimeSpan.FromSeconds(2) : Most;
        var times = await assault.ManyAsync(assault.Of(200, 50), 200, async number =>
        {
            using var intruder = await Intruder.ConnectAsync(assault);
            var start = Stopwatch.GetTimestamp();
            var end = intruder.DrainAsync();
            var playing = PlayAsync(play, intruder, number);
            _ = await Task.WhenAny(end, Task.Delay(held, assault.Enough));
            var isCut = end.IsCompleted;
            var time = Stopwatch.GetElapsedTime(start);
            intruder.Reset();
            await playing;
            await Task.WhenAny(end);
            return (IsCut: isCut, time.TotalSeconds);
        });
        if (!assault.IsQuick)
        {
            assault.Expect(times.All(time => time.IsCut), $"{times.Count(time => !time.IsCut)} were still connected after {Most.TotalSeconds} s");
            assault.Note = $"cut after {times.Min(time => time.TotalSeconds):F1} to {times.Max(time => time.TotalSeconds):F1} s";
        }
    }

    private static async Task PlayAsync(Func<Intruder, int, Task> play, Intruder intruder, int number)
    {
        try
        {
            await play(intruder, number);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was cut, which is what is to happen.
        }
    }
}
