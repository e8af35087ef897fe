using System.Runtime.InteropServices;
using Broadcast.Bench.Native;

namespace Broadcast.Bench.Net;

/// <summary>Begins connections to 127.0.0.1, from many addresses of the loopback network so that ports never run out.</summary>
internal sealed unsafe class Dialer(int port)
{
    private const int PerAddress = 2000;

    // Addresses, because a run must not find the ports of the one before it in TIME_WAIT.
    private static readonly int FirstAddress = 2 + (Environment.ProcessId % 200);

    public int Port { get; } = port;

    /// <summary>Begins one; the socket becomes writable when it is made or has failed.</summary>
    public int Begin(int index, bool crampedBuffers)
    {
        var socket = Libc.Socket(Libc.AfInet, Libc.SockStream | Libc.SockNonBlocking | Libc.SockCloseOnExec, 0);
        if (socket < 0)
        {
            throw Failed("socket");
        }

        Set(socket, Libc.IpProtoTcp, Libc.TcpNoDelay, 1);
        Set(socket, Libc.IpProtoIp, Libc.IpBindAddressNoPort, 1);
        if (crampedBuffers)
        {
            // The loopback's segments are so large that a server's kernel would take megabytes for a reader that is
            // stuck; with those of a network it takes what it takes there.
            Set(socket, Libc.SolSocket, Libc.SoReceiveBuffer, 4096);
            Set(socket, Libc.IpProtoTcp, Libc.TcpMaxSegment, 536);
        }

        // Closing resets, so that nothing lingers.
        var linger = stackalloc int[] { 1, 0 };
        _ = Libc.SetSocketOption(socket, Libc.SolSocket, Libc.SoLinger, linger, 8);

        var address = stackalloc byte[16];
        Write(address, 127, 0, (byte)(1 + (index / PerAddress)), (byte)FirstAddress, 0);
        if (Libc.Bind(socket, address, 16) < 0)
        {
            throw Failed("bind");
        }

        Write(address, 127, 0, 0, 1, Port);
        if (Libc.Connect(socket, address, 16) < 0 && Marshal.GetLastPInvokeError() != Libc.InProgress)
        {
            throw Failed("connect");
        }

        return socket;
    }

    /// <summary>Has a socket say all that it was given before its end.</summary>
    public static void CloseInOrder(int socket)
    {
        var linger = stackalloc int[] { 0, 0 };
        _ = Libc.SetSocketOption(socket, Libc.SolSocket, Libc.SoLinger, linger, 8);
    }

    /// <summary>Why a connection could not be made; 0 where it was.</summary>
    public static int Error(int socket)
    {
        var (error, length) = (0, sizeof(int));
        return Libc.GetSocketOption(socket, Libc.SolSocket, Libc.SoError, &error, &length) < 0
            ? Marshal.GetLastPInvokeError()
            : error;
    }

    private static void Set(int socket, int level, int name, int value) =>
        _ = Libc.SetSocketOption(socket, level, name, &value, sizeof(int));

    private static void Write(byte* address, byte a, byte b, byte c, byte d, int port)
    {
        new Span<byte>(address, 16).Clear();
        *(short*)address = Libc.AfInet;
        (address[2], address[3]) = ((byte)(port >> 8), (byte)port);
        (address[4], address[5], address[6], address[7]) = (a, b, c, d);
    }

    private static IOException Failed(string call) => new($"{call}: {Libc.Why(Marshal.GetLastPInvokeError())}");
}
