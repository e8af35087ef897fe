using System.Globalization;
using System.Text;

namespace Broadcast.Actors.Names;

/// <summary>What looks like what: the skeleton of Unicode UTS 39, section 4.</summary>
internal static partial class Confusables
{
    private static readonly Dictionary<int, string> Prototypes = Read();

    /// <summary>
    /// The skeleton: two texts that look alike have the same. It is no text to show anybody. Characters that are not
    /// seen are left out.
    /// </summary>
    public static string Skeleton(string text)
    {
        var skeleton = new StringBuilder(text.Length * 2);
        foreach (var rune in text.Normalize(NormalizationForm.FormD).EnumerateRunes())
        {
            if (Prototypes.TryGetValue(rune.Value, out var prototype))
            {
                _ = skeleton.Append(prototype);
            }
            else if (!Invisible.Is(rune) && !Invisible.IsVariationSelector(rune))
            {
                _ = skeleton.Append(rune.ToString());
            }
        }

        return skeleton.ToString().Normalize(NormalizationForm.FormD);
    }

    /// <summary>The one character's prototype; the character itself where nothing looks like it.</summary>
    public static string Prototype(Rune rune) => Prototypes.TryGetValue(rune.Value, out var prototype) ? prototype : rune.ToString();

    private static Dictionary<int, string> Read()
    {
        var prototypes = new Dictionary<int, string>();
        foreach (var range in Data.AsSpan().SplitAny(' ', '\n'))
        {
            var entry = Data.AsSpan()[range].Trim();
            var equals = entry.IndexOf('=');
            if (equals < 0)
            {
                continue;
            }

            var prototype = new StringBuilder();
            var codes = entry[(equals + 1)..];
            foreach (var code in codes.Split('+'))
            {
                _ = prototype.Append(new Rune(Hex(codes[code])).ToString());
            }

            prototypes.Add(Hex(entry[..equals]), prototype.ToString());
        }

        return prototypes;
    }

    private static int Hex(ReadOnlySpan<char> text) =>
        int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
