namespace Broadcast.Actors.Keeping;

// From the room.

/// <summary>What has changed since the last time. One is under way at a time; the memory is the journal's until it answers <see cref="Recorded"/>.</summary>
public sealed record Record(ReadOnlyMemory<byte> Records);

/// <summary>The whole state, in the place of everything before; answered like <see cref="Record"/>.</summary>
/// <param name="Snapshot">What <see cref="RoomState.Snapshot"/> gave.</param>
/// <param name="IsLast">Whether nothing comes behind it: the journal ends then.</param>
public sealed record RecordAll(ReadOnlyMemory<byte> Snapshot, bool IsLast);

// To the room.

/// <summary>What was last sent is on the disk.</summary>
/// <param name="IsLong">Whether the next should be a <see cref="RecordAll"/>.</param>
public sealed record Recorded(bool IsLong);
