using Akka.Actor;
using Broadcast.Actors.Wire;

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

    /// <summary>
    /// How many bytes the peer's side has taken since the beginning. Behind a full socket that grows for as long as the
    /// peer reads, also where it takes long until a write is done. Always 0 where the system does not say. To ask costs a system call.
    /// </summary>
    long Acknowledged { get; }

    /// <summary>
    /// Whether the peer takes nothing any more. What it said before may still come, and only what others are to know of it
    /// is worth the work.
    /// </summary>
    bool IsGone { get; }

    /// <summary>
    /// Writes whole frames as they are. Never called while a write is under way. To a socket that is gone it
    /// is in vain: the session is told <see cref="Written"/>, and <see cref="Lost"/> once what the peer said before that has been told.
    /// </summary>
    /// <returns>
    /// Whether the socket has taken everything. If not, the write is under way, and the session is told
    /// <see cref="Written"/> when it no longer is.
    /// </returns>
    bool TryWrite(ReadOnlyMemory<byte> frames);

    /// <summary>Gives back one credit: the connection may tell one message more.</summary>
    void Grant();

    /// <summary>Says where such things are said that the peer is sent away for what it did.</summary>
    void Blame(CloseReason reason);

    /// <summary>The session has ended and will not write again.</summary>
    /// <param name="said">
    /// Whether a close frame was the last thing written. If so, input is read and dropped until the peer has closed or
    /// a short time has passed, so that a reset does not eat the frame; if not, the socket is cut.
    /// </param>
    void Finish(bool said);
}
