using System.Net.Sockets;

namespace Broadcast.Host.Listening;

/// <summary>How far a socket's peer has come.</summary>
internal static class SocketProgress
{
    // tcp(7), TCP_INFO: tcpi_bytes_acked stands here in struct tcp_info since Linux 4.1.
    private const int TcpLevel = 6;
    private const int TcpInfo = 11;
    private const int BytesAcknowledged = 120;

    /// <summary>How many bytes the peer has acknowledged; 0 where the system does not say, or the socket is gone.</summary>
    public static long Acknowledged(this Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        Span<byte> info = stackalloc byte[BytesAcknowledged + sizeof(long)];
        try
        {
            return socket.GetRawSocketOption(TcpLevel, TcpInfo, info) < info.Length
                ? 0
                : BitConverter.ToInt64(info[BytesAcknowledged..]);
        }
        catch (Exception e) when (e.IsGone())
        {
            return 0;
        }
    }
}
