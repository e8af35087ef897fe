using System.Globalization;
using System.Text;

namespace Broadcast.Cli;

/// <summary>
/// Where to connect and as whom. Pure: from what was typed on the command line to the address that is dialled, in which
/// the name is percent-escaped UTF-8.
/// </summary>
/// <param name="Uri">The address to dial, the name in its query.</param>
/// <param name="Name">The name that is asked for; the server may give another.</param>
internal sealed record ServerAddress(Uri Uri, string Name)
{
    /// <summary>The host that is dialled when none is given.</summary>
    public const string DefaultHost = "localhost";

    /// <summary>The port that is dialled when none is given.</summary>
    public const int DefaultPort = 8080;

    /// <summary>The name that is asked for when none is given.</summary>
    public const string DefaultName = "anonymous";

    private const string Path = "/ws";
    private const string NameKey = "name";

    /// <summary>The address as people read it: without the query, for the name is said beside it.</summary>
    public string Display => Uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    /// <summary>The address of the chat on a host; an IPv6 address may stand in brackets or not.</summary>
    /// <exception cref="FormatException">The host or the port is none; the message is a sentence for the person.</exception>
    public static ServerAddress FromHost(string host, int port, string? name)
    {
        if (port is < 1 or > 65535)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"A port is a number from 1 to 65535, not '{port}'."));
        }

        var bare = host is ['[', .. var inside, ']'] ? inside : host;
        var kind = Uri.CheckHostName(bare);
        if (kind == UriHostNameType.Unknown || (kind != UriHostNameType.IPv6 && bare.Length != host.Length))
        {
            throw new FormatException($"'{host}' is no host name or address; give the port with --port, or a whole ws:// address.");
        }

        var authority = kind == UriHostNameType.IPv6 ? $"[{bare}]" : bare;
        return FromUrl(string.Create(CultureInfo.InvariantCulture, $"ws://{authority}:{port}{Path}"), name);
    }

    /// <summary>
    /// The address in a <c>ws://</c> or <c>wss://</c> URL. Without a path it is the chat's usual one; a name that is
    /// already in the query stays unless one is given.
    /// </summary>
    /// <exception cref="FormatException">The URL is none that can be dialled; the message is a sentence for the person.</exception>
    public static ServerAddress FromUrl(string url, string? name)
    {
        // Uri would read "localhost:8080" as the scheme "localhost".
        if (!url.StartsWith("ws://", StringComparison.OrdinalIgnoreCase) && !url.StartsWith("wss://", StringComparison.OrdinalIgnoreCase))
        {
            throw new FormatException($"'{url}' is no address that can be dialled: it begins with ws:// or wss://, as in ws://localhost:8080/ws.");
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.Port == 0)
        {
            throw new FormatException($"'{url}' is no address that can be dialled; one looks like ws://localhost:8080/ws.");
        }

        if (uri.UserInfo.Length > 0)
        {
            throw new FormatException("An address with a user name or password in it cannot be dialled; the server would not ask for them.");
        }

        // RFC 6455 section 3: a fragment has no meaning in a WebSocket address.
        if (uri.Fragment.Length > 0)
        {
            throw new FormatException($"An address to dial has no '#' in it; write it as %23. This one has: '{url}'.");
        }

        var (others, asked) = SplitQuery(uri.Query);
        var chosen = name ?? asked;
        if (string.IsNullOrWhiteSpace(chosen))
        {
            chosen = DefaultName;
        }

        var query = $"{others}{(others.Length > 0 ? "&" : "")}{NameKey}={Uri.EscapeDataString(chosen)}";
        var path = string.Equals(uri.AbsolutePath, "/", StringComparison.Ordinal) ? Path : uri.AbsolutePath;
        return new ServerAddress(new Uri($"{uri.Scheme}://{Authority(url)}{path}?{query}"), chosen);
    }

    // As it was written: Uri's parts leave out the zone of a link-local IPv6 address.
    private static string Authority(string url)
    {
        var rest = url[(url.IndexOf("//", StringComparison.Ordinal) + 2)..];
        var end = rest.AsSpan().IndexOfAny('/', '?');
        return (end < 0 ? rest : rest[..end]).TrimEnd();
    }

    // The query as it stands but for its names, and the first of those.
    private static (string Others, string? Name) SplitQuery(string query)
    {
        var others = new StringBuilder();
        string? name = null;
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var key = equals < 0 ? pair : pair[..equals];
            if (!Decode(key).Equals(NameKey, StringComparison.OrdinalIgnoreCase))
            {
                others.Append(others.Length > 0 ? "&" : "").Append(pair);
                continue;
            }

            name ??= equals < 0 ? "" : Decode(pair[(equals + 1)..]);
        }

        return (others.ToString(), name);
    }

    private static string Decode(string part) => Uri.UnescapeDataString(part.Replace('+', ' '));
}
