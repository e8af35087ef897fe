namespace Broadcast.Host.Connections;

/// <summary>Counts the connections that there are at once.</summary>
/// <param name="most">How many there may be; 0 for any number.</param>
internal sealed class ConnectionLimit(int most)
{
    private int _count;

    /// <summary>Takes a place. Every place taken is to be given back.</summary>
    /// <returns>False where there is none.</returns>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _count) <= most || most == 0)
        {
            return true;
        }

        Exit();
        return false;
    }

    /// <summary>Gives a place back.</summary>
    public void Exit() => Interlocked.Decrement(ref _count);
}
