namespace Broadcast.Actors;

/// <summary>
/// What tells that this process did not run for a while: SIGSTOP, a frozen container, a debugger. It has heard nobody
/// meanwhile, what they said lies in the sockets' buffers, and a timer that goes off then is the first to run. So time that
/// somebody had to be heard in begins anew: once. Where every timer is so late, the machine is no longer able to do its
/// work, and nobody would ever be found to be gone.
/// </summary>
public static class Oversleeping
{
    /// <summary>A timer so much late means it: more than a collection of garbage takes, or a processor that is busy.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    /// <summary>Whether the process was asleep when a timer was due.</summary>
    /// <param name="time">Whose timestamps are given.</param>
    /// <param name="since">When it was set.</param>
    /// <param name="due">For how much later.</param>
    /// <param name="now">The present.</param>
    public static bool HasOverslept(this TimeProvider time, long since, TimeSpan due, long now)
    {
        ArgumentNullException.ThrowIfNull(time);
        return time.GetElapsedTime(since, now) >= due + Least;
    }
}
