using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Broadcast.Actors.Names;

/// <summary>
/// A name that can be shown to anybody: trimmed, in Unicode's composed form (NFC), runs of white space made one space;
/// 1 to 32 Unicode scalar values and at most 128 bytes of UTF-8; without controls, line breaks, invisible characters
/// and colons, so that nobody's line can be read as another's. Whoever has one need not check it.
/// </summary>
public sealed class DisplayName : IEquatable<DisplayName>
{
    /// <summary>The most Unicode scalar values in a name.</summary>
    public const int MostCharacters = 32;

    /// <summary>The most bytes in a name, as UTF-8.</summary>
    public const int MostBytes = 128;

    private const int MostMarksInARow = 8;

    // Far more than any name has, in whatever form it comes: longer ones are not even looked at.
    private const int LongestLookedAt = 1024;

    // A number's room: a hyphen and five digits.
    private const int NumberRoom = 6;

    private static readonly char[] Spaces =
        [.. Enumerable.Range(0, char.MaxValue).Select(c => (char)c).Where(c => char.GetUnicodeCategory(c) == UnicodeCategory.SpaceSeparator)];

    private static readonly ComparableName System = new("System");

    private DisplayName(string text)
    {
        Text = text;
        Comparable = new ComparableName(text);
    }

    /// <summary>Who gives no name is called so, with a number where that is taken.</summary>
    public static DisplayName Anonymous { get; } = new("anonymous");

    /// <summary>The name.</summary>
    public string Text { get; }

    /// <summary>What decides whether it can be told from others.</summary>
    public ComparableName Comparable { get; }

    /// <summary>Makes a name out of what somebody gave for one.</summary>
    /// <returns>False where the rules refuse it; <paramref name="refusal"/> says which.</returns>
    public static bool TryParse(
        string? raw, [NotNullWhen(true)] out DisplayName? name, [NotNullWhen(false)] out NameRefusal? refusal)
    {
        name = null;
        refusal = Normalize(raw ?? "", out var text) ?? RuleBrokenBy(text);
        if (refusal is not null)
        {
            return false;
        }

        var parsed = new DisplayName(text);
        if (IsReserved(parsed))
        {
            refusal = NameRefusal.Reserved;
            return false;
        }

        name = parsed;
        return true;
    }

    /// <summary>
    /// The name with a number behind it, as in <c>Bob-2</c>. A name too long for that is cut, by the same amount for
    /// every number.
    /// </summary>
    public DisplayName Numbered(int number) => new(string.Create(CultureInfo.InvariantCulture, $"{Stem()}-{number}"));

    /// <inheritdoc/>
    public bool Equals(DisplayName? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DisplayName);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Whether both are the same to the letter.</summary>
    public static bool operator ==(DisplayName? left, DisplayName? right) => Equals(left, right);

    /// <summary>Whether they differ in any letter.</summary>
    public static bool operator !=(DisplayName? left, DisplayName? right) => !Equals(left, right);

    private static NameRefusal? Normalize(string raw, out string text)
    {
        text = raw.Trim();
        if (text.Length > LongestLookedAt)
        {
            return NameRefusal.TooLong;
        }

        try
        {
            text = text.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            // A lone surrogate, which is no character.
            return NameRefusal.NotText;
        }

        text = string.Join(' ', text.Split(Spaces, StringSplitOptions.RemoveEmptyEntries));
        return null;
    }

    private static NameRefusal? RuleBrokenBy(string text)
    {
        int characters = 0, marks = 0;
        var selectable = false;
        foreach (var rune in text.EnumerateRunes())
        {
            characters++;
            var isMark = Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
            marks = isMark ? marks + 1 : 0;
            if (Invisible.Is(rune) || (Invisible.IsVariationSelector(rune) && !selectable))
            {
                return NameRefusal.Unseen;
            }

            if (characters == 1 && (isMark || rune.Value == '/' || Confusables.Prototype(rune) == "*"))
            {
                return NameRefusal.Beginning;
            }

            // A visarga looks like a colon and is a letter's sign; it stands on its letter.
            if (!isMark && LooksLikeColon(rune))
            {
                return NameRefusal.Colon;
            }

            if (marks > MostMarksInARow)
            {
                return NameRefusal.Marks;
            }

            selectable = !isMark && rune.Value != ' ';
        }

        return characters == 0 ? NameRefusal.Empty
            : characters > MostCharacters || Encoding.UTF8.GetByteCount(text) > MostBytes ? NameRefusal.TooLong
            : null;
    }

    private static bool LooksLikeColon(Rune rune) =>
        rune.Value == ':'
        || (!rune.IsAscii
            && (Confusables.Prototype(rune).Contains(':', StringComparison.Ordinal)
                || rune.ToString().Normalize(NormalizationForm.FormKC).Contains(':', StringComparison.Ordinal)));

    private static bool IsReserved(DisplayName name) =>
        name.Comparable.ConflictsWith(System)
        || (!IsPlainAnonymous(name.Text)
            && name.Comparable.Forms.Any(form => Anonymous.Comparable.Forms[0] == (NumberedForm.Read(form)?.Stem ?? form)));

    private static bool IsPlainAnonymous(string text) =>
        Ascii.IsValid(text)
        && text.StartsWith(Anonymous.Text, StringComparison.OrdinalIgnoreCase)
        && text.AsSpan(Anonymous.Text.Length).TrimStart('-').TrimEnd("0123456789").IsEmpty;

    private string Stem()
    {
        var stem = new StringBuilder();
        int characters = 0, bytes = 0;
        foreach (var rune in Text.EnumerateRunes())
        {
            characters++;
            bytes += rune.Utf8SequenceLength;
            if (characters > MostCharacters - NumberRoom || bytes > MostBytes - NumberRoom)
            {
                break;
            }

            _ = stem.Append(rune.ToString());
        }

        return stem.ToString().TrimEnd();
    }
}
