
namespace Broadcast.Bench.Wire;

/// <summary>
/// The text of a line that is checked: who said it, its number, when it was sent, then filling. Numbers are written in
/// sixteen signs, '@' to 'O', which no server escapes and which eight at a time become a number in a few instructions.
/// </summary>
internal static unsafe class Line
{
    /// <summary>The length of a text in bytes, where nothing else is asked for.</summary>
    public const int UsualLength = 64;

    /// <summary>The part of it that is read.</summary>
    public const int HeadLength = 32;

    private const uint Checked = 0xBE110000;
    private const uint Probe = 0xBE120000;
    private const ulong Zeros = 0x4040404040404040;
    private const ulong LowHalves = 0x0F0F0F0F0F0F0F0F;
    private const ulong HighHalves = 0xF0F0F0F0F0F0F0F0;
    private const ulong Filling = 0x2E2E2E2E2E2E2E2E;

    /// <summary>Writes a text.</summary>
    /// <param name="to">Where to; <paramref name="length"/> bytes.</param>
    /// <param name="length">At least <see cref="HeadLength"/>, and a multiple of eight.</param>
    /// <param name="publisher">Who says it; -1 for a probe, which is not checked.</param>
    /// <param name="number">The publisher's lines are numbered from 0 without a hole.</param>
    /// <param name="sentAt">When, in ticks of the stopwatch.</param>
    public static void Write(byte* to, int length, int publisher, uint number, long sentAt)
    {
        *(ulong*)to = Spread(publisher < 0 ? Probe : Checked | (uint)publisher);
        *(ulong*)(to + 8) = Spread(number);
        *(ulong*)(to + 16) = Spread((uint)(sentAt >> 32));
        *(ulong*)(to + 24) = Spread((uint)sentAt);
        for (var at = HeadLength; at < length; at += 8)
        {
            *(ulong*)(to + at) = Filling;
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote, to the last byte.</summary>
    /// <returns>False where it is something else; then nothing else is meant.</returns>
    public static bool TryRead(byte* text, int length, out int publisher, out uint number, out long sentAt)
    {
        var (a, b, c, d) = (*(ulong*)text, *(ulong*)(text + 8), *(ulong*)(text + 16), *(ulong*)(text + 24));
        var foreign = (((a ^ Zeros) | (b ^ Zeros) | (c ^ Zeros) | (d ^ Zeros)) & HighHalves) != 0;
        for (var at = HeadLength; at < length; at += 8)
        {
            foreign |= *(ulong*)(text + at) != Filling;
        }

        var who = Gather(a);
        number = Gather(b);
        sentAt = ((long)Gather(c) << 32) | Gather(d);
        publisher = (who & 0xFFFF0000) == Checked ? (int)(who & 0xFFFF) : -1;
        return !foreign && (publisher >= 0 || who == Probe);
    }

    private static ulong Spread(uint value)
    {
        ulong x = value;
        x = (x | (x << 16)) & 0x0000FFFF0000FFFF;
        x = (x | (x << 8)) & 0x00FF00FF00FF00FF;
        x = (x | (x << 4)) & LowHalves;
        return x | Zeros;
    }

    private static uint Gather(ulong signs)
    {
        var x = signs & LowHalves;
        x = (x | (x >> 4)) & 0x00FF00FF00FF00FF;
        x = (x | (x >> 8)) & 0x0000FFFF0000FFFF;
        return (uint)(x | (x >> 16));
    }
}
