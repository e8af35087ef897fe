using Akka.Actor;
using Akka.Hosting;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Sessions;

namespace Broadcast.Host;

/// <summary>
/// Ends the process when the room dies, or the sessions' parent: a server that takes connections for a dead room must
/// not exist. Whoever manages the process starts it again.
/// </summary>
internal sealed partial class RoomWatch(
    IRequiredActor<RoomActor> room, IRequiredActor<SessionsActor> sessions, IHostApplicationLifetime lifetime, ILogger<RoomWatch> logger)
    : BackgroundService
{
    /// <summary>The exit status where one of them died while it was needed.</summary>
    public const int Failed = 70;

    /// <summary>What the process is to end with, so far as the actors are concerned.</summary>
    public int ExitStatus { get; private set; }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        await await Task.WhenAny(room.ActorRef.WatchAsync(either.Token), sessions.ActorRef.WatchAsync(either.Token));
        await either.CancelAsync();
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return;
        }

        Log.RoomDied(logger);
        ExitStatus = Failed;
        // Nobody is left to say goodbye: the sessions go, and their sockets with them.
        sessions.ActorRef.Tell(PoisonPill.Instance);
        lifetime.StopApplication();
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 20, Level = LogLevel.Critical, Message = "The room has failed; the server ends (exit status 70)")]
        public static partial void RoomDied(ILogger logger);
    }
}
