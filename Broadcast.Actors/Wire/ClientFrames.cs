using System.Text;

namespace Broadcast.Actors.Wire;

/// <summary>
/// What a client says in the form <see cref="JsonForm.Subprotocol"/>, one of these a frame. Every text in them is
/// well-formed Unicode and has no other rule yet. From <see cref="JsonForm.Parse(string)"/>.
/// </summary>
public abstract record ClientFrame;

/// <summary><c>hello</c>: the client's first frame.</summary>
/// <param name="Name">The name it wants, as it gave it.</param>
/// <param name="Resume">Where it was, where it has been here before; otherwise null.</param>
/// <param name="Key">What lets it in, where the server wants a key and has not been given it in the request; otherwise null. A secret.</param>
public sealed record Hello(string Name, ResumeFrom? Resume, string? Key = null) : ClientFrame
{
    /// <inheritdoc/>
    // Printed, the key would be in a log sooner or later.
    protected override bool PrintMembers(StringBuilder builder)
    {
        _ = builder.Append("Name = ").Append(Name).Append(", Resume = ").Append(Resume);
        return true;
    }
}

/// <summary>Where a client was when its connection ended: in <see cref="Hello"/>.</summary>
/// <param name="Token">What it was given to prove who it is; a secret, as it gave it.</param>
/// <param name="Epoch">The room's epoch then.</param>
/// <param name="Seq">The last fact that it has; 0 or more.</param>
public sealed record ResumeFrom(string Token, string Epoch, long Seq)
{
    // Printed, it would be in a log sooner or later.
    private bool PrintMembers(StringBuilder builder)
    {
        _ = builder.Append("Epoch = ").Append(Epoch).Append(", Seq = ").Append(Seq);
        return true;
    }
}

/// <summary><c>say</c>: a line for everybody.</summary>
/// <param name="Text">The line; any text, line breaks included.</param>
/// <param name="Action">Whether it is something that the speaker does.</param>
/// <param name="N">The client's number for it, 1 to 2^53 - 1.</param>
public sealed record SayText(string Text, bool Action, long N) : ClientFrame;

/// <summary><c>rename</c>: the client wants to be called something else.</summary>
/// <param name="Name">The name it wants, as it gave it.</param>
/// <param name="N">The client's number for it, 1 to 2^53 - 1.</param>
public sealed record RenameTo(string Name, long N) : ClientFrame;

/// <summary><c>whisper</c>: a line for one other.</summary>
/// <param name="To">The name of the one it is for, as the client gave it.</param>
/// <param name="Text">The line; any text, line breaks included.</param>
/// <param name="N">The client's number for it, 1 to 2^53 - 1.</param>
public sealed record WhisperTo(string To, string Text, long N) : ClientFrame;

/// <summary><c>who</c>: the client asks who is here.</summary>
public sealed record WhoAsked : ClientFrame;

/// <summary><c>history</c>: the client asks for what was before.</summary>
/// <param name="Before">Only facts with lower numbers, 1 or more; null for the latest.</param>
/// <param name="Limit">At most so many, 1 or more; null for as many as the server gives.</param>
public sealed record HistoryAsked(long? Before, int? Limit) : ClientFrame;

/// <summary><c>ping</c>: the client asks for a <c>pong</c>.</summary>
public sealed record PingAsked : ClientFrame;

/// <summary><c>leave</c>: the client says goodbye.</summary>
public sealed record LeaveAsked : ClientFrame;

/// <summary>Anything else: answered with the error <c>bad-request</c>.</summary>
/// <param name="Why">What is wrong and what to send instead: a clause in lower case and without a full stop.</param>
/// <param name="N">The frame's <c>n</c>, where it is a good one and the frame is JSON; otherwise null.</param>
/// <param name="IsHello">Whether it is a <c>hello</c>, and another of its fields is wrong.</param>
public sealed record BadRequest(string Why, long? N, bool IsHello = false) : ClientFrame;
