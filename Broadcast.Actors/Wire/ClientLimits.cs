namespace Broadcast.Actors.Wire;

/// <summary>What a client has to keep to: told in <c>welcome</c>.</summary>
/// <param name="MessageBytes">The largest text frame that the server takes, in bytes.</param>
/// <param name="NameLength">The most Unicode scalar values in a name.</param>
/// <param name="Unanswered">The most numbered frames that may wait for their answers.</param>
/// <param name="LinesPerSecond">The most frames a second in the long run; 0 for any number.</param>
/// <param name="Burst">The most frames at once, by one who has sent nothing for a while.</param>
public sealed record ClientLimits(int MessageBytes, int NameLength, int Unanswered, int LinesPerSecond, int Burst);
