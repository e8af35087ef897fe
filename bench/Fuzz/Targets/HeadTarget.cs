using System.Diagnostics.CodeAnalysis;
using Broadcast.Host.Listening;

namespace Broadcast.Fuzz.Targets;

/// <summary>The head of a request, before the server's own parser sees it.</summary>
internal static class HeadTarget
{
    public static Target Target { get; } = new(
        "head",
        "RFC 9112 request heads: the same wherever they are cut, the request line in ASCII, and what is behind untouched",
        [
            [.. "GET /ws?name=Zoë HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\nbehind\0"u8],
            [.. "\r\n\nGET /ws HTTP/1.1\nX-é: \t\u0001\r\nContent-Length : +5\r\nContent-Lengths: 5a\r\n\r\n"u8],
        ],
        Check);

    private static void Check(byte[] input)
    {
        var whole = Read(input, [4096]);
        var cut = Read(input, [1, 2, 3, 5, 8]);
        Target.Require(whole.AsSpan().SequenceEqual(cut), $"as a whole {Convert.ToHexString(whole)}, and cut {Convert.ToHexString(cut)}");

        var start = whole.AsSpan().IndexOfAnyExcept((byte)'\r', (byte)'\n');
        var line = start < 0 ? [] : whole.AsSpan(start);
        var end = line.IndexOf((byte)'\n');
        Target.Require(!(end < 0 ? line : line[..end]).ContainsAnyInRange((byte)0x80, byte.MaxValue), "a request line that is not ASCII");
        Target.Require(whole.Length <= 3 * input.Length, "longer than three times as long");
    }

    [SuppressMessage("Reliability", "CA2012", Justification = "It has been completed: what is received is there.")]
    [SuppressMessage("Usage", "VSTHRD002", Justification = "It has been completed: what is received is there.")]
    private static byte[] Read(byte[] input, int[] pieces)
    {
        var (at, piece) = (0, 0);
        using var stream = new RequestStream((buffer, _) =>
        {
            var next = input.AsSpan(at, Math.Min(Math.Min(pieces[piece++ % pieces.Length], buffer.Length), input.Length - at));
            next.CopyTo(buffer.Span);
            at += next.Length;
            return new ValueTask<int>(next.Length);
        });
        List<byte> all = [];
        var buffer = new byte[4096];
        while (at < input.Length)
        {
            var read = stream.ReadAsync(buffer);
            Target.Require(read.IsCompletedSuccessfully, "a wait for nothing");
            all.AddRange(buffer.AsSpan(0, read.GetAwaiter().GetResult()));
        }

        return [.. all];
    }
}
