using System.Globalization;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace Broadcast.Cli;

/// <summary>The sentences for a server that is there no more: every way in which a conversation ends unasked.</summary>
internal static class LostServer
{
    /// <summary>The server sent a message larger than any chat line.</summary>
    public static string TooLarge { get; } = string.Create(
        CultureInfo.InvariantCulture,
        $"The server sent a message of more than {Incoming.MostBytes / (1024 * 1024)} MiB, which is no chat line; gave up on it.");

    // What a server says that wants its key first.
    private const string KeyWanted = "this server wants its key first";

    /// <summary>The server closed the connection, and may have said why.</summary>
    /// <param name="code">Its close code; null for none.</param>
    /// <param name="reason">Its sentence; null for none.</param>
    /// <param name="shutOut">What it has said before of letting nobody in without its key; null where it has not.</param>
    public static string Closed(WebSocketCloseStatus? code, string? reason, string? shutOut = null)
    {
        var wantsKey = shutOut is not null || reason?.StartsWith(KeyWanted, StringComparison.Ordinal) == true;
        reason = string.IsNullOrWhiteSpace(reason) ? shutOut : reason;
        var what = code switch
        {
            null or WebSocketCloseStatus.Empty => "The server closed the connection",
            WebSocketCloseStatus.NormalClosure => "The server ended the conversation",
            WebSocketCloseStatus.EndpointUnavailable => "The server is shutting down",
            WebSocketCloseStatus.ProtocolError => "The server could not make sense of this client",
            WebSocketCloseStatus.InvalidMessageType => "The server takes nothing but text",
            WebSocketCloseStatus.InvalidPayloadData => "The server was sent text that is not valid UTF-8",
            WebSocketCloseStatus.PolicyViolation => "The server turned this client away",
            WebSocketCloseStatus.MessageTooBig => "The line was too long for the server",
            WebSocketCloseStatus.InternalServerError => "The server failed",
            (WebSocketCloseStatus)1012 => "The server is restarting",
            (WebSocketCloseStatus)1013 => "The server is too busy; try again later",
            _ => "The server closed the connection",
        };

        var numbered = code is null or WebSocketCloseStatus.Empty ? what : string.Create(CultureInfo.InvariantCulture, $"{what} ({(int)code})");
        var saysMore = !string.IsNullOrWhiteSpace(reason) && !string.Equals(reason, what, StringComparison.OrdinalIgnoreCase);
        return (saysMore, wantsKey) switch
        {
            (true, true) => $"{numbered}: {reason}. {FailedDial.KeyHelp}",
            (true, false) => $"{numbered}: {reason}",
            (false, true) => $"{numbered}. {FailedDial.KeyHelp}",
            (false, false) => $"{numbered}.",
        };
    }

    /// <summary>The connection is gone and the server did not say why.</summary>
    public static string Dropped(Exception cause)
    {
        if (FailedDial.Find<SocketException>(cause) is { } socket)
        {
            return $"The connection to the server was lost: {socket.Message}.";
        }

        return cause switch
        {
            WebSocketException { WebSocketErrorCode: WebSocketError.ConnectionClosedPrematurely } =>
                "The connection to the server was lost: it went away without a goodbye.",
            WebSocketException { WebSocketErrorCode: WebSocketError.Faulted } => $"The server was given up: {cause.Message}",
            _ => $"The connection to the server was lost: {cause.Message}",
        };
    }

    /// <summary>The server is there but read nothing any more, so that lines could not be sent before leaving.</summary>
    public static string TookNoMore(int lines) => string.Create(
        CultureInfo.InvariantCulture,
        $"The server took no more lines: {(lines == 1 ? "the last one was" : $"the last {lines} were")} not sent.");
}
