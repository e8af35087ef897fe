using System.Runtime.CompilerServices;
using Akka.Configuration;
using Akka.Dispatch;

namespace Broadcast.Actors.Dispatch;

/// <summary>
/// Runs the actors of a dispatcher in lanes: first come, first served, one lane a processor, an actor always in the
/// same one. Whom the room has told is in line before
/// the room's next turn; so the lines that come in meanwhile go along with what is told next, and a busy room amortises by itself. To the thread pool a lane is one
/// piece of work however many actors wait in it, where one piece each would have it wake threads that find nothing to do.
/// </summary>
public sealed class LaneExecutorConfigurator : ExecutorServiceConfigurator
{
    /// <summary>Called by the actor system, by the name in <c>hocon.conf</c>.</summary>
    public LaneExecutorConfigurator(Config config, IDispatcherPrerequisites prerequisites)
        : base(config, prerequisites)
    {
    }

    /// <inheritdoc/>
    public override ExecutorService Produce(string id) => new LaneExecutor(id, Environment.ProcessorCount);
}

/// <summary>See <see cref="LaneExecutorConfigurator"/>.</summary>
internal sealed class LaneExecutor(string id, int lanes) : ExecutorService(id)
{
    private readonly Lane[] _lanes = [.. Enumerable.Range(0, lanes).Select(_ => new Lane())];

    /// <inheritdoc/>
    public override void Execute(IRunnable run) =>
        _lanes[(uint)RuntimeHelpers.GetHashCode(run) % (uint)_lanes.Length].Enter(run);

    /// <inheritdoc/>
    public override void Shutdown()
    {
    }
}
