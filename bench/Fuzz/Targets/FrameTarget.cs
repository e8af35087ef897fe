using System.Buffers.Binary;
using System.Text;
using Broadcast.Actors.Sessions;
using Broadcast.Actors.Wire;

namespace Broadcast.Fuzz.Targets;

/// <summary>What a client sends behind the handshake.</summary>
internal static class FrameTarget
{
    private const int Limit = 1000;

    public static Target Target { get; } = new(
        "frames",
        "RFC 6455 frames: the same is understood wherever they are cut, and nothing behind a close or, but for a close, an offence",
        [
            [.. Frame(0x81, "hello"u8), .. Frame(0x89, "?"u8), .. Frame(0x88, [3, 232, .. "bye"u8])],
            [.. Frame(0x01, "Zo"u8), .. Frame(0x89, []), .. Frame(0x00, [0xC3]), .. Frame(0x80, [0xAB]), .. Frame(0x8A, "!"u8)],
            [.. Frame(0x81, new byte[300]), .. Frame(0x82, [1]), .. Frame(0x88, [])],
            [.. Frame(0x01, []), .. Frame(0x00, "🚀"u8), .. Frame(0x80, new byte[900])],
        ],
        Check);

    private static void Check(byte[] input)
    {
        var whole = Read(input, [input.Length]);
        var cut = Read(input, [1, 2, 3, 5, 8]);
        Target.Require(whole.SequenceEqual(cut, StringComparer.Ordinal), $"as a whole {string.Join(", ", whole)}, and cut {string.Join(", ", cut)}");
        Target.Require(whole.Count(said => said.StartsWith(nameof(Offended), StringComparison.Ordinal)) <= 1, "two offences");
        var last = whole.FindIndex(said => !said.StartsWith(nameof(Received), StringComparison.Ordinal) && !said.StartsWith(nameof(Pinged), StringComparison.Ordinal)
            && !said.StartsWith(nameof(Idled), StringComparison.Ordinal));
        Target.Require(last < 0 || last == whole.Count - 1, $"something behind {whole.ElementAtOrDefault(last)}");
    }

    private static List<string> Read(byte[] input, int[] pieces)
    {
        var reader = new FrameReader(Limit);
        List<string> said = [];
        var bytes = input.ToArray();
        for (int at = 0, piece = 0; at < bytes.Length; piece++)
        {
            var next = bytes.AsSpan(at, Math.Min(pieces[piece % pieces.Length], bytes.Length - at));
            at += next.Length;
            while (!next.IsEmpty && !reader.IsOver)
            {
                switch (reader.Read(next, out var taken))
                {
                    case Received { Text: var text }:
                        Target.Require(Encoding.UTF8.GetByteCount(text) <= Limit, "a message that is too large");
                        said.Add($"{nameof(Received)} {text}");
                        break;
                    case Pinged { Payload: var payload }:
                        Target.Require(payload.Length <= 125, "a ping that is too long");
                        said.Add($"{nameof(Pinged)} {Convert.ToHexString(payload.Span)}");
                        break;
                    case { } other:
                        said.Add(other.ToString());
                        break;
                }

                next = next[taken..];
            }
        }

        return said;
    }

    // Masked with a key that changes every byte.
    private static byte[] Frame(byte first, ReadOnlySpan<byte> payload)
    {
        byte[] mask = [0x37, 0xFA, 0x21, 0x3D];
        List<byte> frame = [first];
        if (payload.Length < 126)
        {
            frame.Add((byte)(0x80 | payload.Length));
        }
        else
        {
            var length = new byte[sizeof(ushort)];
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)payload.Length);
            frame.AddRange([0x80 | 126, .. length]);
        }

        frame.AddRange(mask);
        for (var i = 0; i < payload.Length; i++)
        {
            frame.Add((byte)(payload[i] ^ mask[i % mask.Length]));
        }

        return [.. frame];
    }
}
