using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Broadcast.Actors.Wire;

namespace Broadcast.Tests.Wire;

/// <summary>A server's frames taken apart by the letter of RFC 6455 5, so that none passes that a client might refuse.</summary>
internal sealed record Frame(Opcode Opcode, byte[] Payload)
{
    public string Text => Encoding.UTF8.GetString(Payload);

    public int CloseCode => BinaryPrimitives.ReadUInt16BigEndian(Payload);

    public string CloseText => Encoding.UTF8.GetString(Payload.AsSpan(2));

    /// <summary>A text as the server sends it.</summary>
    public static byte[] OfText(string text)
    {
        var buffer = new FrameBuffer();
        _ = Encoding.UTF8.GetBytes(text, buffer.Begin());
        return buffer.Frame().ToArray();
    }

    /// <summary>Nothing but whole frames, and nothing behind a close frame.</summary>
    public static List<Frame> All(ReadOnlySpan<byte> bytes)
    {
        List<Frame> frames = [];
        while (!bytes.IsEmpty)
        {
            Assert.True(frames is not [.., { Opcode: Opcode.Close }], "nothing behind the close frame");
            frames.Add(First(bytes, out var length) ?? throw new InvalidOperationException("half a frame at the end"));
            bytes = bytes[length..];
        }

        return frames;
    }

    /// <summary>The frame in front; null where not all of it is there.</summary>
    public static Frame? First(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        if (bytes.Length < 2)
        {
            return null;
        }

        Assert.True((bytes[0] & 0xF0) == 0x80, "whole, and no reserved bit (5.2)");
        Assert.True((bytes[1] & 0x80) == 0, "not masked (5.1)");
        var opcode = (Opcode)(bytes[0] & 0x0F);
        var header = (bytes[1] & 0x7F) switch { 126 => 4, 127 => 10, _ => 2 };
        if (bytes.Length < header)
        {
            return null;
        }

        var payload = header switch
        {
            2 => bytes[1],
            4 => BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]),
            _ => BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]),
        };
        Assert.True(header == payload switch { < 126 => 2, < 65536 => 4, _ => 10 }, "a length in its shortest form (5.2)");
        if ((ulong)bytes.Length - (ulong)header < payload)
        {
            return null;
        }

        length = header + (int)payload;
        var frame = new Frame(opcode, bytes[header..length].ToArray());
        frame.Check();
        return frame;
    }

    private void Check()
    {
        Assert.True(Opcode is Opcode.Text or Opcode.Close or Opcode.Ping or Opcode.Pong, "an opcode that the server sends");
        Assert.True(Opcode == Opcode.Text || Payload.Length <= 125, "a control frame is short (5.5)");
        if (Opcode == Opcode.Text)
        {
            Assert.True(Utf8.IsValid(Payload), "text is UTF-8 (8.1)");
        }
        else if (Opcode == Opcode.Close)
        {
            // A server that closes has a reason: it always says a code, and one that may be sent (7.4).
            Assert.True(Payload.Length >= 2 && CloseCode is 1000 or 1001 or 1002 or 1003 or (>= 1007 and <= 1014) or (>= 3000 and <= 4999), "a close code (7.4)");
            Assert.True(Utf8.IsValid(Payload.AsSpan(2)), "a reason in UTF-8 (5.5.1)");
        }
    }
}
