using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Broadcast.Actors.Names;

/// <summary>
/// A name that keeps every rule; there are no others of this type. It is trimmed and NFC, its runs of white space are one
/// space, and it has 1 to 32 characters (Unicode scalar values) and at most 128 bytes of UTF-8. It has no character that
/// is not seen, nothing that looks like a colon, no <c>/</c>, <c>*</c> or combining mark in front, at most 8 combining
/// marks in a row, and does not look like what the system uses. Two are equal when they are the same to the letter;
/// <see cref="Comparable"/> says whether people can tell them apart.
/// </summary>
public sealed record DisplayName
{
    /// <summary>The most Unicode scalar values in a name.</summary>
    public const int MostCharacters = 32;

    /// <summary>The most bytes of a name in UTF-8: that many for 32 characters outside of the Basic Multilingual Plane.</summary>
    public const int MostBytes = 128;

    private const int MostMarksInARow = 8;

    // "-20000": the numbers of a full room. A longer name always gives way by so much, so that its numbers stand behind
    // one stem.
    private const int NumberRoom = 6;

    // No character is composed of more than four, nor of more than eight UTF-16 units: what is longer stays too long, and
    // need not be normalised to be refused.
    private const int LongestBeforeComposing = MostCharacters * 8;

    private static readonly ComparableName OfTheSystem = ComparableName.Of("System");

    private DisplayName(string text)
    {
        Text = text;
        Comparable = ComparableName.Of(text);
    }

    /// <summary>Who gives no name is called this, or this with a number.</summary>
    public static DisplayName Anonymous { get; } = new("anonymous");

    /// <summary>The name as it is shown.</summary>
    public string Text { get; }

    /// <summary>What decides whether it is free.</summary>
    public ComparableName Comparable { get; }

    /// <summary>
    /// What <see cref="Numbered"/> puts the number behind: the name, or where that has more than 26 characters, its first 26.
    /// </summary>
    internal string Stem
    {
        get
        {
            var end = 0;
            var characters = 0;
            foreach (var rune in Text.EnumerateRunes())
            {
                if (++characters > MostCharacters - NumberRoom)
                {
                    return Text[..end].TrimEnd(' ');
                }

                end += rune.Utf16SequenceLength;
            }

            return Text;
        }
    }

    /// <summary>Reads what somebody wants to be called. Any string gives a name or a refusal, and a name's text gives that name.</summary>
    /// <param name="raw">As it arrived. Blank or null is refused too: who gives no name is the caller's <see cref="Anonymous"/>.</param>
    /// <param name="name">The name, where the result is true.</param>
    /// <param name="refusal">The first rule that is broken, where the result is false.</param>
    public static bool TryParse(string? raw, [NotNullWhen(true)] out DisplayName? name, [NotNullWhen(false)] out NameRefusal? refusal) =>
        TryParse(raw, MostCharacters, out name, out refusal);

    /// <summary>Reads what somebody wants to be called, where names are to be shorter than they could be.</summary>
    /// <param name="raw">As it arrived.</param>
    /// <param name="mostCharacters">The most Unicode scalar values, at most <see cref="MostCharacters"/>.</param>
    /// <param name="name">The name, where the result is true.</param>
    /// <param name="refusal">The first rule that is broken, where the result is false.</param>
    public static bool TryParse(
        string? raw, int mostCharacters, [NotNullWhen(true)] out DisplayName? name, [NotNullWhen(false)] out NameRefusal? refusal)
    {
        name = null;
        refusal = Tidy(raw ?? "", out var text) ?? RuleBrokenBy(text);
        if (mostCharacters < MostCharacters && (refusal == NameRefusal.TooLong || (refusal is null && text.EnumerateRunes().Count() > mostCharacters)))
        {
            refusal = NameRefusal.LongerThan(mostCharacters);
        }

        if (refusal is null)
        {
            name = new DisplayName(text);
            refusal = IsReserved(name) ? NameRefusal.Reserved : null;
        }

        if (refusal is not null)
        {
            name = null;
            return false;
        }

        return name is not null;
    }

