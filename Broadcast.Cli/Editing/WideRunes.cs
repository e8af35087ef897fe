using System.Text;

namespace Broadcast.Cli.Editing;

/// <summary>The characters that take two columns: East Asian wide and full-width ones, and emoji.</summary>
internal static partial class WideRunes
{
    /// <summary>Whether it is one of them.</summary>
    public static bool Contains(Rune rune)
    {
        // Ranges has the first and the last of each, in order.
        var low = 0;
        var high = (Ranges.Length / 2) - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (rune.Value < Ranges[2 * middle])
            {
                high = middle - 1;
            }
            else if (rune.Value > Ranges[(2 * middle) + 1])
            {
                low = middle + 1;
            }
            else
            {
                return true;
            }
        }

        return false;
    }
}
