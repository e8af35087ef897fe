using System.Text;

namespace Broadcast.Cli;

/// <summary>A name's colour: the same one everywhere and always, and to be read on a dark background and on a light one.</summary>
internal static class Palette
{
    // Of xterm's 256, each at least 3.3 : 1 against both black and white.
    private static readonly int[] Colors = [131, 166, 130, 100, 64, 28, 29, 31, 33, 62, 99, 134, 164, 168];

    /// <summary>All that there are.</summary>
    public static IReadOnlyList<int> All => Colors;

    /// <summary>One of xterm's 256, by the name's UTF-8 (FNV-1a, 32 bits).</summary>
    public static int ColorOf(string name)
    {
        var hash = 2166136261u;
        foreach (var b in Encoding.UTF8.GetBytes(name))
        {
            hash = unchecked((hash ^ b) * 16777619u);
        }

        // The lowest bits of FNV are its worst.
        return Colors[(int)((hash >> 8) % (uint)Colors.Length)];
    }
}
