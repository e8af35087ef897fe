using System.Net;
using System.Net.Sockets;

namespace Broadcast.Host.Listening;

/// <summary>
/// What bytes go to a peer by, from the accept to the end: TCP as it is, or TLS on top of it. Has one reader and one writer
/// at a time.
/// </summary>
/// <param name="socket">Accepted; closed in the end.</param>
internal abstract class Transport(Socket socket)
{
    // Beside the socket, where who writes finds both at once.
    private volatile bool _isShutDown;

    /// <summary>The address on this side.</summary>
    public EndPoint? LocalEndPoint => socket.LocalEndPoint;

    /// <summary>The address on the other.</summary>
    public EndPoint? RemoteEndPoint => socket.RemoteEndPoint;

    /// <summary>How many bytes the other side has acknowledged; 0 where the system does not say.</summary>
    public long Acknowledged => socket.Acknowledged();

    /// <summary>
    /// Whether it has been shut down. What the peer had said before may still be answered for seconds; each try to send that
    /// would be one more exception.
    /// </summary>
    public bool IsShutDown => _isShutDown;

    /// <summary>The socket.</summary>
    protected Socket Socket => socket;

    /// <summary>Receives, and waits for it; into an empty buffer nothing, once something has come.</summary>
    /// <returns>How many bytes; 0 where the peer has finished sending.</returns>
    /// <exception cref="Exception">The transport is gone: <see cref="SocketEnd.IsGone"/>.</exception>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);

    /// <summary>Receives what has come.</summary>
    /// <returns>How many bytes; 0 where the peer has finished sending, null where nothing has come after all.</returns>
    /// <exception cref="Exception">The transport is gone: <see cref="SocketEnd.IsGone"/>.</exception>
    public abstract ValueTask<int?> ReceiveAtOnceAsync(Memory<byte> buffer);

    /// <summary>Sends all of it: at once where that can be done, and otherwise what is left of it later.</summary>
    /// <param name="bytes">What is to be sent; nothing becomes of it where the transport has been shut down.</param>
    /// <param name="rest">Where it is not done: the rest of it, which fails where the transport is gone (<see cref="SocketEnd.IsGone"/>).</param>
    /// <returns>Whether all of it has been taken.</returns>
    public bool TrySend(ReadOnlyMemory<byte> bytes, out ValueTask rest)
    {
        rest = default;
        return _isShutDown || TrySendAtOnce(bytes, out rest);
    }

    /// <summary>Sends all of it.</summary>
    /// <exception cref="Exception">The transport is gone: <see cref="SocketEnd.IsGone"/>.</exception>
    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default);

    /// <summary>This side has nothing more to say, and still reads.</summary>
    public virtual void FinishSending() => socket.ShutDown(SocketShutdown.Send);

    /// <summary>Whoever reads finds the end, and what is to be sent still is.</summary>
    public void StopListening() => socket.ShutDown(SocketShutdown.Receive);

    /// <summary>Sends what is still in the socket's buffer, then the end.</summary>
    public virtual void CloseInOrder() => socket.CloseInOrder();

    /// <summary>Neither side has anything more to say; whoever reads finds the end.</summary>
    public void ShutDown()
    {
        _isShutDown = true;
        socket.ShutDown();
    }

    /// <summary>Ends it at once, with a reset: there is nothing to wait for.</summary>
    public virtual void Cut() => socket.Close(timeout: 0);

    /// <summary>What <see cref="TrySend"/> does where there is still something to send by.</summary>
    protected abstract bool TrySendAtOnce(ReadOnlyMemory<byte> bytes, out ValueTask rest);
}
