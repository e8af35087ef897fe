using Broadcast.Bench.Servers;

namespace Broadcast.Bench.Scenarios;

/// <summary>What a session is made of.</summary>
/// <param name="Peer">The server.</param>
/// <param name="Members">How many connect.</param>
internal sealed record Setting(Peer Peer, int Members)
{
    /// <summary>The core that the server gets, or null.</summary>
    public int? ServerCore { get; init; }

    /// <summary>How many of them say something, spread evenly.</summary>
    public int Publishers { get; init; } = 10;

    /// <summary>The length of every text, in bytes.</summary>
    public int TextLength { get; init; } = Wire.Line.UsualLength;

    /// <summary>How many never read.</summary>
    public int Stuck { get; init; }

    /// <summary>What is added to the server's command line.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];
}
