using System.Net;
using System.Net.Sockets;
using Broadcast.Host.Configuration;

namespace Broadcast.Host.Listening;

/// <summary>
/// The sockets that the server listens on, bound before anything else is started: so that a taken port is said as what
/// it is, and so that <c>localhost</c> gets the same free port on both of its addresses.
/// </summary>
internal sealed class ListenSockets : IDisposable
{
    // Two families are to share one free port; another program may have it in one of them.
    private const int Tries = 20;

    private readonly List<Socket> _sockets;

    private ListenSockets(List<Socket> sockets)
    {
        _sockets = sockets;
        EndPoints = sockets.ConvertAll(socket => (IPEndPoint)socket.LocalEndPoint!);
    }

    /// <summary>Where they are bound, with the real port.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; }

    /// <summary>Whether nobody outside of this machine can reach them.</summary>
    public bool AreLoopback => EndPoints.All(endPoint => IPAddress.IsLoopback(endPoint.Address));

    /// <summary>The port they share.</summary>
    public int Port => EndPoints[0].Port;

    /// <summary>Binds to every address that a host stands for.</summary>
    /// <param name="host">A name or an address; an IPv6 address with or without brackets.</param>
    /// <param name="port">The port; 0 for any free one.</param>
    /// <exception cref="SettingException">No address has that name.</exception>
    /// <exception cref="BindException">An address cannot be bound.</exception>
    public static async Task<ListenSockets> BindAsync(string host, int port)
    {
        var addresses = await AddressesAsync(host);
        for (var tries = 1; ; tries++)
        {
            try
            {
                return new ListenSockets(Bind(addresses, port));
            }
            catch (BindException fault) when (port == 0 && fault.IsTaken && tries < Tries)
            {
                // The free port of the first family is taken in the second: another one, then.
            }
        }
    }

    /// <summary>The socket of one of <see cref="EndPoints"/>.</summary>
    public Socket Of(EndPoint endPoint) => _sockets.Find(socket => endPoint.Equals(socket.LocalEndPoint))!;

    /// <inheritdoc/>
    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

    private static async Task<IPAddress[]> AddressesAsync(string host)
    {
        if (string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase))
        {
            return CanBind(IPAddress.IPv6Loopback) ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback];
        }

        if (IPAddress.TryParse(host, out var address))
        {
            return [address];
        }

        try
        {
            return await Dns.GetHostAddressesAsync(host);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new SettingException(
                $"broadcast.host is {host}, but no address of that name is known here; use a name or an address of this machine", e);
        }
    }

    private static bool CanBind(IPAddress address)
    {
        try
        {
            Listen(new IPEndPoint(address, 0)).Dispose();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static List<Socket> Bind(IPAddress[] addresses, int port)
    {
        List<Socket> bound = [];
        foreach (var address in addresses)
        {
            var endPoint = new IPEndPoint(address, port);
            try
            {
                bound.Add(Listen(endPoint));
                port = ((IPEndPoint)bound[^1].LocalEndPoint!).Port;
            }
            catch (SocketException e)
            {
                bound.ForEach(socket => socket.Dispose());
                throw new BindException(endPoint, e);
            }
        }

        return bound;
    }

    private static Socket Listen(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endPoint.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(endPoint);
            socket.Listen();
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>An address cannot be listened on. The message is one line that names it.</summary>
public sealed class BindException : Exception
{
    /// <summary>A fault without a word.</summary>
    public BindException()
    {
    }

    /// <summary>A fault with its line.</summary>
    public BindException(string message)
        : base(message)
    {
    }

    /// <summary>A fault with its line and what lies behind it.</summary>
    public BindException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>A fault of an address.</summary>
    public BindException(IPEndPoint endPoint, SocketException error)
        : base(Describe(endPoint, error), error) =>
        IsTaken = error.SocketErrorCode == SocketError.AddressAlreadyInUse;

    /// <summary>Whether somebody else has it.</summary>
    public bool IsTaken { get; }

    private static string Describe(IPEndPoint endPoint, SocketException error) => error.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => $"{endPoint} is taken by another program: stop that one, or choose another port with -p",
        SocketError.AccessDenied => $"{endPoint} may not be listened on by this user: choose a port above 1023 with -p",
        SocketError.AddressNotAvailable => $"{endPoint} is no address of this machine: choose one with -H",
        _ => $"{endPoint} cannot be listened on: {error.Message}",
    };
}
