using System.Buffers;
using System.Globalization;
using System.Text;

namespace Broadcast.Actors.Names;

/// <summary>
/// What looks like what: the skeleton of Unicode UTS 39, section 4. The table beside it (Unicode 10.0.0) is made by
/// <c>generate-confusables.mjs</c>, and its prototypes are final: a skeleton is its own skeleton.
/// </summary>
internal static partial class Confusables
{
    private static readonly Dictionary<int, string> Prototypes = ReadTable();

    /// <summary>
    /// Two texts that look alike have the same skeleton; it is nothing to show anybody. Characters that are not seen are
    /// left out of it.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="text"/> has a lone surrogate or U+FFFE.</exception>
    public static string Skeleton(string text)
    {
        var skeleton = new StringBuilder(text.Length + 8);
        foreach (var rune in text.Normalize(NormalizationForm.FormD).EnumerateRunes())
        {
            if (Invisible.IsIgnorable(rune))
            {
                continue;
            }

            _ = Prototypes.TryGetValue(rune.Value, out var prototype) ? skeleton.Append(prototype) : skeleton.Append(rune);
        }

        return skeleton.ToString().Normalize(NormalizationForm.FormD);
    }

    private static Dictionary<int, string> ReadTable()
    {
        var prototypes = new Dictionary<int, string>(capacity: 6400);
        var separators = SearchValues.Create(" \r\n"u8);
        var rest = Table;
        var prototype = "";
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOfAny(separators);
            var token = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            if (token.IsEmpty)
            {
                continue;
            }

            if (token[0] == '=')
            {
                prototype = ReadPrototype(token[1..]);
            }
            else
            {
                prototypes.Add(ReadCharacter(token), prototype);
            }
        }

        return prototypes;
    }

    private static string ReadPrototype(ReadOnlySpan<byte> token)
    {
        var prototype = new StringBuilder();
        foreach (var character in token.Split((byte)'+'))
        {
            _ = prototype.Append(new Rune(ReadCharacter(token[character])));
        }

        return prototype.ToString();
    }

    private static int ReadCharacter(ReadOnlySpan<byte> token) =>
        int.Parse(token, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
