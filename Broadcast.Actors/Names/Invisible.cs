using System.Globalization;
using System.Text;

namespace Broadcast.Actors.Names;

/// <summary>Characters that take no ink, and so would let two names look the same, or a name look like none.</summary>
internal static class Invisible
{
    /// <summary>
    /// Whether nothing is seen of it: controls, format characters (bidi marks and tag characters among them),
    /// separators of lines, what is unassigned or private, and the letters and symbols that are drawn as nothing.
    /// </summary>
    public static bool Is(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned => true,
        _ => rune.Value is
            0x034F // combining grapheme joiner
            or 0x115F or 0x1160 or 0x3164 or 0xFFA0 // Hangul fillers
            or 0x17B4 or 0x17B5 // Khmer inherent vowels
            or (>= 0x180B and <= 0x180F) // Mongolian free variation selectors and vowel separator
            or 0x2800 // braille blank
            or 0x1D159, // musical null notehead
    };

    /// <summary>Whether it only chooses how the character in front of it is drawn.</summary>
    public static bool IsVariationSelector(Rune rune) => rune.Value is (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);
}
