using System.Threading.Tasks.Sources;

namespace Broadcast.Host.Connections;

/// <summary>
/// What a connection may still send before the room has taken what it sent: one credit a message. One side takes (the
/// connection's reader), one gives (its session); a reader out of credit waits, and its peer with it. That is how a
/// flood slows the one who floods and nobody else.
/// </summary>
internal sealed class Credit(int messages) : IValueTaskSource
{
    private int _left = messages;

    // Continues on the thread pool: the giver is an actor, which has no time for a reader.
    private ManualResetValueTaskSourceCore<bool> _given = new() { RunContinuationsAsynchronously = true };

    /// <summary>Whether the reader waits for credit.</summary>
    public bool IsSpent => Volatile.Read(ref _left) < 0;

    /// <summary>Takes one, or waits for it. Only ever one at a time.</summary>
    public ValueTask TakeAsync() =>
        Interlocked.Decrement(ref _left) >= 0 ? ValueTask.CompletedTask : new ValueTask(this, _given.Version);

    /// <summary>Gives one.</summary>
    public void Give()
    {
        if (Interlocked.Increment(ref _left) <= 0)
        {
            _given.SetResult(true);
        }
    }

    /// <summary>Gives as much as anybody could want: there is nobody left to give.</summary>
    public void Lift()
    {
        if (Interlocked.Add(ref _left, int.MaxValue / 2) < int.MaxValue / 2)
        {
            _given.SetResult(true);
        }
    }

    void IValueTaskSource.GetResult(short token)
    {
        _ = _given.GetResult(token);
        _given.Reset();
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _given.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _given.OnCompleted(continuation, state, token, flags);
}
