namespace Broadcast.Host.Connections;

/// <summary>
/// Gives memory back once many have come or gone. A handshake's leavings are several times what a connection keeps, and
/// a room in which little is said allocates too little for the collector to look at them for hours.
/// </summary>
internal sealed class MemoryTidying(ConnectionLimit connections, TimeProvider time) : BackgroundService
{
    // A collection of 10,000 connections' memory takes some 50 ms: worth it for what a thousand leave behind, and only
    // when nobody is coming or going.
    private const int Worthwhile = 500;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        long tidied = 0, before = 0;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var turnover = connections.Turnover;
            if (turnover == before && turnover - tidied >= Worthwhile)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                tidied = turnover;
            }

            before = turnover;
        }
    }
}
