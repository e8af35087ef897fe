using System.Text;

namespace Broadcast.Cli;

/// <summary>
/// Makes text from elsewhere safe to print. A terminal obeys control characters wherever they come from, so each is
/// replaced by a sign that shows it was there: the control pictures of U+2400 for C0, <c>␤</c> for a line break,
/// <c>�</c> for C1, marks that change the direction of text, the line and paragraph separators, and lone surrogates.
/// Tab and everything else stay as they are.
/// </summary>
internal static class VisibleText
{
    private const char LineBreak = '\u2424';
    private const char Delete = '\u2421';
    private const char Replacement = '\uFFFD';

    /// <summary>The text with nothing left in it that a terminal would obey.</summary>
    public static string Of(string text)
    {
        var clean = 0;
        while (clean < text.Length && !IsObeyed(text, clean))
        {
            clean++;
        }

        if (clean == text.Length)
        {
            return text;
        }

        var visible = new StringBuilder(text.Length);
        visible.Append(text, 0, clean);
        for (var i = clean; i < text.Length; i++)
        {
            if (text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n')
            {
                continue;
            }

            visible.Append(IsObeyed(text, i) ? Sign(text[i]) : text[i]);
        }

        return visible.ToString();
    }

    /// <summary>Whether a terminal might obey the character at a place.</summary>
    public static bool IsObeyed(string text, int i) => text[i] switch
    {
        '\t' => false,
        < ' ' or (>= '\u007F' and <= '\u009F') => true,
        '\u061C' or '\u200E' or '\u200F' => true,
        >= '\u2028' and <= '\u202E' => true,
        >= '\u2066' and <= '\u2069' => true,
        var c when char.IsHighSurrogate(c) => i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]),
        var c when char.IsLowSurrogate(c) => i == 0 || !char.IsHighSurrogate(text[i - 1]),
        _ => false,
    };

    private static char Sign(char c) => c switch
    {
        '\n' => LineBreak,
        < ' ' => (char)(0x2400 + c),
        '\u007F' => Delete,
        _ => Replacement,
    };
}
