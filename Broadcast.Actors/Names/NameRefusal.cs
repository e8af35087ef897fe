using System.Globalization;

namespace Broadcast.Actors.Names;

/// <summary>Why a name cannot be had. The list is closed: these are all there are.</summary>
public sealed record NameRefusal
{
    private NameRefusal(string code, string text)
    {
        Code = code;
        Text = text;
    }

    /// <summary>Nothing is left of it when the white space is gone.</summary>
    public static NameRefusal Empty { get; } = new("name-empty", "a name needs at least one character");

    /// <summary>It is not well-formed Unicode.</summary>
    public static NameRefusal NotText { get; } = new("name-not-text", "that name is not text: send it as UTF-8");

    /// <summary>It has more than 32 characters or 128 bytes of UTF-8.</summary>
    public static NameRefusal TooLong { get; } = new("name-too-long", "a name has at most 32 characters");

    /// <summary>It has more characters than are allowed here, where those are fewer than 32.</summary>
    public static NameRefusal LongerThan(int characters) =>
        new(TooLong.Code, string.Create(CultureInfo.InvariantCulture, $"a name has at most {characters} characters here"));

    /// <summary>It has a control, a line break, a bidi mark, a lone variation selector or another character that is not seen.</summary>
    public static NameRefusal Unseen { get; } = new(
        "name-unseen", "a name has no line breaks, control characters or invisible characters");

    /// <summary>It has a colon, which ends the name in front of a line, or what looks like one.</summary>
    public static NameRefusal Colon { get; } = new("name-colon", "a name has no colon, nor anything that looks like one");

    /// <summary>It would read as a command or as an action, or its first mark would stand on what is in front of the name.</summary>
    public static NameRefusal Beginning { get; } = new("name-beginning", "a name does not begin with / or * or with a combining mark");

    /// <summary>It has a tower of combining marks, which would reach into other people's lines.</summary>
    public static NameRefusal Marks { get; } = new("name-marks", "a name has at most 8 combining marks in a row");

    /// <summary>It is what the system calls itself or those without a name, or looks like it.</summary>
    public static NameRefusal Reserved { get; } = new(
        "name-reserved", "that name, or one that looks like it, is kept for the system: choose another");

    /// <summary>All refusals.</summary>
    public static IReadOnlyList<NameRefusal> All { get; } = [Empty, NotText, TooLong, Unseen, Colon, Beginning, Marks, Reserved];

    /// <summary>What a program knows it by.</summary>
    public string Code { get; }

    /// <summary>A clause that tells a person what a name must be, in lower case and without a full stop.</summary>
    public string Text { get; }

    /// <inheritdoc/>
    public override string ToString() => Code;
}
