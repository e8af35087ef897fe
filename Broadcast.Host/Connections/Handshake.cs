using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Broadcast.Host.Connections;

/// <summary>
/// The client's half of an opening handshake by the letter of RFC 6455 4.2.1. The server's HTTP has read it; what a
/// header means is decided here.
/// </summary>
internal static partial class Handshake
{
    /// <summary>The only version there is (RFC 6455 4.1).</summary>
    public const string Version = "13";

    // 16 bytes in base64, with nothing in between.
    private const int KeyBytes = 16;
    private const int KeyLength = 24;

    // RFC 9110 5.6.2 and 5.6.3: a token, and white space where it may stand.
    private const string Token = """[!#$%&'*+.^_`|~0-9A-Za-z-]+""";
    private const string Space = """[ \t]*""";

    /// <summary>Whether a target in absolute form has a user in it, which is there to deceive (RFC 9110 4.2.4).</summary>
    public static bool NamesUser(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.AsSpan();
        var scheme = target.IndexOf("://", StringComparison.Ordinal);
        if (target.StartsWith("/", StringComparison.Ordinal) || scheme < 0)
        {
            return false;
        }

        var authority = target[(scheme + "://".Length)..];
        var end = authority.IndexOfAny('/', '?', '#');
        return (end < 0 ? authority : authority[..end]).Contains('@');
    }

    /// <summary>Whether a request means to speak WebSocket: everything but its method and its details.</summary>
    public static bool IsMeant(HttpContext context)
    {
        var request = context.Request;
        return request.Protocol == HttpProtocol.Http11
            && Elements(request.Headers.Connection).Contains("upgrade", StringComparer.OrdinalIgnoreCase)
            && Elements(request.Headers.Upgrade).Contains("websocket", StringComparer.OrdinalIgnoreCase)
            && context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true };
    }

    /// <summary>Why a handshake is refused with 400, in a sentence; null where it is not.</summary>
    public static string? Refusal(IHeaderDictionary headers)
    {
        if (!IsKey(headers.SecWebSocketKey))
        {
            return "Sec-WebSocket-Key is not 16 bytes in base64: send a new one for each connection, once.";
        }

        if (headers.SecWebSocketProtocol.Count > 0 && !AreProtocols(Protocols(headers)))
        {
            return "Sec-WebSocket-Protocol is no list of different tokens: send broadcast.v1+json or leave it out.";
        }

        return headers.SecWebSocketExtensions.Count > 0 && !AreExtensions(Elements(headers.SecWebSocketExtensions))
            ? "Sec-WebSocket-Extensions is no list of extensions: leave it out, none is chosen here."
            : null;
    }

    /// <summary>The subprotocols that the client offers, in its order.</summary>
    public static string[] Protocols(IHeaderDictionary headers) => Elements(headers.SecWebSocketProtocol);

    private static bool IsKey(StringValues key)
    {
        Span<byte> bytes = stackalloc byte[KeyBytes];
        return key is [{ Length: KeyLength } one] && Convert.TryFromBase64String(one, bytes, out var written) && written == KeyBytes;
    }

    // RFC 6455 4.1 and 11.3.4: they differ.
    private static bool AreProtocols(string[] offered) =>
        offered.Length > 0
        && Array.TrueForAll(offered, Protocol().IsMatch)
        && offered.Distinct(StringComparer.Ordinal).Count() == offered.Length;

    // A malformed offer fails the connection (RFC 6455 9.1), although none is chosen.
    private static bool AreExtensions(string[] offered) => offered.Length > 0 && Array.TrueForAll(offered, Extension().IsMatch);

    // RFC 9110 5.6.1: elements may be empty, and may stand in several fields of the name.
    private static string[] Elements(StringValues list) =>
        list.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex($"^{Token}\\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Protocol();

    // RFC 6455 9.1: a token with parameters, whose values are tokens, in quotes or without.
    [GeneratedRegex($"""^{Token}({Space};{Space}{Token}({Space}={Space}({Token}|"{Token}"))?)*\z""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Extension();
}
