using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Broadcast.Cli;

/// <summary>The sentences for a server that could not be reached: what is wrong, and what the person can do about it.</summary>
internal static class FailedDial
{
    /// <summary>How a key is given.</summary>
    public const string KeyHelp = "Give it with --key-file or in BROADCAST_KEY.";

    /// <summary>There was no answer in time.</summary>
    public static string TimedOut(ServerAddress address, TimeSpan limit) => string.Create(
        CultureInfo.InvariantCulture,
        $"No answer from {address.Display} within {limit.TotalSeconds:0.#} s. Is that the right address, and does a firewall let you through?");

    /// <summary>The server answered, but not by opening a WebSocket.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="status">What it answered.</param>
    /// <param name="said">Its own sentence; null where it has none.</param>
    /// <param name="isKeyTaken">Whether it has been given a key or token, and says what is wrong with that.</param>
    public static string Answered(ServerAddress address, HttpStatusCode status, string? said, bool isKeyTaken = false)
    {
        var meaning = said ?? Meaning(status);
        var help = status == HttpStatusCode.Unauthorized && !isKeyTaken ? $" {KeyHelp}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{address.Display} answered HTTP {(int)status}: {meaning}{help}");
    }

    /// <summary>The server speaks TLS, and has shown a certificate that does not say that it is the one that is meant.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="why">Why not, and what to do: never to do without TLS.</param>
    public static string NotTrusted(ServerAddress address, string why) => $"No secure connection to {address.Display}: {why}";

    /// <summary>There was no answer over HTTP at all.</summary>
    public static string Because(ServerAddress address, Exception cause)
    {
        var http = Find<HttpRequestException>(cause);
        var socket = Find<SocketException>(cause);
        return (http?.HttpRequestError, socket?.SocketErrorCode) switch
        {
            (HttpRequestError.NameResolutionError, _) or (_, SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain) =>
                $"There is no host named '{address.Uri.IdnHost}'. Is it spelt right?",
            (HttpRequestError.SecureConnectionError, _) => $"No secure connection to {address.Display}: {Reason(cause)}",
            (HttpRequestError.ProxyTunnelError, _) => $"The proxy did not let {address.Display} through: {http?.Message}",
            (_, SocketError.ConnectionRefused) => $"Nothing listens at {address.Display} (connection refused). Is the server running there?",
            (_, SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown or SocketError.HostDown) =>
                $"There is no way to {address.Display} from here (unreachable). Is the network up?",
            (_, SocketError.TimedOut) => $"No answer from {address.Display}. Is that the right address, and does a firewall let you through?",
            (HttpRequestError.InvalidResponse or HttpRequestError.ResponseEnded, _) =>
                $"What listens at {address.Display} is no WebSocket server, or it speaks TLS (wss://).",
            (_, not null) => $"Could not connect to {address.Display}: {socket!.Message}.",
            _ => $"Could not connect to {address.Display}: {(http ?? cause).Message}",
        };
    }

    /// <summary>The first exception of a kind among the causes of another.</summary>
    internal static T? Find<T>(Exception? cause)
        where T : Exception
    {
        for (; cause is not null; cause = cause.InnerException)
        {
            if (cause is T found)
            {
                return found;
            }
        }

        return null;
    }

    private static string Meaning(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => "it did not understand the request; is the name an odd one?",
        HttpStatusCode.Unauthorized => "it wants a key or a token, or another one.",
        HttpStatusCode.Forbidden => "it lets nobody in from here.",
        HttpStatusCode.NotFound => "there is no chat at that path; the usual one is /ws.",
        HttpStatusCode.RequestUriTooLong => "the name is too long for it.",
        HttpStatusCode.RequestHeaderFieldsTooLarge => "the request's header is too large for it; is the key an odd one?",
        HttpStatusCode.UpgradeRequired => "it speaks another version of WebSocket.",
        HttpStatusCode.TooManyRequests => "too many came from here; try again later.",
        HttpStatusCode.ServiceUnavailable => "it is full or not ready; try again later.",
        >= HttpStatusCode.InternalServerError => "it, or something in front of it, is out of order.",
        >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => "the chat is at another address.",
        _ => "it is no WebSocket server.",
    };

    // What is no TLS at all has nothing behind it; what TLS itself reports has, such as an alert of the server's.
    private static string Reason(Exception cause) => Find<AuthenticationException>(cause) is { InnerException: null } noTls
        ? $"{noTls.Message} If the server speaks no TLS, use ws:// in place of wss://."
        : Sentence(cause.GetBaseException().Message);

    private static string Sentence(string text) => text.EndsWith('.') ? text : $"{text}.";
}
