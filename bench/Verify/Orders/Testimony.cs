namespace Broadcast.Verify.Orders;

/// <summary>What one client did and heard.</summary>
/// <param name="Number">Which.</param>
/// <param name="IsPlain">Whether it speaks plain.</param>
/// <param name="Wanted">The name that it asked for.</param>
internal sealed record Testimony(int Number, bool IsPlain, string Wanted)
{
    /// <summary>In order.</summary>
    public List<Entry> Entries { get; init; } = [];

    public override string ToString() => $"client {Number} ({(IsPlain ? "plain" : "v1")}, {Wanted})";
}

/// <summary>What the server was told, and what else the order is to be judged by.</summary>
/// <param name="AnnounceUpTo">Up to how many members joins and leaves are announced; 0 for never, -1 for always.</param>
/// <param name="LogEntries">How many facts the log holds.</param>
/// <param name="LogBytes">How many bytes of them.</param>
/// <param name="NameLength">The most characters of a name that is chosen.</param>
/// <param name="IsChaos">Whether connections break, and the server with them.</param>
internal sealed record Ground(int AnnounceUpTo, int LogEntries, long LogBytes, int NameLength, bool IsChaos);

/// <summary>Something that must not be.</summary>
/// <param name="What">What.</param>
/// <param name="Client">Who saw it; null where it is nobody's view alone.</param>
/// <param name="Seq">Where in the order; null where that is not known.</param>
internal sealed record Violation(string What, int? Client = null, long? Seq = null)
{
    public override string ToString() =>
        $"{(Client is { } client ? $"client {client}: " : "")}{What}{(Seq is { } seq ? $" (at {seq})" : "")}";
}
