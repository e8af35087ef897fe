using Akka.Event;
using Broadcast.Actors.Door;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Wire;

namespace Broadcast.Actors.Sessions;

// From the host.

/// <summary>
/// The host has a connection that wants in. To <see cref="SessionsActor"/>; the session that it gets attaches itself.
/// </summary>
/// <param name="Connection">The far end.</param>
/// <param name="Name">The name it gave, as it gave it; null where it gave none.</param>
/// <param name="NameUnreadable">Whether it gave a name that is no text at all (not UTF-8).</param>
/// <param name="Form">The form that it has chosen.</param>
/// <param name="Standing">What the request has shown of who it is.</param>
public sealed record Open(
    IConnection Connection, string? Name, bool NameUnreadable = false, WireForm Form = WireForm.Plain, Standing? Standing = null);

/// <summary>What somebody has shown of who it is.</summary>
/// <param name="HasKey">Whether it may come in; otherwise it has to give the key first.</param>
/// <param name="Name">The name that it has been given and cannot change; null where it chooses one.</param>
/// <param name="From">Where wrong keys are counted; null where they are not.</param>
public sealed record Standing(bool HasKey, string? Name = null, Neighbourhood? From = null)
{
    /// <summary>Of who comes in where everybody may.</summary>
    public static Standing Anybody { get; } = new(HasKey: true);
}

/// <summary>What a peer says, as <see cref="FrameReader"/> makes it out. From the connection, in the peer's order.</summary>
public abstract record PeerSays : IDeadLetterSuppression;

/// <summary>The peer sent a text message. From the connection; costs one credit.</summary>
public sealed record Received(string Text) : PeerSays;

/// <summary>The peer sent a ping and is owed a pong. From the connection; costs one credit.</summary>
/// <param name="Payload">What the pong carries back, at most 125 bytes.</param>
public sealed record Pinged(ReadOnlyMemory<byte> Payload) : PeerSays;

/// <summary>
/// The peer sent so many frames that say nothing (pongs, empty fragments) as are worth a message. From the connection; costs one
/// credit.
/// </summary>
public sealed record Idled : PeerSays
{
    /// <summary>The only one.</summary>
    public static Idled Instance { get; } = new();
}

/// <summary>
/// The peer sent a close frame, or finished sending without one (FIN). From the connection: the last that is heard of
/// the peer, which may well read on.
/// </summary>
/// <param name="Code">Its close code; 1000 where it carried none.</param>
/// <param name="IsFrame">Whether it said so, and did not only stop sending.</param>
public sealed record PeerClosed(ushort Code, bool IsFrame = true) : PeerSays
{
    /// <summary>A close frame without a code.</summary>
    public static PeerClosed Normally { get; } = new(1000);

    /// <summary>No close frame, but a FIN.</summary>
    public static PeerClosed Silently { get; } = new(1000, IsFrame: false);

    /// <summary>Whether the peer does not mean to come back.</summary>
    public bool IsGoodbye => IsFrame && Code == 1000;
}

/// <summary>The peer did what it must not. From the connection, which takes no further message from it.</summary>
public sealed record Offended(CloseReason Reason) : PeerSays;

/// <summary>The socket has taken the whole of a write that was under way, or will never take it. From the connection.</summary>
public sealed record Written : IDeadLetterSuppression
{
    /// <summary>The only one.</summary>
    public static Written Instance { get; } = new();
}

/// <summary>The socket is gone, and everything that the peer had sent before has been told. From the connection.</summary>
public sealed record Lost : IDeadLetterSuppression
{
    /// <summary>The only one.</summary>
    public static Lost Instance { get; } = new();
}

/// <summary>Time has passed. From <see cref="SessionsActor"/>'s one timer, to every session.</summary>
/// <param name="Now">The <see cref="TimeProvider"/>'s timestamp.</param>
/// <param name="AwakeSince">Since when the process has been running, and could hear: nobody is silent for longer.</param>
public sealed record Tick(long Now, long AwakeSince = long.MinValue) : IDeadLetterSuppression;

// From the room.

/// <summary>The member is in. Always the room's first word to a session.</summary>
/// <param name="Cursor">The last fact before the member's own <see cref="Rooms.Joined"/>; of one who is back, the last that it has.</param>
/// <param name="Id">Of one who is back, which member it is; otherwise null.</param>
/// <param name="Latest">Of one who is back, the last fact there is; otherwise null.</param>
public sealed record Welcome(long Cursor, MemberId? Id = null, long? Latest = null);

/// <summary>New facts, as frames to be written as they are. Pushed; the same object goes to all that are told in one step and are equally far.</summary>
public sealed record Batch(LogSlice Slice);

/// <summary>What follows the cursor that a session asked with. Answers <see cref="GetMissed"/>.</summary>
public sealed record Missed(LogSlice Slice);

/// <summary>The log no longer has what the session asked for. Answers <see cref="GetMissed"/>.</summary>
/// <param name="Asked">The cursor that it asked with. If it has moved on since, by a push, it asks again.</param>
/// <param name="Cursor">Where the session goes on: the last fact there is.</param>
/// <param name="Notice">The frame that says so.</param>
public sealed record Overtaken(long Asked, long Cursor, ReadOnlyMemory<byte> Notice);

/// <summary>A frame for this one session, to be written behind every fact up to <paramref name="After"/> and before the next.</summary>
/// <param name="After">The fact that it stands behind.</param>
/// <param name="Frame">The frame.</param>
/// <param name="IsWhisper">Whether it is another member's, and the room is to hear that it has been written.</param>
/// <param name="IsAnswer">Whether it answers a question: one is asked at a time.</param>
public sealed record PrivateFrame(long After, ReadOnlyMemory<byte> Frame, bool IsWhisper = false, bool IsAnswer = false);

/// <summary>
/// The room has taken one of the session's lines and, where it was for everybody, told everybody: the peer may send
/// another.
/// </summary>
public sealed record Taken : IDeadLetterSuppression
{
    /// <summary>The only one.</summary>
    public static Taken Instance { get; } = new();
}

/// <summary>The member is out: the session writes every fact up to <paramref name="After"/>, its close frame, and ends.</summary>
/// <param name="After">The last fact that is owed.</param>
/// <param name="Reason">Why; null where the session itself asked to leave and knows.</param>
public sealed record Goodbye(long After, CloseReason? Reason) : IDeadLetterSuppression;
