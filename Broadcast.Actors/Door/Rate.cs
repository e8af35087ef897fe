namespace Broadcast.Actors.Door;

/// <summary>
/// How often something may be done: so many at once, and so many more in each stretch of time. One for everybody whom it
/// holds for; what each has done of it is a <see cref="Pace"/>.
/// </summary>
public sealed class Rate
{
    // In ticks of the TimeProvider: what one costs, and how far ahead of time somebody may be.
    private readonly long _cost;
    private readonly long _ahead;

    /// <param name="count">How many in each <paramref name="time"/>; 0 for as many as anybody likes.</param>
    /// <param name="time">In how much time.</param>
    /// <param name="burst">How many at once, by one who has done nothing for a while; at least 1.</param>
    /// <param name="clock">Whose timestamps are to be given.</param>
    /// <exception cref="ArgumentOutOfRangeException">The burst is less than 1, or the count less than 0.</exception>
    public Rate(int count, TimeSpan time, int burst, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfLessThan(burst, 1);
        ArgumentNullException.ThrowIfNull(clock);
        Count = count;
        _cost = count == 0 ? 0 : (long)(time.TotalSeconds * clock.TimestampFrequency / count);
        _ahead = _cost * (burst - 1);
    }

    /// <summary>How many in each stretch of time; 0 where there is no limit.</summary>
    public int Count { get; }

    /// <summary>Does it once more, where that is not too often.</summary>
    /// <param name="pace">How far somebody is.</param>
    /// <param name="now">The present, as a timestamp.</param>
    /// <returns>Whether it may be done.</returns>
    public bool Allows(ref Pace pace, long now)
    {
        if (_cost == 0)
        {
            return true;
        }

        if (Math.Max(pace.Next, now) - now > _ahead)
        {
            return false;
        }

        Take(ref pace, now);
        return true;
    }

    /// <summary>Does it once more, whether that is too often or not: who has done it more often waits for longer.</summary>
    public void Take(ref Pace pace, long now) => pace = new Pace(Math.Max(pace.Next, now) + _cost);

    /// <summary>
    /// Does it once more for one that has been refused it and has been waiting for it ever since: what was due meanwhile is
    /// not lost because nobody looked.
    /// </summary>
    /// <inheritdoc cref="Allows"/>
    public bool AllowsWaiting(ref Pace pace, long now)
    {
        if (pace.Next - now > _ahead)
        {
            return false;
        }

        pace = new Pace(pace.Next + _cost);
        return true;
    }

    /// <summary>Whether it may be done once more, without doing it.</summary>
    public bool HasRoom(Pace pace, long now) => Allows(ref pace, now);
}

/// <summary>How far somebody has used up a <see cref="Rate"/>; the default is one who has done nothing yet.</summary>
/// <param name="Next">
/// The timestamp at which the next would be due, if each took its share of the time (the generic cell rate algorithm's
/// theoretical arrival time, ITU-T I.371).
/// </param>
public readonly record struct Pace(long Next);
