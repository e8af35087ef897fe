using System.Globalization;
using System.Text;

namespace Broadcast.Cli.Editing;

/// <summary>
/// How many columns of a terminal a text takes: East Asian wide characters and emoji two, marks that stand on others
/// none, the rest one.
/// </summary>
internal static class Columns
{
    private const int ZeroWidthJoiner = 0x200D;
    private const int EmojiStyle = 0xFE0F;

    /// <summary>Of a text that holds no control characters.</summary>
    public static int Of(string text)
    {
        var columns = 0;
        for (var at = 0; at < text.Length;)
        {
            var length = StringInfo.GetNextTextElementLength(text, at);
            columns += OfCluster(text.AsSpan(at, length));
            at += length;
        }

        return columns;
    }

    /// <summary>Of one grapheme cluster. An emoji that is joined of several, or varied, takes no more than its first.</summary>
    public static int OfCluster(ReadOnlySpan<char> cluster)
    {
        var columns = 0;
        var isJoined = false;
        foreach (var rune in cluster.EnumerateRunes())
        {
            var own = Of(rune);
            if (rune.Value == EmojiStyle && columns == 1)
            {
                columns = 2;
            }
            else if (columns == 0 || !(IsSkinTone(rune) || (isJoined && columns + own > 2)))
            {
                columns += own;
            }

            isJoined = rune.Value == ZeroWidthJoiner;
        }

        return columns;
    }

    private static int Of(Rune rune)
    {
        if (rune.Value < 0x300)
        {
            return 1;
        }

        return rune.Value switch
        {
            // Vowels and finals of Hangul stand under the consonant in front of them.
            (>= 0x1160 and <= 0x11FF) or (>= 0xD7B0 and <= 0xD7FF) => 0,
            _ when WideRunes.Contains(rune) => 2,
            _ => Rune.GetUnicodeCategory(rune) switch
            {
                UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
                _ => 1,
            },
        };
    }

    private static bool IsSkinTone(Rune rune) => rune.Value is >= 0x1F3FB and <= 0x1F3FF;
}
