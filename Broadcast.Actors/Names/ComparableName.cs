using System.Collections.Immutable;
using System.Text;

namespace Broadcast.Actors.Names;

/// <summary>
/// What decides whether two names can be told apart, ignoring case and look-alikes. One folding is not enough:
/// small Cyrillic ve looks like no Latin letter, the capital looks like B, and the two are one letter. So a name has
/// two forms, each the skeleton (Unicode UTS 39) of the case-folded compatibility form (NFKC): of the name as it is, and
/// of what it looks like as it is. They are the same for most names. Two names conflict where they share a form.
/// </summary>
public sealed class ComparableName
{
    internal ComparableName(string text)
    {
        var compatible = text.Normalize(NormalizationForm.FormKC);
        var folded = Form(compatible);
        var seen = Form(Confusables.Skeleton(compatible));
        Forms = folded == seen ? [folded] : [folded, seen];
    }

    /// <summary>The forms: one or two.</summary>
    public ImmutableArray<string> Forms { get; }

    /// <summary>Whether people could take one name for the other.</summary>
    public bool ConflictsWith(ComparableName other) => Forms.Any(other.Forms.Contains);

    // A digit's prototype may be a capital letter, so the skeleton is folded as well.
    private static string Form(string text) => Fold(Confusables.Skeleton(Fold(text)));

    // Full case folding is not in the framework. Up and down again does all of it but the letters whose capital is two.
    private static string Fold(string text) =>
        string.Concat(text.ToUpperInvariant().Select(char.ToLowerInvariant))
            .Replace("ß", "ss", StringComparison.Ordinal)
            .Normalize(NormalizationForm.FormKC);
}
