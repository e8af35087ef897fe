using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace Broadcast.Actors.Keeping;

/// <summary>
/// Has the disk keep what the room tells it, one commit after the other, and answers when it is there. It waits for the
/// disk, so it has a thread of its own. When the disk fails it ends, and never answers: who waits for it says nothing
/// any more, and whoever watches it ends the process.
/// </summary>
public sealed partial class JournalActor : ReceiveActor
{
    /// <param name="journal">The disk; the actor's own.</param>
    /// <param name="logger">A disk that fails at Critical.</param>
    public static Props Props(IJournal journal, ILogger<JournalActor> logger) => Akka.Actor.Props.Create(() => new JournalActor(journal, logger));

    private readonly ILogger _logger;

    /// <summary>See <see cref="Props"/>.</summary>
    public JournalActor(IJournal journal, ILogger<JournalActor> logger)
    {
        _logger = logger;
        Receive<Record>(record => Keep(() => journal.Append(record.Records)));
        Receive<RecordAll>(all => Keep(() =>
        {
            if (all.IsLast)
            {
                journal.Close(all.Snapshot);
                Context.Stop(Self);
            }
            else
            {
                journal.Begin(all.Snapshot);
            }

            return false;
        }));
    }

    private void Keep(Func<bool> keep)
    {
        try
        {
            Sender.Tell(new Recorded(keep()));
        }
        catch (StateException fault)
        {
            Log.Failed(_logger, fault.Message);
            Context.Stop(Self);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 40, Level = LogLevel.Critical, Message = "{Fault}")]
        public static partial void Failed(ILogger logger, string fault);
    }
}
