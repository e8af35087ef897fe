namespace Broadcast.Host.Connections;

/// <summary>Counts the connections that there are at once.</summary>
/// <param name="most">How many there may be; 0 for any number.</param>
internal sealed class ConnectionLimit(int most)
{
    private int _count;
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

        _ = Interlocked.Decrement(ref _count);
        return false;
    }

    /// <summary>Gives a place back.</summary>
    public void Exit()
    {
        _ = Interlocked.Decrement(ref _count);
        _ = Interlocked.Increment(ref _turnover);
    }
}
