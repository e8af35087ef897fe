using System.Net.Sockets;
using System.Security.Authentication;

namespace Broadcast.Host.Listening;

/// <summary>How a socket ends.</summary>
internal static class SocketEnd
{
    /// <summary>Whether this is how a socket, or the TLS on top of it, says that it is gone: by its peer, the network, or ourselves.</summary>
    public static bool IsGone(this Exception e) => e is SocketException or ObjectDisposedException or IOException or AuthenticationException;

    /// <summary>
    /// Sends what is still in its buffer, then FIN. Without the shutdown, the runtime would reset a socket on which a call
    /// is under way in another thread, and with it what the peer has not read yet.
    /// </summary>
    public static void CloseInOrder(this Socket socket)
    {
        socket.ShutDown();
        socket.Dispose();
    }

    /// <summary>Neither side, or only ours, has anything more to say; whoever reads the socket finds its end.</summary>
    public static void ShutDown(this Socket socket, SocketShutdown how = SocketShutdown.Both)
    {
        try
        {
            socket.Shutdown(how);
        }
        catch (Exception e) when (e.IsGone())
        {
            // The peer was faster, or it is closed already.
        }
    }
}
