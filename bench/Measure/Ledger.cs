
namespace Broadcast.Bench.Measure;

/// <summary>
/// What every reader has had of every publisher. For each pair the numbers must come without a hole; what does not is
/// counted as lost, reordered or duplicated.
/// </summary>
internal sealed class Ledger(int readers, int publishers)
{
    // A reader that is told nothing for a while and then everything must not fill the generator's memory.
    private const int MostRemembered = 1_000_000;

    private readonly uint[] _next = new uint[readers * publishers];
    private readonly uint[] _said = new uint[publishers];
    private readonly HashSet<(int Pair, uint Number)> _missing = [];
    private readonly List<long>[] _saidAt = [.. Enumerable.Range(0, publishers).Select(_ => new List<long>())];

    public int Publishers { get; } = publishers;

    public Histogram Latency { get; } = new();

    /// <summary>Deliveries so far, those that came twice left out.</summary>
    public long Delivered { get; private set; }

    /// <summary>Skipped, and not come since.</summary>
    public long Lost { get; private set; }

    /// <summary>Skipped, and come since.</summary>
    public long Reordered { get; private set; }

    public long Duplicated { get; private set; }

    /// <summary>Only lines sent from here on count for the latency, in ticks of the stopwatch.</summary>
    public long From { get; set; } = long.MaxValue;

    /// <summary>Only lines sent before count for the latency.</summary>
    public long Until { get; set; } = long.MaxValue;

    /// <summary>A publisher whose latency is not counted (one that floods), or -1.</summary>
    public int Uncounted { get; set; } = -1;

    /// <summary>Whether to keep when each line was said, for those that are never delivered.</summary>
    public bool RemembersTimes { get; set; }

    /// <summary>The number of a publisher's next line, which it is saying now.</summary>
    public uint Say(int publisher, long at)
    {
        if (RemembersTimes && publisher != Uncounted)
        {
            var times = _saidAt[publisher];
            while (times.Count < _said[publisher])
            {
                times.Add(long.MaxValue);
            }

            times.Add(at);
        }

        return _said[publisher]++;
    }

    public uint Said(int publisher) => _said[publisher];

    public void Deliver(int reader, int publisher, uint number, long sentAt, long now)
    {
        ref var next = ref _next[(reader * Publishers) + publisher];
        if (number == next)
        {
            next++;
            Delivered++;
        }
        else
        {
            Irregular((reader * Publishers) + publisher, number);
        }

        if (sentAt >= From && sentAt < Until && publisher != Uncounted)
        {
            Latency.Record(now - sentAt);
        }
    }

    /// <summary>Up to which number a reader has had a publisher's lines.</summary>
    public uint Had(int reader, int publisher) => _next[(reader * Publishers) + publisher];

    /// <summary>How many lines a reader has still to get.</summary>
    public long Owed(int reader)
    {
        long owed = 0;
        for (var publisher = 0; publisher < Publishers; publisher++)
        {
            owed += (long)_said[publisher] - _next[(reader * Publishers) + publisher];
        }

        return owed;
    }

    /// <summary>Writes off what a reader has not got: it is lost, and counts as having taken until now at least.</summary>
    public void WriteOff(int reader, long now)
    {
        for (var publisher = 0; publisher < Publishers; publisher++)
        {
            ref var next = ref _next[(reader * Publishers) + publisher];
            if (next >= _said[publisher])
            {
                continue;
            }

            Lost += _said[publisher] - next;
            for (; RemembersTimes && publisher != Uncounted && next < _said[publisher]; next++)
            {
                var sentAt = next < _saidAt[publisher].Count ? _saidAt[publisher][(int)next] : long.MaxValue;
                if (sentAt >= From && sentAt < Until)
                {
                    Latency.Record(now - sentAt);
                }
            }

            next = _said[publisher];
        }
    }

    private void Irregular(int pair, uint number)
    {
        ref var next = ref _next[pair];
        if (number < next)
        {
            if (_missing.Remove((pair, number)))
            {
                Lost--;
                Reordered++;
                Delivered++;
            }
            else
            {
                Duplicated++;
            }

            return;
        }

        Lost += number - next;
        for (; next < number; next++)
        {
            if (_missing.Count < MostRemembered)
            {
                _missing.Add((pair, next));
            }
        }

        next = number + 1;
        Delivered++;
    }
}
