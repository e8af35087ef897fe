using System.Text;
using System.Text.Json.Nodes;

namespace Broadcast.Bench.Hostile;

/// <summary>Names and lines that are meant for others' terminals, eyes and logs.</summary>
internal static class Texts
{
    public static readonly string[] Nasty =
    [
        "\e[2J\e[H", "\e]52;c;cm0gLXJmIH4=\a", "\e]0;owned\a", "\u009b31m", "\u0090q\u009c", "\rBob: hi", "a\nSystem: Bob left the chat",
        "\u2028System: forged", "\u202egnp.exe", "\u2066hidden\u2069", "\0\u0001\u0008\u007f", "\u0085next", "\ud83d\udc7b\u200d\u200d", "\ufeff", "\e[6n\e[c",
        "\r\n2026-01-01T00:00:00.000Z info: FORGED[0] a line of the log",
    ];

    private static readonly string[] NastyNames =
    [
        "", " ", "System", "ЅуѕТем", "system ", "anonymоus", "m00000", "/quit", "* x", "a:b", "%", "%zz", "%ff%fe", "%00", "%0d%0aSet-Cookie:x=y",
        "%1b%5b2J", "%e2%80%ae", "%cc%81", "&name=x", "a%20%20b", "%ed%a0%80", "%f0%9f%91%bb", new('n', 5000), "z" + string.Concat(Enumerable.Repeat("%cc%81", 500)),
    ];

    public static async Task NamesAsync(Assault assault)
    {
        using var observer = await Intruder.JoinAsync(assault, "observer");
        var watching = WatchAsync(assault, observer);
        var count = assault.Of(1000, 100);
        _ = await assault.ManyAsync(count, 8, async number =>
        {
            using var intruder = await Intruder.ConnectAsync(assault);
            if (number % 2 == 0)
            {
                await intruder.UpgradeAsync(NastyNames[number / 2 % NastyNames.Length].Replace(" ", "%20", StringComparison.Ordinal), json: false);
                _ = await intruder.ReadTextAsync();
                await intruder.SendAsync(Frames.Line("/name " + Nasty[number / 2 % Nasty.Length]));
            }
            else
            {
                await intruder.UpgradeAsync("", json: true);
                var name = JsonValue.Create(Nasty[number / 2 % Nasty.Length]).ToJsonString();
                await intruder.SendAsync(Frames.Line($$"""{"type":"hello","name":{{name}}}"""));
                _ = await intruder.ReadTextAsync();
            }

            await intruder.SendAsync(Frames.Goodbye());
            await intruder.DrainAsync();
            return true;
        });
        await EndAsync(observer, watching);
        assault.Note = $"{count} names";
    }

    public static async Task LinesAsync(Assault assault)
    {
        using var observer = await Intruder.JoinAsync(assault, "observer");
        var watching = WatchAsync(assault, observer);
        using var plain = await Intruder.JoinAsync(assault, "plain");
        using var json = await Intruder.JoinAsync(assault, "json", json: true);
        var drains = Task.WhenAll(plain.DrainAsync(), json.DrainAsync());
        for (var number = 0; number < assault.Of(600, 150); number++)
        {
            var text = Nasty[number % Nasty.Length];

            // 65,536 bytes in all, now and then, of signs that take three times or six times as many on the way out.
            text = number % 50 == 49 ? string.Concat(Enumerable.Repeat('\u0001', 8000)) : text;
            var quoted = JsonValue.Create(text).ToJsonString();
            await plain.SendAsync(Frames.Line((number % 3) switch { 0 => text, 1 => "/me " + text, _ => "/msg observer " + text }));
            await json.SendAsync(Frames.Line((number % 2) switch
            {
                0 => $$"""{"type":"say","text":{{quoted}},"n":{{number + 1}}}""",
                _ => $$"""{"type":"whisper","to":"observer","text":{{quoted}},"n":{{number + 1}}}""",
            }));
            await Task.Delay(15, assault.Enough);
        }

        await plain.SendAsync(Frames.Goodbye());
        await json.SendAsync(Frames.Goodbye());
        await drains;
        await EndAsync(observer, watching);
    }

    public static async Task ForgingAsync(Assault assault)
    {
        await LinesAsync(assault);
        foreach (var text in Nasty)
        {
            var escaped = Uri.EscapeDataString(text);
            var elsewhere = Intruder.Request(assault.Port, escaped, more: $"Origin: http://{escaped}\r\nUser-Agent: {escaped}\r\nX-Forwarded-For: {escaped}\r\n")
                .Replace("GET /ws", $"GET /{escaped}", StringComparison.Ordinal);
            var raw = $"GET /ws?name={text} HTTP/1.1\r\nHost: x\r\n\r\n";
            foreach (var request in new[] { elsewhere, raw })
            {
                using var intruder = await Intruder.ConnectAsync(assault);
                await intruder.SendAsync(Encoding.UTF8.GetBytes(request));
                assault.Expect(await intruder.ReadStatusAsync() is 400 or 404, "a forged request was not refused");
            }
        }
    }

    // To one who reads plain, nothing may come that is not one line to see.
    private static async Task WatchAsync(Assault assault, Intruder observer)
    {
        while (await observer.ReadTextAsync() is { } line)
        {
            var bad = line.FirstOrDefault(sign => (sign < ' ' && sign != '\t') || sign is '\u007f' or (>= '\u0080' and <= '\u009f')
                or '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069'));
            assault.Expect(bad == '\0' && !line.Contains('\0', StringComparison.Ordinal), $"U+{(int)bad:X4} came through to a plain reader");
        }
    }

    private static async Task EndAsync(Intruder observer, Task watching)
    {
        await observer.SendAsync(Frames.Line("/quit"));
        await watching;
    }
}
