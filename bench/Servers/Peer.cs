using Broadcast.Bench.Wire;

namespace Broadcast.Bench.Servers;

/// <summary>A server that is measured. <c>peers/NAME/start PORT</c> starts it.</summary>
/// <param name="Name">The name of its folder.</param>
/// <param name="NewDialects">What its members speak, by turns.</param>
internal sealed record Peer(string Name, Func<IReadOnlyList<Dialect>> NewDialects)
{
    /// <summary>Whether it tells everybody who joins.</summary>
    public bool AnnouncesJoins { get; init; }

    /// <summary>How many may be on their way in at the same time.</summary>
    public int JoinsAtOnce { get; init; } = 64;

    /// <summary>The most members that it is asked to hold.</summary>
    public int MostMembers { get; init; } = int.MaxValue;

    /// <summary>Whether it is a yardstick and no competitor.</summary>
    public bool IsYardstick { get; init; }

    public static IReadOnlyList<Peer> All { get; } =
    [
        new("broadcast", () => [new PlainDialect()]) { AnnouncesJoins = true },
        new("broadcast-v1", () => [new JsonDialect()]) { AnnouncesJoins = true, IsYardstick = true },
        new("broadcast-durable", () => [new PlainDialect()]) { AnnouncesJoins = true, IsYardstick = true },
        new("broadcast-v1-durable", () => [new JsonDialect()]) { AnnouncesJoins = true, IsYardstick = true },
        new("broadcast-mixed", () => [new PlainDialect(), new JsonDialect()]) { AnnouncesJoins = true, IsYardstick = true },
        new("broadcast-watched", () => [new PlainDialect(), new JsonDialect()]) { AnnouncesJoins = true, IsYardstick = true },
        new("floor", () => [new PlainDialect()]) { IsYardstick = true },
        new("uws", () => [new PlainDialect()]),
        new("gohub", () => [new LinesDialect()]),
        new("signalr", () => [new SignalRDialect()]),
        new("sendasync", () => [new PlainDialect()]),
        new("nchan", () => [new NchanDialect()]),
        new("ws", () => [new PlainDialect()]),

        // Two joins that coincide hang it; ten thousand, one by one, each announced to all, would take it minutes.
        new("firstsystem", () => [new PlainDialect()]) { AnnouncesJoins = true, JoinsAtOnce = 1, MostMembers = 2000 },
        new("blaster", () => [new PlainDialect()]) { IsYardstick = true },
    ];

    public static Peer Named(string name) =>
        All.SingleOrDefault(peer => peer.Name == name)
        ?? throw new UsageException($"there is no peer called {name}: {string.Join(", ", All.Select(peer => peer.Name))}");
}
