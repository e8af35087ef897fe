using System.Net;
using Broadcast.Actors.Names;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Sessions;

namespace Broadcast.Host.Configuration;

/// <summary>Everything that can be set, read and checked. <c>hocon.conf</c> says what each is for.</summary>
public sealed record BroadcastOptions
{
    /// <summary><c>broadcast.host</c>.</summary>
    public string Host { get; init; } = "localhost";

    /// <summary><c>broadcast.port</c>; 0 is any free one.</summary>
    public int Port { get; init; } = 8080;

    /// <summary><c>broadcast.origins</c>.</summary>
    public IReadOnlyList<string> Origins { get; init; } = [];

    /// <summary><c>broadcast.hosts</c>.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary><c>broadcast.tls</c>; both empty for none.</summary>
    public TlsFiles Tls { get; init; } = new("", "");

    /// <summary><c>broadcast.access</c>.</summary>
    public Access Access { get; init; }

    /// <summary><c>broadcast.key</c>; empty for none.</summary>
    public string Key { get; init; } = "";

    /// <summary><c>broadcast.key-file</c>; empty for none.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary><c>broadcast.jwt</c>.</summary>
    public TokenRules Jwt { get; init; } = new("", "", "", "", "");

    /// <summary><c>broadcast.trusted-proxies</c>.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary><c>broadcast.state</c>; null where the room is not kept.</summary>
    public string? State { get; init; }

    /// <summary><c>broadcast.durable</c>.</summary>
    public bool Durable { get; init; }

    /// <summary><c>broadcast.shutdown-deadline</c>.</summary>
    public TimeSpan ShutdownDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary><c>broadcast.limits.message-bytes</c>.</summary>
    public int MessageBytes { get; init; } = 65536;

    /// <summary><c>broadcast.limits.connections</c>; 0 is no limit.</summary>
    public int Connections { get; init; } = 20000;

    /// <summary><c>broadcast.limits.connections-per-address</c>; 0 is no limit.</summary>
    public int ConnectionsPerAddress { get; init; } = 200;

    /// <summary><c>broadcast.limits.joins-per-second-per-address</c>; 0 is no limit.</summary>
    public int JoinsPerSecondPerAddress { get; init; } = 20;

    /// <summary><c>broadcast.limits.handshake</c>; infinite for no limit.</summary>
    public TimeSpan Handshake { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary><c>broadcast.limits.request-head-bytes</c>; 0 is no limit.</summary>
    public int RequestHeadBytes { get; init; } = 16384;

    /// <summary><c>broadcast.limits.lines-per-second</c>; 0 is no limit.</summary>
    public int LinesPerSecond { get; init; } = 100;

    /// <summary><c>broadcast.limits.burst</c>.</summary>
    public int Burst { get; init; } = 200;

    /// <summary><c>broadcast.limits.name-length</c>.</summary>
    public int NameLength { get; init; } = DisplayName.MostCharacters;

    /// <summary><c>broadcast.keep-alive</c>.</summary>
    public KeepAlive KeepAlive { get; init; } = new(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30));

    /// <summary>
    /// <c>broadcast.log</c>, <c>broadcast.room.announce-up-to</c>, <c>broadcast.resume.grace</c> and <c>broadcast.echo-lines</c>.
    /// </summary>
    public RoomSettings Room { get; init; } =
        new(LogEntries: 8192, LogBytes: 8 * 1024 * 1024, AnnounceUpTo: 1000, EchoLines: false) { RenamesPerMinute = 10 };
}

/// <summary>Who may come in.</summary>
public enum Access
{
    /// <summary>Everybody.</summary>
    Open,

    /// <summary>Who knows the key.</summary>
    Key,

    /// <summary>Who has a token (RFC 7519).</summary>
    Jwt,
}

/// <summary>Which tokens are good; what is empty does not matter.</summary>
/// <param name="KeyFile">The path of the key: a public one as PEM, or the secret of HS256.</param>
/// <param name="JwksFile">The path of a set of keys (RFC 7517).</param>
/// <param name="Issuer">Who has to have issued it.</param>
/// <param name="Audience">Whom it has to be for.</param>
/// <param name="NameClaim">Which claim is the member's name.</param>
public sealed record TokenRules(string KeyFile, string JwksFile, string Issuer, string Audience, string NameClaim);

/// <summary>Where the server's certificate is.</summary>
/// <param name="Certificate">The path of the certificate, and the intermediate ones behind it, as PEM; empty for none.</param>
/// <param name="Key">The path of its private key, as PEM; empty for none.</param>
public sealed record TlsFiles(string Certificate, string Key)
{
    /// <summary>Whether there is to be TLS.</summary>
    public bool AreGiven => Certificate.Length + Key.Length > 0;
}
