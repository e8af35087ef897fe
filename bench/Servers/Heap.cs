namespace Broadcast.Bench.Servers;

/// <summary>What a server's heap holds behind a full collection.</summary>
/// <param name="Live">Bytes that are alive.</param>
/// <param name="Committed">Bytes that it has of the operating system.</param>
/// <param name="Exceptions">How many exceptions have been thrown since the start, whoever caught them.</param>
internal sealed record Heap(long Live, long Committed, long Exceptions);
