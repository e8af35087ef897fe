namespace Broadcast.Verify.Clients;

/// <summary>What happens to a connection, and after how many bytes.</summary>
/// <param name="Harm">What.</param>
/// <param name="IsToServer">Whether what the client sends counts, or what it gets.</param>
/// <param name="After">How many bytes get through, from where it was decided on.</param>
internal sealed record Fate(Harm Harm, bool IsToServer, int After);

/// <summary>What a network does.</summary>
internal enum Harm
{
    /// <summary>Reset it.</summary>
    Reset,

    /// <summary>End the stream, as if the client had finished.</summary>
    Finish,

    /// <summary>Let nothing more through.</summary>
    Stall,
}
