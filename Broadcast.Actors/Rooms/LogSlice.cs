namespace Broadcast.Actors.Rooms;

/// <summary>
/// Consecutive facts as one run of complete frames. Immutable, shared by everybody, and copied by nobody.
/// </summary>
public readonly struct LogSlice : IEquatable<LogSlice>
{
    private readonly LogSegment _segment;

    internal LogSlice(LogSegment segment, long first, long last)
    {
        _segment = segment;
        First = first;
        Last = last;
    }

    /// <summary>The first fact's sequence number.</summary>
    public long First { get; }

    /// <summary>The last fact's sequence number.</summary>
    public long Last { get; }

    /// <summary>Whether there is no fact in it.</summary>
    public bool IsEmpty => _segment is null || Last < First;

    /// <summary>The frames, one behind the other.</summary>
    public ReadOnlyMemory<byte> Bytes => IsEmpty ? default : _segment.Bytes(First, Last);

    /// <summary>The facts behind <paramref name="cursor"/>.</summary>
    public LogSlice After(long cursor) => new(_segment, Math.Max(First, cursor + 1), Last);

    /// <summary>The facts up to and with <paramref name="last"/>.</summary>
    public LogSlice UpTo(long last) => new(_segment, First, Math.Min(Last, last));

    /// <inheritdoc/>
    public bool Equals(LogSlice other) =>
        ReferenceEquals(_segment, other._segment) && First == other.First && Last == other.Last;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LogSlice other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(First, Last);

    /// <summary>Whether both are the same facts of the same log.</summary>
    public static bool operator ==(LogSlice left, LogSlice right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(LogSlice left, LogSlice right) => !left.Equals(right);
}
