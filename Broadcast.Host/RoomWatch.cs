using Akka.Actor;
using Akka.Hosting;
using Broadcast.Actors.Door;
using Broadcast.Actors.Keeping;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Sessions;
using Broadcast.Host.State;

namespace Broadcast.Host;

/// <summary>
/// Ends the process when the room dies, or the sessions' parent, or the door, or what keeps the room: a server that takes
/// connections and lets nobody talk must not exist. Whoever manages the process starts it again.
/// </summary>
internal sealed partial class RoomWatch(ActorRegistry actors, IHostApplicationLifetime lifetime, ILogger<RoomWatch> logger, StateDirectory? directory = null)
    : BackgroundService
{
    /// <summary>The exit status where one of them died while it was needed.</summary>
    public const int Failed = 70;

    /// <summary>What the process is to end with, so far as the actors are concerned.</summary>
    public int ExitStatus { get; private set; }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var any = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var sessions = await actors.GetAsync<SessionsActor>(any.Token);
        var room = await actors.GetAsync<RoomActor>(any.Token);
        var door = await actors.GetAsync<DoorActor>(any.Token);
        var journal = directory is null ? Task.Delay(Timeout.Infinite, any.Token) : (await actors.GetAsync<JournalActor>(any.Token)).WatchAsync(any.Token);
        var first = await Task.WhenAny(room.WatchAsync(any.Token), sessions.WatchAsync(any.Token), door.WatchAsync(any.Token), journal);
        await first;
        await any.CancelAsync();
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return;
        }

        if (first == journal)
        {
            ExitStatus = StateDirectory.Failed;
            Log.JournalDied(logger);
        }
        else
        {
            // The room, or what nobody gets to it without.
            ExitStatus = Failed;
            Log.RoomDied(logger);
        }

        // Nobody is left to say goodbye: the sessions go, and their sockets with them.
        sessions.Tell(PoisonPill.Instance);
        lifetime.StopApplication();
    }

    /// <summary>Waits until the room has been kept, or for as long as the host has time.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        if (directory is not null && ExitStatus == 0 && actors.TryGet<JournalActor>(out var journal))
        {
            try
            {
                await journal.WatchAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                Log.NotKept(logger);
            }

            ExitStatus = directory.IsClosed ? 0 : StateDirectory.Failed;
        }

        await base.StopAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 20, Level = LogLevel.Critical, Message = "The room has failed; the server ends (exit status 70)")]
        public static partial void RoomDied(ILogger logger);

        [LoggerMessage(EventId = 21, Level = LogLevel.Critical, Message = "The room can no longer be kept; the server ends (exit status 74)")]
        public static partial void JournalDied(ILogger logger);

        [LoggerMessage(EventId = 22, Level = LogLevel.Critical, Message = "The room was not written in time: who comes back is new (exit status 74)")]
        public static partial void NotKept(ILogger logger);
    }
}
