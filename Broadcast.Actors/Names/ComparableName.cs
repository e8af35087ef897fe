using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Broadcast.Actors.Names;

/// <summary>
/// What decides whether two names can be told apart, ignoring case and look-alikes (Unicode UTS 39, section 4, over NFKC
/// and case folding). One folding is not enough: small Cyrillic <c>в</c> looks like no Latin letter, its capital looks
/// like <c>B</c>, and both are one letter. So a name claims two forms, of the letters it is written in and of the letters
/// it seems to be written in, which are the same for most names. Two names conflict when they share any form.
/// </summary>
public sealed class ComparableName
{
    private const int LowestNumber = 2;
    private const int MostDigits = 9;

    private ComparableName(ImmutableArray<string> forms) => Forms = forms;

    /// <summary>
    /// One or two different strings, to be compared by ordinal and shown to nobody. A form has no <c>0</c> and no
    /// <c>1</c>: they look like <c>o</c> and <c>l</c>.
    /// </summary>
    public ImmutableArray<string> Forms { get; }

    /// <summary>Whether people could take one name for the other.</summary>
    public bool ConflictsWith(ComparableName other) => Forms.Intersect(other.Forms, StringComparer.Ordinal).Any();

    /// <summary>
    /// The way back from a form of <see cref="DisplayName.Numbered"/>: <c>bob-lo</c> is number 10 of <c>bob</c>. Null
    /// for a form without a hyphen and a number of 2 to 999,999,999 behind it that does not begin with 0.
    /// </summary>
    /// <remarks>
    /// For each form of a stem and each number there is exactly one form, and this finds them again:
    /// <c>SplitNumber(WithNumber(stem, number)) == (stem, number)</c>.
    /// </remarks>
    public static (string Stem, int Number)? SplitNumber(string form)
    {
        var hyphen = form.LastIndexOf('-');
        var suffix = form.AsSpan(hyphen + 1);
        if (hyphen < 0 || suffix.Length is 0 or > MostDigits || suffix[0] == 'o')
        {
            return null;
        }

        var number = 0;
        foreach (var character in suffix)
        {
            var digit = character switch { 'o' => 0, 'l' => 1, >= '2' and <= '9' => character - '0', _ => -1 };
            if (digit < 0)
            {
                return null;
            }

            number = (number * 10) + digit;
        }

        return number < LowestNumber ? null : (form[..hyphen], number);
    }

    internal static string WithNumber(string stem, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{stem}-{number}").Replace('0', 'o').Replace('1', 'l');

    internal static ComparableName Of(string text)
    {
        var compatible = text.Normalize(NormalizationForm.FormKC);
        var written = Form(compatible);
        var seen = Form(Confusables.Skeleton(compatible));
        return new ComparableName(written == seen ? [written] : [written, seen]);
    }

    // The prototypes of some characters without case are capitals (0 looks like O), so the skeleton is folded as well. And
    // i or j with a dot above looks like i or j: the fonts put the dot in the same place.
    private static string Form(string text) => Fold(Confusables.Skeleton(Fold(text)))
        .Replace("i\u0307", "i", StringComparison.Ordinal)
        .Replace("j\u0307", "j", StringComparison.Ordinal);

    // Full case folding (Unicode 3.13, CaseFolding.txt C and F) is not in the framework, which maps one character to one.
    // Up and down again joins what only one of the two joins (both small sigmas have one capital). Of the letters that
    // fold to several, the decomposed text has only sharp s and the Armenian ligature ech yiwn.
    private static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length + 4);
        foreach (var rune in text.Normalize(NormalizationForm.FormD).EnumerateRunes())
        {
            var lower = Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune));
            _ = lower.Value switch
            {
                'ß' => folded.Append("ss"),
                'և' => folded.Append("եւ"),
                _ => folded.Append(lower),
            };
        }

        return folded.ToString().Normalize(NormalizationForm.FormD);
    }
}
