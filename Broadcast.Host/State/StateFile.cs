using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;
using Broadcast.Actors.Keeping;

namespace Broadcast.Host.State;

/// <summary>
/// The format of the file that keeps the room. A line, <c>broadcast-state 1 EPOCH</c>, and then blocks, each written and
/// made to stay at once: four bytes of <see cref="Mark"/>, the length of what is in it (32 bits), the block's number from 0
/// (64 bits), the CRC-32C of the epoch, the number, the length and what is in it (32 bits), what is in it; all numbers with
/// their lowest byte first. Block 0 is a whole state, and each other one is what changed since the one before.
/// </summary>
/// <param name="Epoch">The room's.</param>
/// <param name="Blocks">What is in the blocks.</param>
/// <param name="Torn">
/// How many bytes at the end are of a block that is not whole. It was being written when the process ended, so nobody was
/// ever told what is in it.
/// </param>
internal sealed partial record StateFile(string Epoch, IReadOnlyList<ReadOnlyMemory<byte>> Blocks, int Torn)
{
    /// <summary>How long a block is in front of what is in it.</summary>
    public const int HeadBytes = 4 + 4 + 8 + 4;

    private const string Version = "1";

    // No text has it (it is no UTF-8), and no number (which would be shorter).
    private static readonly byte[] Mark = [0xFF, 0x00, (byte)'B', (byte)'C'];

    /// <summary>The first line.</summary>
    public static byte[] Header(string epoch) => Encoding.ASCII.GetBytes($"broadcast-state {Version} {epoch}\n");

    /// <summary>What stands in front of what is in a block.</summary>
    public static byte[] Head(string epoch, long number, ReadOnlySpan<byte> content)
    {
        var head = new byte[HeadBytes];
        Mark.CopyTo(head, 0);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(4), content.Length);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(8), number);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(16), Sum(epoch, head.AsSpan(4, 12), content));
        return head;
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="StateException">It is none that this version can read, or damaged; the message fits behind its name.</exception>
    public static StateFile Read(ReadOnlyMemory<byte> bytes)
    {
        var (epoch, at) = ReadHeader(bytes.Span);
        List<ReadOnlyMemory<byte>> blocks = [];
        while (at < bytes.Length)
        {
            if (BlockAt(epoch, bytes, at) is not { } block || block.Number != blocks.Count)
            {
                break;
            }

            blocks.Add(block.Content);
            at += HeadBytes + block.Content.Length;
        }

        // The last block alone can have been under way.
        return blocks.Count > 0 && !HasBlockBehind(epoch, bytes, at)
            ? new StateFile(epoch, blocks, bytes.Length - at)
            : throw new StateException(string.Create(CultureInfo.InvariantCulture, $"is damaged at byte {at}"));
    }

    private static (string Epoch, int Length) ReadHeader(ReadOnlySpan<byte> bytes)
    {
        var line = HeaderLine().Match(Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 100)]));
        if (!line.Success)
        {
            throw new StateException("is not the state of a room");
        }

        return line.Groups["version"].Value == Version
            ? (line.Groups["epoch"].Value, line.Length)
            : throw new StateException($"has the format {line.Groups["version"].Value}, and this version knows {Version}");
    }

    private static (long Number, ReadOnlyMemory<byte> Content)? BlockAt(string epoch, ReadOnlyMemory<byte> bytes, int at)
    {
        var head = bytes.Span[at..];
        if (head.Length < HeadBytes || !head.StartsWith(Mark))
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(head[4..]);
        if (length < 0 || length > head.Length - HeadBytes)
        {
            return null;
        }

        var content = bytes.Slice(at + HeadBytes, length);
        return Sum(epoch, head[4..16], content.Span) == BinaryPrimitives.ReadUInt32LittleEndian(head[16..])
            ? (BinaryPrimitives.ReadInt64LittleEndian(head[8..]), content)
            : null;
    }

    private static bool HasBlockBehind(string epoch, ReadOnlyMemory<byte> bytes, int at)
    {
        for (var next = at + 1; next < bytes.Length; next++)
        {
            var found = bytes.Span[next..].IndexOf(Mark);
            if (found < 0)
            {
                return false;
            }

            next += found;
            if (BlockAt(epoch, bytes, next) is not null)
            {
                return true;
            }
        }

        return false;
    }

    private static uint Sum(string epoch, ReadOnlySpan<byte> head, ReadOnlySpan<byte> content)
    {
        var sum = uint.MaxValue;
        foreach (var character in epoch)
        {
            sum = BitOperations.Crc32C(sum, (byte)character);
        }

        return ~Add(Add(sum, head), content);
    }

    private static uint Add(uint sum, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var value in bytes)
        {
            sum = BitOperations.Crc32C(sum, value);
        }

        return sum;
    }

    [GeneratedRegex("^broadcast-state (?<version>[0-9]{1,9}) (?<epoch>[A-Za-z0-9_-]{1,64})\n", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: -1)]
    private static partial Regex HeaderLine();
}
