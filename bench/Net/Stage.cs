namespace Broadcast.Bench.Net;

/// <summary>A member's life.</summary>
internal enum Stage
{
    Unborn,
    Connecting,
    Upgrading,
    Open,

    /// <summary>Closed or reset by the server.</summary>
    Cut,
}
