using System.Globalization;
using System.Text;

namespace Broadcast.Host.Connections;

/// <summary>The name that a client asks for in <c>?name=</c>.</summary>
/// <param name="Text">The name as it was meant; null where none was given, or where it is no text.</param>
/// <param name="IsUnreadable">Whether what was given is not UTF-8.</param>
internal readonly record struct RequestedName(string? Text, bool IsUnreadable)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>
    /// The first <c>name</c> in a query as it stands in the request line: percent-encoded UTF-8, a plus sign for a
    /// space (the WHATWG's application/x-www-form-urlencoded). A percent sign that begins no escape is one.
    /// </summary>
    public static RequestedName FromQuery(string query)
    {
        foreach (var range in query.AsSpan().TrimStart('?').Split('&'))
        {
            var pair = query.AsSpan().TrimStart('?')[range];
            var equals = pair.IndexOf('=');
            var key = equals < 0 ? pair : pair[..equals];
            if (Decode(key) is not "name")
            {
                continue;
            }

            return Decode(equals < 0 ? [] : pair[(equals + 1)..]) is { } text
                ? new RequestedName(text, IsUnreadable: false)
                : new RequestedName(Text: null, IsUnreadable: true);
        }

        return default;
    }

    private static string? Decode(ReadOnlySpan<char> encoded)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(encoded.Length)];
        var length = 0;
        while (!encoded.IsEmpty)
        {
            if (encoded[0] == '%' && encoded.Length > 2
                && byte.TryParse(encoded.Slice(1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                bytes[length++] = octet;
                encoded = encoded[3..];
                continue;
            }

            var next = encoded[0] == '+' ? ' ' : encoded[0];
            length += Encoding.UTF8.GetBytes([next], bytes.AsSpan(length));
            encoded = encoded[1..];
        }

        try
        {
            return StrictUtf8.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
