namespace Broadcast.Actors.Names;

/// <summary>Why a name cannot be used, in words that tell what to do.</summary>
/// <param name="Text">A clause that begins in lower case and has no full stop.</param>
public sealed record NameRefusal(string Text)
{
    /// <summary>Nothing is there, or nothing that is seen.</summary>
    public static NameRefusal Empty { get; } = new("a name needs at least one visible character");

    /// <summary>It is not well-formed Unicode.</summary>
    public static NameRefusal NotText { get; } = new("that name is not text: send it as UTF-8");

    /// <summary>More than 32 characters or 128 bytes.</summary>
    public static NameRefusal TooLong { get; } = new("a name has at most 32 characters and 128 bytes of UTF-8");

    /// <summary>A control, a line break, a bidi mark or another character that takes no ink.</summary>
    public static NameRefusal Unseen { get; } = new("a name has no control characters, line breaks or invisible characters");

    /// <summary>A colon, or what looks like one: it ends the name in front of a line.</summary>
    public static NameRefusal Colon { get; } = new("a name has no colon, nor what looks like one");

    /// <summary>It would read as a command, or as an action.</summary>
    public static NameRefusal Beginning { get; } = new("a name does not begin with / or *, nor with a combining mark");

    /// <summary>A tower of combining marks.</summary>
    public static NameRefusal Marks { get; } = new("a name has at most 8 combining marks in a row");

    /// <summary>It is, or looks like, a name that the system uses.</summary>
    public static NameRefusal Reserved { get; } = new("that name is reserved, or looks like one that is");
}
