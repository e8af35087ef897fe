using System.Buffers.Binary;

namespace Broadcast.Actors.Wire;

/// <summary>
/// Frames as a server sends them: whole (FIN), never masked, lengths in their shortest form (RFC 6455 5.2), so that
/// every member can be sent the same bytes.
/// </summary>
public static class ServerFrame
{
    /// <summary>The longest header of an unmasked frame, in bytes: two, and eight of extended length.</summary>
    public const int LongestHeader = 10;

    /// <summary>The most bytes that a control frame carries (RFC 6455 5.5).</summary>
    public const int LongestControlPayload = 125;

    private const byte Fin = 0x80;
    private const int SixteenBitLength = 126;
    private const int SixtyFourBitLength = 127;

    /// <summary>
    /// Writes the header of a frame with <paramref name="payload"/> bytes so that it ends where
    /// <paramref name="before"/> ends, in front of a payload that is there already.
    /// </summary>
    /// <returns>The header's length in bytes: 2, 4 or 10.</returns>
    public static int WriteHeaderBefore(Span<byte> before, Opcode opcode, int payload)
    {
        int length = payload switch { < SixteenBitLength => 2, <= ushort.MaxValue => 4, _ => LongestHeader };
        Span<byte> header = before[^length..];
        header[0] = (byte)(Fin | (byte)opcode);
        switch (length)
        {
            case 2:
                header[1] = (byte)payload;
                break;
            case 4:
                header[1] = SixteenBitLength;
                BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)payload);
                break;
            default:
                header[1] = SixtyFourBitLength;
                BinaryPrimitives.WriteUInt64BigEndian(header[2..], (ulong)payload);
                break;
        }

        return length;
    }

    /// <summary>A complete control frame.</summary>
    /// <exception cref="ArgumentException">The payload is longer than <see cref="LongestControlPayload"/>.</exception>
    public static byte[] Control(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        if (payload.Length > LongestControlPayload)
        {
            throw new ArgumentException("A control frame carries at most 125 bytes.", nameof(payload));
        }

        var frame = new byte[2 + payload.Length];
        payload.CopyTo(frame.AsSpan(2));
        _ = WriteHeaderBefore(frame.AsSpan(0, 2), opcode, payload.Length);
        return frame;
    }
}
