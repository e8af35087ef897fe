using System.Globalization;

namespace Broadcast.Actors.Names;

/// <summary>A comparable form that is another with a number behind it.</summary>
/// <param name="Stem">The form in front of the hyphen.</param>
/// <param name="Number">The number, at least 2.</param>
internal readonly record struct NumberedForm(string Stem, int Number)
{
    private const int MostDigits = 9;

    /// <summary>Reads a form; null where it has no such number behind it.</summary>
    public static NumberedForm? Read(string form)
    {
        var hyphen = form.LastIndexOf('-');
        var digits = hyphen < 0 ? [] : form.AsSpan(hyphen + 1);
        if (digits.Length is 0 or > MostDigits || Digit(digits[0]) == '0')
        {
            return null;
        }

        Span<char> number = stackalloc char[digits.Length];
        for (var i = 0; i < digits.Length; i++)
        {
            number[i] = Digit(digits[i]);
        }

        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 2
            ? new NumberedForm(form[..hyphen], value)
            : null;
    }

    // In a skeleton, the digits that look like letters are letters.
    private static char Digit(char c) => c switch { 'o' => '0', 'l' => '1', _ => c };
}
