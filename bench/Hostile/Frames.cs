using System.Buffers.Binary;
using System.Text;

namespace Broadcast.Bench.Hostile;

/// <summary>Frames as a client sends them (RFC 6455 5.2), good ones and bad ones.</summary>
internal static class Frames
{
    public const byte Text = 0x81;
    public const byte TextBegins = 0x01;
    public const byte Continues = 0x00;
    public const byte Ends = 0x80;
    public const byte Close = 0x88;
    public const byte Ping = 0x89;
    public const byte Pong = 0x8A;

    private const uint Mask = 0x3B5C7D9E;

    public static byte[] Line(string text) => Of(Text, Encoding.UTF8.GetBytes(text));

    public static byte[] Goodbye() => Of(Close, [1000 >> 8, 1000 & 0xFF]);

    /// <summary>One whole frame.</summary>
    public static byte[] Of(byte first, ReadOnlySpan<byte> payload)
    {
        var head = Head(first, payload.Length);
        var frame = new byte[head.Length + payload.Length];
        head.CopyTo(frame, 0);
        for (var at = 0; at < payload.Length; at++)
        {
            frame[head.Length + at] = (byte)(payload[at] ^ head[head.Length - 4 + (at & 3)]);
        }

        return frame;
    }

    /// <summary>The beginning of a frame that declares so many bytes.</summary>
    public static byte[] Head(byte first, long length)
    {
        var extra = length < 126 ? 0 : length <= ushort.MaxValue ? 2 : 8;
        var head = new byte[6 + extra];
        head[0] = first;
        head[1] = (byte)(0x80 | (extra == 0 ? length : extra == 2 ? 126 : 127));
        if (extra == 2)
        {
            BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(2), (ushort)length);
        }
        else if (extra == 8)
        {
            BinaryPrimitives.WriteInt64BigEndian(head.AsSpan(2), length);
        }

        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(head.Length - 4), Mask);
        return head;
    }

    /// <summary>Many of them behind each other, in pieces of some 64 KiB, so that sending costs this program little.</summary>
    public static IEnumerable<byte[]> Together(int count, Func<int, byte[]> frame)
    {
        using var piece = new MemoryStream();
        for (var number = 0; number < count; number++)
        {
            piece.Write(frame(number));
            if (piece.Length >= 64 * 1024 || number == count - 1)
            {
                yield return piece.ToArray();
                piece.SetLength(0);
            }
        }
    }
}
