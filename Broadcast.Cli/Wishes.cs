namespace Broadcast.Cli;

/// <summary>What <c>connect</c> was asked for.</summary>
/// <param name="Address">Where to, and as whom.</param>
internal sealed record Wishes(ServerAddress Address)
{
    /// <summary>What is shown to the server, and by what it is known.</summary>
    public Credentials Credentials { get; init; } = Credentials.None;

    /// <summary>Lines to say instead of what is typed.</summary>
    public IReadOnlyList<string> Send { get; init; } = [];

    /// <summary>How many messages of others to wait for; 0 for no end.</summary>
    public int Listen { get; init; }

    /// <summary>How long a script waits for the server; null where it was not said.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Comes back when the server is lost.</summary>
    public bool Reconnects { get; init; } = true;

    /// <summary>How much of what was said before to show; 0 for nothing.</summary>
    public int History { get; init; }

    /// <summary>Says more of what happens.</summary>
    public bool IsVerbose { get; init; }

    /// <summary>Prints arrivals for a program.</summary>
    public bool IsJson { get; init; }

    /// <summary>How arrivals look.</summary>
    public Look Look { get; init; } = Look.Simple;

    /// <summary>Nothing is read from standard input.</summary>
    public bool HasItsSay => Send.Count > 0;
}