    /// <summary>
    /// The name with <c>-</c> and a number behind it: <c>Bob-2</c>. A name of more than 26 characters is cut to 26 first,
    /// whatever the number, so that there is room for <c>-99999</c>. The result keeps every rule, and each of its comparable
    /// forms is one of the cut name's with the number behind it (see <see cref="ComparableName.SplitNumber"/>).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 2, or over 99,999 and does not fit.</exception>
    public DisplayName Numbered(int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 2);
        var text = string.Create(CultureInfo.InvariantCulture, $"{Stem}-{number}");
        return Fits(text)
            ? new DisplayName(text)
            : throw new ArgumentOutOfRangeException(nameof(number), number, "The number does not fit behind the name.");
    }

    /// <inheritdoc/>
    public bool Equals(DisplayName? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    /// <inheritdoc/>
    public override string ToString() => Text;

    // In order: half characters cannot be normalised, and neither can U+FFFE, which is one of the unseen.
    private static NameRefusal? Tidy(string raw, out string text)
    {
        text = "";
        var tidy = new StringBuilder();
        var trimmed = raw.AsSpan().Trim();
        while (!trimmed.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(trimmed, out var rune, out var length) != OperationStatus.Done)
            {
                return NameRefusal.NotText;
            }

            if (Invisible.Is(rune))
            {
                return NameRefusal.Unseen;
            }

            trimmed = trimmed[length..];
            if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.SpaceSeparator)
            {
                _ = tidy.Append(rune);
            }
            else if (tidy[^1] != ' ')
            {
                _ = tidy.Append(' ');
            }

            if (tidy.Length > LongestBeforeComposing)
            {
                return NameRefusal.TooLong;
            }
        }

        text = tidy.ToString().Normalize(NormalizationForm.FormC);
        return null;
    }

    private static NameRefusal? RuleBrokenBy(string text)
    {
        if (text.Length == 0)
        {
            return NameRefusal.Empty;
        }

        if (!Fits(text))
        {
            return NameRefusal.TooLong;
        }

        if (BeginsBadly(Rune.GetRuneAt(text, 0)))
        {
            return NameRefusal.Beginning;
        }

        var marks = 0;
        var mayBeVaried = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Invisible.IsVariationSelector(rune) && !mayBeVaried)
            {
                return NameRefusal.Unseen;
            }

            if (IsColon(rune))
            {
                return NameRefusal.Colon;
            }

            marks = IsMark(rune) ? marks + 1 : 0;
            if (marks > MostMarksInARow)
            {
                return NameRefusal.Marks;
            }

            mayBeVaried = marks == 0 && rune.Value != ' ';
        }

        return null;
    }

    private static bool Fits(string text) =>
        text.EnumerateRunes().Count() <= MostCharacters && Encoding.UTF8.GetByteCount(text) <= MostBytes;

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    // A variation selector is a mark as well; in front of a name it is alone, which says more.
    private static bool BeginsBadly(Rune first) =>
        first.Value == '/' || (IsMark(first) && !Invisible.IsVariationSelector(first)) || LooksLike(first, '*');

    // The visargas of the Indic scripts are drawn like a colon and are signs on the letter in front of them (Mc).
    private static bool IsColon(Rune rune) =>
        Rune.GetUnicodeCategory(rune) != UnicodeCategory.SpacingCombiningMark
        && (LooksLike(rune, ':') || IsColonOfItsScript(rune));

    // The compatibility form knows what the table of look-alikes leaves to it (U+FE55), and hides what the table knows (U+FE30).
    private static bool LooksLike(Rune rune, char sign)
    {
        if (rune.IsAscii)
        {
            return rune.Value == sign;
        }

        var text = rune.ToString();
        return Confusables.Skeleton(text).Contains(sign, StringComparison.Ordinal)
            || Confusables.Skeleton(text.Normalize(NormalizationForm.FormKC)).Contains(sign, StringComparison.Ordinal);
    }

    // Two dots, one above the other, that Unicode's table does not have.
    private static bool IsColonOfItsScript(Rune rune) => rune.Value is
        0x1361 // Ethiopic wordspace
        or 0x1365 or 0x1366 // Ethiopic colons
        or 0x2982 // Z notation type colon
        or 0xA6F4 // Bamum colon
        or 0xFBBD or 0xFBBE // Arabic symbols two dots vertically
        or 0x12471; // cuneiform vertical colon

    private static bool IsReserved(DisplayName name) =>
        name.Comparable.ConflictsWith(OfTheSystem)
        || LettersOf(name.Text).ConflictsWith(OfTheSystem)
        || (!IsAnonymous(name.Text, Anonymous.Text, "0123456789", StringComparison.OrdinalIgnoreCase)
            && Array.Exists([.. name.Comparable.Forms], LooksAnonymous));

    // In front of a line, the system's name with a dot, a hyphen or a mark is the system's name; and some small letters
    // look like it as capitals only.
    private static ComparableName LettersOf(string text) => ComparableName.Of(string.Concat(
        text.Normalize(NormalizationForm.FormKD).EnumerateRunes().Where(Rune.IsLetterOrDigit).Select(rune => rune.ToString())).ToUpperInvariant());

    private static bool LooksAnonymous(string form) =>
        IsAnonymous(form, Anonymous.Comparable.Forms[0], "ol23456789", StringComparison.Ordinal);

    private static bool IsAnonymous(string text, string anonymous, string digits, StringComparison comparison) =>
        text.StartsWith(anonymous, comparison)
        && (text.Length == anonymous.Length
            || (text[anonymous.Length] == '-' && text.AsSpan(anonymous.Length + 1).Trim(digits).IsEmpty));
}
