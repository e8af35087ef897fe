using System.Globalization;
using System.Text;

namespace Broadcast.Verify.Orders;

/// <summary>What docs/protocol.md says of names, as far as the names that are used here need it.</summary>
internal static class Names
{
    // Of the look-alikes those that the histories use.
    private const string Alike = "АаВвЕеКкМмНнОоРрСсТтХху";
    private const string Latin = "aabbeekkmmhhooppcсttxxy";

    /// <summary>Whether people could take one for the other.</summary>
    public static bool Conflict(string one, string other) => string.Equals(Skeleton(one), Skeleton(other), StringComparison.Ordinal);

    /// <summary>Whether somebody who asked for a name may have been given another.</summary>
    public static bool MayBecome(string wanted, string given, int mostCharacters)
    {
        var tidy = wanted.Trim().Normalize();
        // Of the rules of names those that the names here break.
        var isRefused = tidy.Length == 0 || Length(tidy) > mostCharacters || tidy.EnumerateRunes().Any(rune => Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format);
        var name = isRefused ? "anonymous" : tidy;
        return given == name || IsNumbered(given, Head(name));
    }

    /// <summary>The number behind a name that was taken; null where there is none.</summary>
    public static int? NumberBehind(string wanted, string given) =>
        given != wanted && IsNumbered(given, Head(wanted)) ? int.Parse(given[(Head(wanted).Length + 1)..], CultureInfo.InvariantCulture) : null;

    /// <summary>The name with a number behind it.</summary>
    public static string Numbered(string wanted, int number) => string.Create(CultureInfo.InvariantCulture, $"{Head(wanted)}-{number}");

    private static bool IsNumbered(string given, string head) =>
        given.StartsWith(head + "-", StringComparison.Ordinal)
        && int.TryParse(given.AsSpan(head.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 2;

    private static string Head(string wanted) => Length(wanted) <= 26 ? wanted : string.Concat(wanted.EnumerateRunes().Take(26)).TrimEnd();

    private static int Length(string name) => name.EnumerateRunes().Count();

    private static string Skeleton(string name)
    {
        var skeleton = new StringBuilder(name.Length);
        foreach (var c in name)
        {
            var place = Alike.IndexOf(c, StringComparison.Ordinal);
            _ = skeleton.Append(place < 0 ? char.ToLowerInvariant(c) : Latin[place]);
        }

        return skeleton.ToString();
    }
}
