using Akka.Actor;

namespace Broadcast.Actors.Sessions;

/// <summary>
/// The far end as a session sees it. The session is the only one to write to it, and writes one thing at a time.
/// </summary>
public interface IConnection
{
    /// <summary>Says who writes, and who is to be told what the peer does. Called once, before anything else.</summary>
    void Attach(IActorRef session);

    /// <summary>
    /// When the last byte came from the peer, as a <see cref="TimeProvider"/> timestamp; the present while the
    /// connection does not read because its credit is spent (a peer cannot be blamed for silence that nobody listens to).
    /// </summary>
    long LastHeard { get; }

    /// <summary>Writes whole frames as they are. Never called while a write is under way.</summary>
    /// <returns>
    /// What became of them at once. Of a write that is under way the session is told <see cref="Written"/> when the
    /// socket has taken it all, or <see cref="Lost"/> when the socket is gone.
    /// </returns>
    WriteOutcome Write(ReadOnlyMemory<byte> frames);

    /// <summary>Gives back one credit: the connection may read one frame more.</summary>
    void Grant();

    /// <summary>The session has ended and will not write again.</summary>
    /// <param name="said">
    /// Whether a close frame was the last thing written. If so, input is read and dropped until the peer has closed or
    /// a short time has passed, so that a reset does not eat the frame; if not, the socket is cut.
    /// </param>
    void Finish(bool said);
}

/// <summary>What became of a write at once.</summary>
public enum WriteOutcome
{
    /// <summary>The socket has taken everything.</summary>
    Taken,

    /// <summary>The socket is full: its peer reads more slowly than it is written to.</summary>
    UnderWay,

    /// <summary>The socket is gone.</summary>
    Gone,
}
