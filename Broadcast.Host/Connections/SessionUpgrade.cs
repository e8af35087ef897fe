using Microsoft.AspNetCore.Http.Features;

namespace Broadcast.Host.Connections;

/// <summary>
/// Stands in front of the server's upgrade, so that the framework makes its WebSocket over a <see cref="SessionStream"/>
/// and the transport itself is the session's to write to.
/// </summary>
internal sealed class SessionUpgrade(IHttpUpgradeFeature upgrade, int messageBytes, TimeProvider time) : IHttpUpgradeFeature
{
    /// <summary>Middleware, for in front of <c>UseWebSockets</c>, which takes the upgrade as it finds it.</summary>
    public static Func<HttpContext, RequestDelegate, Task> Intercept(int messageBytes, TimeProvider time) => (context, next) =>
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
        {
            context.Features.Set<IHttpUpgradeFeature>(new SessionUpgrade(upgrade, messageBytes, time));
        }

        return next(context);
    };

    /// <inheritdoc/>
    public bool IsUpgradableRequest => upgrade.IsUpgradableRequest;

    /// <summary>The transport, once upgraded.</summary>
    public Stream? Transport { get; private set; }

    /// <summary>What the framework reads from, once upgraded.</summary>
    public SessionStream? Stream { get; private set; }

    /// <inheritdoc/>
    public async Task<Stream> UpgradeAsync()
    {
        Transport = await upgrade.UpgradeAsync();
        return Stream = new SessionStream(Transport, messageBytes, time);
    }
}
