namespace Broadcast.Cli;

/// <summary>Something that is to be done later, unless it is put off. It belongs to the chat client's loop, and only tells it.</summary>
internal sealed class Alarm(TimeProvider clock, Action<Happening> tell) : IDisposable
{
    private ITimer? _timer;
    private Rang? _awaited;

    /// <summary>Rings then, and not when it was to ring before.</summary>
    public void Set(TimeSpan fromNow)
    {
        Stop();
        var rang = new Rang();
        _awaited = rang;
        _timer = clock.CreateTimer(_ => tell(rang), state: null, fromNow, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Does not ring.</summary>
    public void Stop()
    {
        _timer?.Dispose();
        _timer = null;
        _awaited = null;
    }

    /// <summary>Whether it is this one that has rung; one that was put off while it rang has not.</summary>
    public bool HasRung(Rang rang)
    {
        if (!ReferenceEquals(rang, _awaited))
        {
            return false;
        }

        Stop();
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => Stop();
}
