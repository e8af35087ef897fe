namespace Broadcast.Host.Connections;

/// <summary>Counts the connections that there are at once; the host's end waits for theirs.</summary>
/// <param name="most">How many there may be; 0 for any number.</param>
internal sealed class ConnectionLimit(int most) : IHostedService
{
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private int _count;
    private volatile bool _stopping;
    private long _turnover;

    /// <summary>How many have come and gone, each of which counts.</summary>
    public long Turnover => Interlocked.Read(ref _turnover);

    /// <summary>Takes a place. Every place taken is to be given back.</summary>
    /// <returns>False where there is none.</returns>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _count) <= most || most == 0)
        {
            _ = Interlocked.Increment(ref _turnover);
            return true;
        }

        Release();
        return false;
    }

    /// <summary>Somebody has come and gone, or come in, without or before a place.</summary>
    public void PassBy() => Interlocked.Increment(ref _turnover);

    /// <summary>Gives a place back.</summary>
    public void Exit()
    {
        _ = Interlocked.Increment(ref _turnover);
        Release();
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Waits until everybody has gone, or for as long as the host has time. Nobody comes in any more.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        // With a full fence in between: the last to leave sees that it is waited for, or is seen to have left.
        if (Interlocked.Add(ref _count, 0) > 0)
        {
            await Task.WhenAny(_empty.Task, Task.Delay(Timeout.Infinite, cancellationToken));
        }
    }

    // The last may be one that got no place.
    private void Release()
    {
        if (Interlocked.Decrement(ref _count) == 0 && _stopping)
        {
            _empty.TrySetResult();
        }
    }
}
