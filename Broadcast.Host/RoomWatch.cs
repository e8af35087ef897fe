using Akka.Actor;
using Akka.Hosting;
using Broadcast.Actors.Rooms;

namespace Broadcast.Host;

/// <summary>
/// Ends the process when the room dies: a server that takes connections for a dead room must not exist. Whoever manages
/// the process starts it again.
/// </summary>
internal sealed partial class RoomWatch(
    IRequiredActor<RoomActor> room, IHostApplicationLifetime lifetime, ILogger<RoomWatch> logger) : BackgroundService
{
    /// <summary>Whether the room died while it was needed.</summary>
    public static int ExitCode => 70;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var ended = await room.ActorRef.WatchAsync(stoppingToken);
        if (ended && !lifetime.ApplicationStopping.IsCancellationRequested)
        {
            Log.RoomDied(logger);
            Environment.ExitCode = ExitCode;
            lifetime.StopApplication();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 20, Level = LogLevel.Critical, Message = "The room has failed; the server ends (exit status 70)")]
        public static partial void RoomDied(ILogger logger);
    }
}
