namespace Broadcast.Host.Connections;

/// <summary>
/// Warns of what was refused, at most once a second: whoever attacks must not fill the disk. What was left out is
/// counted in the next line.
/// </summary>
internal sealed partial class RefusalLog(TimeProvider time, ILogger<RefusalLog> logger)
{
    // Timestamps, because a clock that is set back must not silence it.
    private readonly long _pause = time.TimestampFrequency;
    private long _lastAt = time.GetTimestamp() - time.TimestampFrequency;
    private int _leftOut;

    /// <summary>Warns.</summary>
    /// <param name="remote">Who was refused.</param>
    /// <param name="why">Why: a sentence of ours, nothing that the peer sent.</param>
    public void Warn(object? remote, string why)
    {
        var now = time.GetTimestamp();
        var last = Interlocked.Read(ref _lastAt);
        if (now - last < _pause || Interlocked.CompareExchange(ref _lastAt, now, last) != last)
        {
            Interlocked.Increment(ref _leftOut);
            return;
        }

        Log.Refused(logger, remote, why, Interlocked.Exchange(ref _leftOut, 0));
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 10, Level = LogLevel.Warning, Message = "Refused {Remote}: {Why} ({LeftOut} more not listed)")]
        public static partial void Refused(ILogger logger, object? remote, string why, int leftOut);
    }
}
