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

    /// <summary><c>broadcast.limits.message-bytes</c>.</summary>
    public int MessageBytes { get; init; } = 65536;

    /// <summary><c>broadcast.limits.connections</c>; 0 is no limit.</summary>
    public int Connections { get; init; } = 20000;

    /// <summary><c>broadcast.limits.handshake</c>.</summary>
    public TimeSpan Handshake { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary><c>broadcast.keep-alive</c>.</summary>
    public KeepAlive KeepAlive { get; init; } = new(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30));

    /// <summary>
    /// <c>broadcast.log</c>, <c>broadcast.room.announce-up-to</c>, <c>broadcast.resume.grace</c> and <c>broadcast.echo-lines</c>.
    /// </summary>
    public RoomSettings Room { get; init; } = new(LogEntries: 8192, LogBytes: 8 * 1024 * 1024, AnnounceUpTo: 1000, EchoLines: false);
}
