using System.Buffers.Binary;
using System.Text;
using Broadcast.Actors.Wire;

namespace Broadcast.Tests.Wire;

/// <summary>A server's frames taken apart by the letter of RFC 6455 5.2.</summary>
internal sealed record Frame(Opcode Opcode, byte[] Payload)
{
    public string Text => Encoding.UTF8.GetString(Payload);

    public int CloseCode => BinaryPrimitives.ReadUInt16BigEndian(Payload);

    public string CloseText => Encoding.UTF8.GetString(Payload.AsSpan(2));

    public static List<Frame> All(ReadOnlySpan<byte> bytes)
    {
        List<Frame> frames = [];
        while (!bytes.IsEmpty)
        {
            Assert.Equal(0x80, bytes[0] & 0xF0);
            Assert.Equal(0, bytes[1] & 0x80);
            var (header, length) = (bytes[1] & 0x7F) switch
            {
                126 => (4, BinaryPrimitives.ReadUInt16BigEndian(bytes[2..])),
                127 => (10, (int)BinaryPrimitives.ReadUInt64BigEndian(bytes[2..])),
                var small => (2, small),
            };
            Assert.True(header == (length < 126 ? 2 : length < 65536 ? 4 : 10), "a length in its shortest form");
            frames.Add(new Frame((Opcode)(bytes[0] & 0x0F), bytes.Slice(header, length).ToArray()));
            bytes = bytes[(header + length)..];
        }

        return frames;
    }
}
