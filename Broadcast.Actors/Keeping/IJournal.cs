namespace Broadcast.Actors.Keeping;

/// <summary>
/// The disk as the actors see it. Each call returns when what it was given is there to stay; used by
/// <see cref="JournalActor"/> alone.
/// </summary>
/// <exception cref="StateException">From each: the disk does not take it. The message says what to do.</exception>
public interface IJournal
{
    /// <summary>Adds what <see cref="RoomState.RecordTo"/> gave.</summary>
    /// <returns>Whether it has become so long that <see cref="Begin"/> is due.</returns>
    bool Append(ReadOnlyMemory<byte> records);

    /// <summary>Puts a whole state in the place of everything before.</summary>
    void Begin(ReadOnlyMemory<byte> snapshot);

    /// <summary>Puts the last one there, behind which nothing comes.</summary>
    void Close(ReadOnlyMemory<byte> snapshot);
}
