namespace Broadcast.Actors.Wire;

/// <summary>What a client can do wrong in the form <see cref="JsonForm.Subprotocol"/>. The list is closed: these are all there are.</summary>
public sealed record ErrorCode
{
    private ErrorCode(string code, string text)
    {
        Code = code;
        Text = text;
    }

    /// <summary>The frame is none that there is, or its number is one that is no longer remembered.</summary>
    public static ErrorCode BadRequest { get; } = new("bad-request", "that frame is not understood: send one JSON object that has a known type");

    /// <summary>Somebody has that name, or one that looks like it.</summary>
    public static ErrorCode NameTaken { get; } = new("name-taken", "that name is taken or looks like one that is: choose another");

    /// <summary>The name breaks a rule (<see cref="Names.NameRefusal"/>, whose text says which).</summary>
    public static ErrorCode NameInvalid { get; } = new("name-invalid", "that name breaks a rule: choose another");

    /// <summary>The text is longer than the server passes on.</summary>
    public static ErrorCode TooLong { get; } = new("too-long", "that text is too long: send shorter lines");

    /// <summary>The client sends faster than it may.</summary>
    public static ErrorCode TooFast { get; } = new("too-fast", "that is too fast: wait a moment and send it again");

    /// <summary>Who is meant is not here, or away, or does not read what it has been sent already.</summary>
    public static ErrorCode NotHere { get; } = new("not-here", "nobody of that name can hear you now: ask who is here");

    /// <summary>The client may not do that.</summary>
    public static ErrorCode NotAllowed { get; } = new("not-allowed", "that is not allowed here: ask whoever runs the server");

    /// <summary>The client's first frame is another, or has not come in time.</summary>
    public static ErrorCode HelloFirst { get; } = new("hello-first", "the first frame has to be a hello: send it within 5 seconds");

    /// <summary>All codes.</summary>
    public static IReadOnlyList<ErrorCode> All { get; } =
        [BadRequest, NameTaken, NameInvalid, TooLong, TooFast, NotHere, NotAllowed, HelloFirst];

    /// <summary>What a program knows it by.</summary>
    public string Code { get; }

    /// <summary>A clause that tells a person what to do, in lower case and without a full stop.</summary>
    public string Text { get; }

    /// <inheritdoc/>
    public override string ToString() => Code;
}
