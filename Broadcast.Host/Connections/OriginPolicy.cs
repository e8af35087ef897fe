using System.Net;
using Broadcast.Actors.Wire;
using Microsoft.Extensions.Primitives;

namespace Broadcast.Host.Connections;

/// <summary>
/// Which web pages may connect (RFC 6455 10.2). Browsers say in <c>Origin</c> which page asks; a client without one is
/// no web page and is let through.
/// </summary>
internal sealed class OriginPolicy(IReadOnlyCollection<string> origins, IReadOnlyCollection<string> hosts)
{
    private readonly HashSet<string> _origins = new(origins, StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _hosts =
        new([.. hosts.Select(host => host.Trim('[', ']')), "localhost", Dns.GetHostName()], StringComparer.OrdinalIgnoreCase);

    /// <summary>Why an upgrade is refused; null where it is not.</summary>
    public CloseReason? Refusal(StringValues origin, HostString host)
    {
        if (origin.Count == 0)
        {
            return null;
        }

        if (origin.Count > 1 || !IsAllowed(origin[0]!, host))
        {
            return CloseReason.OriginUnknown;
        }

        // A name that an attacker has pointed at this server is not one of ours (DNS rebinding), even where the page
        // comes from that very name.
        var name = host.Host.Trim('[', ']');
        return _hosts.Contains(name) || IPAddress.TryParse(name, out _)
            ? null
            : CloseReason.HostUnknown;
    }

    private bool IsAllowed(string origin, HostString host) =>
        _origins.Contains("*")
        || _origins.Contains(origin)
        || string.Equals(origin, $"http://{host.Value}", StringComparison.OrdinalIgnoreCase)
        || string.Equals(origin, $"https://{host.Value}", StringComparison.OrdinalIgnoreCase);
}
