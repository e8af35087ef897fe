namespace Broadcast.Actors.Wire;

/// <summary>The forms in which the server speaks. A client chooses one when it connects.</summary>
public enum WireForm
{
    /// <summary><see cref="PlainForm"/>: lines, for people.</summary>
    Plain,

    /// <summary><see cref="JsonForm"/>: objects, for programs.</summary>
    Json,
}
