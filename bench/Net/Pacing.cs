namespace Broadcast.Bench.Net;

/// <summary>Decides who says something, and when.</summary>
internal abstract class Pacing
{
    /// <summary>When it next has something to do, in ticks of the stopwatch.</summary>
    public long Due { get; protected set; } = long.MaxValue;

    /// <summary>Says the first lines.</summary>
    public abstract void Begin(Crowd crowd, long now);

    /// <summary>Says no more.</summary>
    public abstract void End();

    /// <summary><see cref="Due"/> has come.</summary>
    public virtual void OnDue(Crowd crowd, long now) => Due = long.MaxValue;

    /// <summary>Lines of a publisher's own have come back to it.</summary>
    public virtual void OnReturned(Crowd crowd, Member member, int lines, long now)
    {
    }

    /// <summary>A socket that was full has taken everything.</summary>
    public virtual void OnDrained(Crowd crowd, Member member, long now)
    {
    }
}
