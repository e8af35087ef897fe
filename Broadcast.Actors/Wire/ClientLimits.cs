namespace Broadcast.Actors.Wire;

/// <summary>What a client has to keep to: told in <c>welcome</c>.</summary>
/// <param name="MessageBytes">The largest text frame that the server takes, in bytes.</param>
/// <param name="NameLength">The most Unicode scalar values in a name.</param>
/// <param name="Unanswered">The most numbered frames that may wait for their answers.</param>
public sealed record ClientLimits(int MessageBytes, int NameLength, int Unanswered);
