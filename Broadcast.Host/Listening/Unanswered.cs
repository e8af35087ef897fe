namespace Broadcast.Host.Listening;

/// <summary>
/// The connections of a listener that have no answer yet, those first that have waited longest. Where descriptors run
/// short they make room: who says nothing, or its request bit by bit, keeps nobody out. Owned by who accepts.
/// </summary>
internal sealed class Unanswered
{
    /// <summary>
    /// So many make room at a time: as many of those who come next get in, and only who comes when there is none left is
    /// turned away.
    /// </summary>
    public const int GivingWay = 16;

    private const int LeastToTidy = 64;

    private readonly Queue<HttpConnection> _waiting = [];
    private int _tidyAt = LeastToTidy;

    /// <summary>How many are held, answered ones that have not been let go of included.</summary>
    public int Held => _waiting.Count;

    /// <summary>One more that waits.</summary>
    public void Add(HttpConnection connection)
    {
        if (_waiting.Count >= _tidyAt)
        {
            Tidy();
        }

        _waiting.Enqueue(connection);
    }

    /// <summary>Cuts <see cref="GivingWay"/> of those that have waited longest, or all.</summary>
    /// <returns>Whether there was one.</returns>
    public bool MakeRoom()
    {
        var cut = 0;
        while (cut < GivingWay && _waiting.Count > 0)
        {
            cut += _waiting.Dequeue().TryCut() ? 1 : 0;
        }

        return cut > 0;
    }

    // Those who have been answered are not held on to, and each is looked at a few times at the most.
    private void Tidy()
    {
        List<HttpConnection> waiting = [.. _waiting.Where(connection => connection.IsWaiting)];
        _waiting.Clear();
        waiting.ForEach(_waiting.Enqueue);
        _tidyAt = Math.Max(LeastToTidy, 2 * _waiting.Count);
    }
}
