namespace Broadcast.Actors.Rooms;

/// <summary>Why a member left.</summary>
public enum LeftReason
{
    /// <summary>It said goodbye.</summary>
    Quit,

    /// <summary>Its connection ended and it has not come back in time.</summary>
    Lost,

    /// <summary>The server sent it away.</summary>
    Removed,
}
