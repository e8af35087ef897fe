using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Broadcast.Bench.Net;

/// <summary>RFC 6455 section 4, the client's side.</summary>
internal static class Handshake
{
    private const string Salt = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    public static byte[] Request(Member member, string path, string? subprotocol, int port)
    {
        member.Key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        return Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Key: {member.Key}\r\nSec-WebSocket-Version: 13\r\n"
            + (subprotocol is null ? "" : $"Sec-WebSocket-Protocol: {subprotocol}\r\n") + "\r\n");
    }

    /// <summary>Reads the answer.</summary>
    /// <returns>Its length, or 0 while there is no whole one.</returns>
    /// <exception cref="InvalidDataException">It is not 101 with the right key.</exception>
    public static int Read(ReadOnlySpan<byte> head, string key)
    {
        var end = head.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return 0;
        }

        var text = Encoding.ASCII.GetString(head[..end]);
        var accepted = text.Split("\r\n")
            .Where(line => line.StartsWith("Sec-WebSocket-Accept:", StringComparison.OrdinalIgnoreCase))
            .Select(line => line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim())
            .SingleOrDefault();
        return text.StartsWith("HTTP/1.1 101", StringComparison.Ordinal) && accepted == Accept(key)
            ? end + 4
            : throw new InvalidDataException($"the handshake failed: {text.Split("\r\n")[0]}");
    }

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "RFC 6455 4.2.2 asks for SHA-1; it is no secret.")]
    private static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Salt)));
}
