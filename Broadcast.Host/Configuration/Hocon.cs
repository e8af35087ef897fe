using System.Globalization;
using Akka.Configuration;

namespace Broadcast.Host.Configuration;

/// <summary>
/// HOCON, with what the parser behind it does not see: it takes a file that is cut off for a whole one, overflows the
/// stack on a <c>${key}</c> that leads back to itself, and runs for ever where a list holds what is no value, as
/// <c>[https://chat.example.org]</c> does. It takes three quotes for a text or for a key by what it has read before, and
/// leaves a section in a list early: without those two, what is in a list is the same for it and for the check.
/// </summary>
internal static class Hocon
{
    // A section, and what ends a text without quotes (HOCON, "Unquoted strings") and stands for nothing in a list.
    private const string NotInList = "{:=`^?!@*&\\$";

    /// <summary>Parses a text.</summary>
    /// <exception cref="FormatException">It is not HOCON, or includes or substitutes something.</exception>
    /// <exception cref="ConfigurationException">It is not HOCON.</exception>
    public static Config Parse(string text)
    {
        CheckBrackets(text);
        return ConfigurationFactory.ParseString(text, _ => throw new FormatException("include is not taken here: write it into one file"));
    }

    private static void CheckBrackets(string text)
    {
        var line = 1;
        Stack<(char Bracket, int Line)> open = [];
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\n':
                    line++;
                    break;
                case '#':
                case '/' when IsAt(text, i, "//"):
                    i = EndOfLine(text, i) - 1;
                    break;
                case '"' when IsAt(text, i, "\"\"\""):
                    throw Fault(line, "three quotes are not taken here: write one, and \\n for a line break");
                case '"':
                    var end = EndOfQuotes(text, i);
                    if (end < 0)
                    {
                        throw Fault(line, "a quote is not closed");
                    }

                    i = end - 1;
                    break;
                case '$' when IsAt(text, i, "${"):
                    throw Fault(line, "${} is not taken here: write the value itself");
                case var other when NotInList.Contains(other, StringComparison.Ordinal) && open.TryPeek(out var inside) && inside.Bracket == '[':
                    throw Fault(line, $"{other} may stand in a list only between quotes");
                case '{' or '[':
                    open.Push((text[i], line));
                    break;
                case '}' or ']' when !open.TryPop(out var opened) || opened.Bracket != (text[i] == '}' ? '{' : '['):
                    throw Fault(line, $"{text[i]} closes nothing");
            }
        }

        if (open.TryPeek(out var left))
        {
            throw Fault(left.Line, $"{left.Bracket} is not closed");
        }
    }

    private static int EndOfLine(string text, int start) =>
        text.IndexOf('\n', start) is var end and >= 0 ? end : text.Length;

    // The index behind the closing quote; -1 where the line has none.
    private static int EndOfQuotes(string text, int start)
    {
        for (var i = start + 1; i < text.Length && text[i] != '\n'; i++)
        {
            switch (text[i])
            {
                case '"':
                    return i + 1;
                case '\\':
                    i++;
                    break;
            }
        }

        return -1;
    }

    private static bool IsAt(string text, int index, string what) => text.AsSpan(index).StartsWith(what, StringComparison.Ordinal);

    private static FormatException Fault(int line, string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"line {line}: {what}"));
}
