using System.Globalization;
using System.Text;

namespace Broadcast.Actors.Names;

/// <summary>
/// Characters of which nothing is seen, or nothing that means the same to everybody: with them two names look the same,
/// a name looks like none, or what stands behind it is turned round.
/// </summary>
internal static class Invisible
{
    /// <summary>
    /// Whether a name may not have it: controls (Cc), format characters (Cf: bidi marks, joiners and tags among them),
    /// separators of lines (Zl, Zp), private (Co), half (Cs) and unassigned characters (Cn), Unicode's other default
    /// ignorables but for the variation selectors, and the letters and symbols that are drawn as a blank.
    /// </summary>
    public static bool Is(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned => true,
        _ => (IsIgnorable(rune) && !IsVariationSelector(rune)) || IsBlank(rune),
    };

    /// <summary>Whether it is one of VS1 to VS256, which choose how the character in front of them is drawn.</summary>
    public static bool IsVariationSelector(Rune rune) => rune.Value is (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);

    /// <summary>Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties.txt), which a skeleton leaves out.</summary>
    public static bool IsIgnorable(Rune rune) => rune.Value is
        0x00AD // soft hyphen
        or 0x034F // combining grapheme joiner
        or 0x061C // Arabic letter mark
        or 0x115F or 0x1160 or 0x3164 or 0xFFA0 // Hangul fillers
        or 0x17B4 or 0x17B5 // Khmer inherent vowels
        or (>= 0x180B and <= 0x180F) // Mongolian variation selectors and vowel separator
        or (>= 0x200B and <= 0x200F) // zero width space and joiners, bidi marks
        or (>= 0x202A and <= 0x202E) // bidi embeddings and overrides
        or (>= 0x2060 and <= 0x206F) // word joiner, invisible operators, bidi isolates
        or (>= 0xFE00 and <= 0xFE0F) // variation selectors
        or 0xFEFF // byte order mark
        or (>= 0xFFF0 and <= 0xFFF8) // reserved
        or (>= 0x1BCA0 and <= 0x1BCA3) // shorthand format controls
        or (>= 0x1D173 and <= 0x1D17A) // musical format controls
        or (>= 0xE0000 and <= 0xE0FFF); // tags, more variation selectors, reserved

    private static bool IsBlank(Rune rune) => rune.Value is
        0x2800 // braille pattern blank
        or 0xFFFC // object replacement character
        or 0x13441 or 0x13442 // Egyptian hieroglyph blanks
        or 0x16FE4 // Khitan small script filler
        or 0x1D159; // musical symbol null notehead
}
