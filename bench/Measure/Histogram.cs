using System.Numerics;

namespace Broadcast.Bench.Measure;

/// <summary>Counts times: each power of two in 128 equal steps, so that what is read off is at most 0.8 % too large.</summary>
internal sealed class Histogram
{
    private const int StepBits = 7;
    private const int Steps = 1 << StepBits;

    private readonly long[] _counts = new long[(64 - StepBits) * Steps];

    public long Count { get; private set; }

    public long Largest { get; private set; }

    /// <summary>Counts one time.</summary>
    /// <param name="nanoseconds">Negative ones count as zero.</param>
    public void Record(long nanoseconds)
    {
        nanoseconds = Math.Max(nanoseconds, 0);
        _counts[Place((ulong)nanoseconds)]++;
        Count++;
        if (nanoseconds > Largest)
        {
            Largest = nanoseconds;
        }
    }

    /// <summary>The time that the given share of all is not above, in microseconds; NaN where there is none.</summary>
    public double Microseconds(double share)
    {
        var wanted = Math.Max(1, (long)Math.Ceiling(share * Count));
        long seen = 0;
        for (var place = 0; place < _counts.Length; place++)
        {
            seen += _counts[place];
            if (seen >= wanted)
            {
                return Math.Min(Top(place), Largest) / 1000.0;
            }
        }

        return double.NaN;
    }

    public void Clear()
    {
        Array.Clear(_counts);
        (Count, Largest) = (0, 0);
    }

    private static int Place(ulong value)
    {
        var octave = 63 - BitOperations.LeadingZeroCount(value | (Steps - 1)) - (StepBits - 1);
        return (octave * Steps) + (int)(octave == 0 ? value : (value >> (octave - 1)) & (Steps - 1));
    }

    private static long Top(int place)
    {
        var (octave, step) = (place / Steps, place % Steps);
        return octave == 0 ? step : ((long)(Steps + step + 1) << (octave - 1)) - 1;
    }
}
