using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Broadcast.Fuzz;

/// <summary>Makes new inputs of old ones, always the same by a seed.</summary>
[SuppressMessage("Security", "CA5394", Justification = "What happens is to be the same each time.")]
internal sealed class Mutator(int seed)
{
    /// <summary>The longest that is made.</summary>
    public const int MostBytes = 4096;

    private const int MostChanges = 6;

    private static readonly int[] Interesting = [0, 1, 16, 32, 64, 100, 125, 126, 127, 128, 255, 256, 1000, 4096, 32767, 32768, 65535, 65536, int.MaxValue, -1, int.MinValue];

    private readonly Random _random = new(seed);

    /// <summary>One of several.</summary>
    public int Index(int count) => _random.Next(count);

    /// <summary>Another input.</summary>
    /// <param name="input">What it is made of.</param>
    /// <param name="other">What pieces are taken from.</param>
    public byte[] Change(byte[] input, byte[] other)
    {
        List<byte> bytes = [.. input];
        for (var left = _random.Next(1, MostChanges + 1); left > 0; left--)
        {
            ChangeOnce(bytes, other);
        }

        return [.. bytes.Take(MostBytes)];
    }

    private void ChangeOnce(List<byte> bytes, byte[] other)
    {
        var at = _random.Next(bytes.Count + 1);
        var length = Math.Min(_random.Next(1, 1 << _random.Next(1, 8)), bytes.Count - at);
        switch (_random.Next(9))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)_random.Next(256);
                break;
            case 2 when at < bytes.Count:
                bytes[at] += (byte)_random.Next(-16, 17);
                break;
            case 3:
                bytes.RemoveRange(at, length);
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 5:
                var noise = new byte[_random.Next(1, 9)];
                _random.NextBytes(noise);
                bytes.InsertRange(at, noise);
                break;
            case 6 when at + sizeof(int) <= bytes.Count:
                Span<byte> number = stackalloc byte[sizeof(int)];
                BinaryPrimitives.WriteInt32LittleEndian(number, Interesting[_random.Next(Interesting.Length)]);
                if (_random.Next(2) == 0)
                {
                    number.Reverse();
                }

                // As wide as one, two or four bytes.
                var width = 1 << _random.Next(3);
                for (var i = 0; i < width; i++)
                {
                    bytes[at + i] = number[i];
                }

                break;
            case 7 when other.Length > 0:
                var from = _random.Next(other.Length);
                bytes.InsertRange(at, other.AsSpan(from, Math.Min(_random.Next(1, 64), other.Length - from)).ToArray());
                break;
            case 8 when other.Length > 0:
                // The beginning of one and the end of another.
                bytes.RemoveRange(at, bytes.Count - at);
                bytes.AddRange(other.AsSpan(_random.Next(other.Length)).ToArray());
                break;
        }
    }
}
