namespace Broadcast.Actors.Rooms;

/// <summary>
/// The last facts and when they were, for whoever asks what was before. Within the limits of <see cref="RoomLog"/>, and
/// independent of the forms that are spoken. Owned by one actor.
/// </summary>
/// <param name="entries">The most facts held; at least 1.</param>
/// <param name="bytes">The most memory that their texts take, in bytes; at least 1.</param>
internal sealed class RoomHistory(int entries, long bytes)
{
    // About what a fact takes beside its text.
    private const int FactBytes = 128;

    // A ring that grows as it fills: the fact that is the i-th oldest stands at _oldest + i.
    private Past[] _ring = [];
    private int _oldest;
    private int _count;
    private long _held;

    /// <summary>Takes a fact; the oldest give way where there are too many.</summary>
    public void Append(Fact fact, DateTimeOffset time)
    {
        if (_count == _ring.Length)
        {
            Grow();
        }

        _ring[At(_count)] = new Past(fact, time);
        _count++;
        _held += SizeOf(fact);
        while (_count > 1 && (_count > entries || _held > bytes))
        {
            _held -= SizeOf(_ring[_oldest].Fact);
            _ring[_oldest] = default;
            _oldest = At(1);
            _count--;
        }
    }

    /// <summary>How many there are.</summary>
    public int Count => _count;

    /// <summary>All of them, the oldest first.</summary>
    public IEnumerable<Past> All => Enumerable.Range(0, _count).Select(i => _ring[At(i)]);

    /// <summary>The facts in front of one, the latest first.</summary>
    /// <param name="seq">Only those with lower numbers.</param>
    public IEnumerable<Past> Before(long seq)
    {
        // They have no holes: so many are in front of it.
        var before = _count == 0 ? 0 : Math.Clamp(seq - _ring[_oldest].Fact.Seq, 0, _count);
        for (var i = (int)before - 1; i >= 0; i--)
        {
            yield return _ring[At(i)];
        }
    }

    private static int SizeOf(Fact fact) => FactBytes + (fact is Said said ? said.Text.Length * sizeof(char) : 0);

    private int At(int place) => (_oldest + place) % _ring.Length;

    private void Grow()
    {
        var larger = new Past[Math.Max(16, _ring.Length * 2)];
        for (var i = 0; i < _count; i++)
        {
            larger[i] = _ring[At(i)];
        }

        _ring = larger;
        _oldest = 0;
    }
}

/// <summary>A fact, and when it was.</summary>
internal readonly record struct Past(Fact Fact, DateTimeOffset Time);
