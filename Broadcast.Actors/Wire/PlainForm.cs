using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Broadcast.Actors.Names;
using Broadcast.Actors.Rooms;

namespace Broadcast.Actors.Wire;

/// <summary>
/// The plain wire form, for a client that offers no subprotocol: one text frame a line, in both directions
/// (docs/protocol.md). One message is one line, and no message can be read as a line of the system's or of anybody else.
/// </summary>
public static class PlainForm
{
    /// <summary>Reads what a person typed. Every text is a line or a command; there are no errors.</summary>
    public static PlainLine Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length == 0)
        {
            return new PlainLine(PlainVerb.Nothing, "");
        }

        if (text[0] != '/')
        {
            return new PlainLine(PlainVerb.Say, text);
        }

        if (text.StartsWith("//", StringComparison.Ordinal))
        {
            return new PlainLine(PlainVerb.Say, text[1..]);
        }

        var space = text.AsSpan().IndexOfAny(WhiteSpace);
        var verb = space < 0 ? text : text[..space];
        var rest = space < 0 ? "" : text[(space + 1)..].Trim();
        return verb switch
        {
            "/name" => new PlainLine(PlainVerb.Rename, rest),
            "/me" => new PlainLine(PlainVerb.Act, rest),
            "/msg" => new PlainLine(PlainVerb.Whisper, rest),
            "/who" => new PlainLine(PlainVerb.Who, ""),
            "/history" => new PlainLine(PlainVerb.History, rest),
            "/help" => new PlainLine(PlainVerb.Help, ""),
            "/quit" => new PlainLine(PlainVerb.Quit, ""),
            _ => new PlainLine(PlainVerb.Unknown, verb),
        };
    }

    /// <summary>
    /// What may be meant by a name and, behind it, a text, the longest name first: names have spaces, but no two in a row,
    /// and at most 32 characters.
    /// </summary>
    /// <returns>Empty where there is no name with a text behind it.</returns>
    public static ImmutableArray<Addressed> Readings(string nameAndText)
    {
        ArgumentNullException.ThrowIfNull(nameAndText);
        var readings = ImmutableArray.CreateBuilder<Addressed>();
        for (var at = nameAndText.AsSpan().IndexOfAny(WhiteSpace); at > 0 && at <= DisplayName.MostBytes;)
        {
            // A name ends before the first of several spaces. Each reading has a text of its own, so there must not be many.
            var text = WhiteSpace.Contains(nameAndText[at - 1]) ? "" : nameAndText[at..].TrimStart();
            if (text.Length > 0 && DisplayName.TryParse(nameAndText[..at], out var name, out _))
            {
                readings.Insert(0, new Addressed(name, text));
            }

            var next = nameAndText.AsSpan(at + 1).IndexOfAny(WhiteSpace);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return readings.ToImmutable();
    }

    /// <summary>Writes the line that everybody sees of a fact, as UTF-8.</summary>
    public static void WriteLine(Fact fact, IBufferWriter<byte> output)
    {
        switch (fact)
        {
            case Said said:
                // No name begins with an asterisk, nor with what looks like one.
                Write(said.IsAction ? "* " : "", output);
                Write(said.Who.Name.Text, output);
                Write(": ", output);
                WriteVisible(said.Text, output);
                break;
            case Joined joined:
                WriteSystem(output, joined.Who.Name.Text, " joined the chat");
                break;
            case Left left:
                WriteSystem(output, left.Who.Name.Text, " left the chat");
                break;
            case Renamed renamed:
                WriteSystem(output, renamed.Was.Text, " is now known as ", renamed.Who.Name.Text);
                break;
            case PresenceChanged changed:
                WriteSystemLine(Sentences.Presence(changed), output);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fact), fact, "A fact that the plain form has no line for.");
        }
    }

    /// <summary>Writes a line of the system's own: <c>System: …</c>.</summary>
    public static void WriteSystemLine(string text, IBufferWriter<byte> output)
    {
        Write("System: ", output);
        WriteVisible(text, output);
    }

    private static readonly SearchValues<char> WhiteSpace = SearchValues.Create(" \t\r\n");

    // Cc except tab, the line and paragraph separators, and the bidi embeddings, overrides and isolates: whatever
    // could break a line in two or reorder it on somebody's screen.
    private static readonly SearchValues<char> Unseen = SearchValues.Create(
        Enumerable.Range(0, 0x20).Where(c => c != '\t')
            .Concat(Enumerable.Range(0x7F, 0x21))
            .Concat([0x2028, 0x2029])
            .Concat(Enumerable.Range(0x202A, 5))
            .Concat(Enumerable.Range(0x2066, 4))
            .Select(c => (char)c)
            .ToArray());

    private static void WriteSystem(IBufferWriter<byte> output, params ReadOnlySpan<string> parts)
    {
        Write("System: ", output);
        foreach (var part in parts)
        {
            Write(part, output);
        }
    }

    private static void WriteVisible(string text, IBufferWriter<byte> output)
    {
        var rest = text.AsSpan();
        for (var at = rest.IndexOfAny(Unseen); at >= 0; at = rest.IndexOfAny(Unseen))
        {
            Write(rest[..at], output);
            Write([Sign(rest[at])], output);
            rest = rest[(at + 1)..];
        }

        Write(rest, output);
    }

    private static char Sign(char unseen) => unseen switch
    {
        '\n' => '␤',
        < ' ' => (char)('\u2400' + unseen),
        _ => '\uFFFD',
    };

    private static void Write(ReadOnlySpan<char> text, IBufferWriter<byte> output) =>
        _ = Encoding.UTF8.GetBytes(text, output);
}

/// <summary>What a person typed: a verb and what stands behind it.</summary>
/// <param name="Verb">What to do.</param>
/// <param name="Text">
/// The line to say, what is done, the name wanted, the name and what is whispered to it, how much of what was before, or the
/// command that nobody knows; otherwise empty.
/// </param>
public readonly record struct PlainLine(PlainVerb Verb, string Text);

/// <summary>What people can type.</summary>
public enum PlainVerb
{
    /// <summary>An empty frame.</summary>
    Nothing,

    /// <summary>A line for everybody; <c>//x</c> says <c>/x</c>.</summary>
    Say,

    /// <summary><c>/name New</c>.</summary>
    Rename,

    /// <summary><c>/me waves</c>; without a text nothing is done.</summary>
    Act,

    /// <summary><c>/msg Name text</c>, for one member's eyes.</summary>
    Whisper,

    /// <summary><c>/who</c>.</summary>
    Who,

    /// <summary><c>/history 20</c>; without a number so many as is usual.</summary>
    History,

    /// <summary><c>/help</c>.</summary>
    Help,

    /// <summary><c>/quit</c>.</summary>
    Quit,

    /// <summary>Anything else that begins with <c>/</c>.</summary>
    Unknown,
}
