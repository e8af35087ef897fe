namespace Broadcast.Cli;

/// <summary>How long the client waits for somebody else before it goes on without them.</summary>
/// <param name="Dial">For the whole way to an open WebSocket: name lookup, TCP, TLS, upgrade.</param>
/// <param name="Echo">In a script that does not say, for the next of its lines to be answered, or to come back.</param>
/// <param name="Goodbye">For what is still to be sent to go out, and then for the server's close reply.</param>
internal sealed record Patience(TimeSpan Dial, TimeSpan Echo, TimeSpan Goodbye)
{
    /// <summary>What people get.</summary>
    public static Patience Usual { get; } =
        new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(2)) { Away = Timeout.InfiniteTimeSpan };

    /// <summary>For a lost server to be back; zero ends with it.</summary>
    public TimeSpan Away { get; init; }

    /// <summary>What a script gets in place of <see cref="Away"/> without end, where it does not say.</summary>
    public static TimeSpan OfScripts { get; } = TimeSpan.FromSeconds(30);
}
