using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Broadcast.Actors.Door;

namespace Broadcast.Host.Connections;

/// <summary>Where a client is, so far as there are limits for each address.</summary>
internal static class ClientAddress
{
    /// <summary>
    /// The IPv4 address, also one that is written as IPv6 (RFC 4291 2.5.5.2); of an IPv6 address its /64, which is the least
    /// that anybody has (RFC 6177).
    /// </summary>
    /// <returns>
    /// Null for the loopback: a proxy on this machine that nobody has declared stands for everybody. And where it is not known.
    /// </returns>
    public static Neighbourhood? Of(IPAddress? address)
    {
        address = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        if (address is null || IPAddress.IsLoopback(address))
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[16];
        _ = address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? new Neighbourhood(BinaryPrimitives.ReadUInt64BigEndian(bytes), IsV6: true)
            : new Neighbourhood(BinaryPrimitives.ReadUInt32BigEndian(bytes), IsV6: false);
    }
}
