namespace Broadcast.Verify.Clients;

/// <summary>What a connection brings.</summary>
internal abstract record Arrived;

/// <summary>A text frame.</summary>
internal sealed record TextFrame(string Content) : Arrived;

/// <summary>It is over.</summary>
/// <param name="Code">The server's close code; null where there was none.</param>
/// <param name="Why">For a person.</param>
internal sealed record Ended(int? Code, string Why) : Arrived;

/// <summary>The server broke RFC 6455, and it is over.</summary>
internal sealed record Broke(string Why) : Arrived;
