using Akka.Actor;
using Broadcast.Actors.Sessions;
using Broadcast.Actors.Wire;
using Broadcast.Tests.Wire;

namespace Broadcast.Tests.Sessions;

/// <summary>
/// A connection whose socket takes what it is given, or is full until it is told otherwise. It reports everything to a
/// probe, and to be written to while a write is under way is its failure.
/// </summary>
internal sealed class TestConnection(IActorRef probe) : IConnection
{
    private readonly TaskCompletionSource<IActorRef> _attached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IActorRef _session = ActorRefs.Nobody;
    private bool _underWay;

    /// <summary>Whether the next write will be under way for a while.</summary>
    public bool IsFull { get; set; }

    public long LastHeard { get; set; }

    public long Acknowledged { get; set; }

    public bool IsGone { get; set; }

    /// <summary>For what its peer was sent away.</summary>
    public List<CloseReason> Blamed { get; } = [];

    /// <summary>Who writes to it, once there is somebody.</summary>
    public Task<IActorRef> Attached => _attached.Task;

    public void Attach(IActorRef session)
    {
        _session = session;
        _ = _attached.TrySetResult(session);
    }

    public bool TryWrite(ReadOnlyMemory<byte> frames)
    {
        if (_underWay)
        {
            probe.Tell("written to while a write was under way");
        }

        _underWay = IsFull;
        probe.Tell(new Wrote(Frame.All(frames.Span)));
        return !IsFull;
    }

    /// <summary>The socket takes what is under way, and whatever comes.</summary>
    public void Drain()
    {
        IsFull = false;
        Complete();
    }

    /// <summary>The socket takes what is under way, and is full again.</summary>
    public void Complete()
    {
        _underWay = false;
        _session.Tell(Written.Instance);
    }

    public void Grant() => probe.Tell(Granted.Instance);

    public void Blame(CloseReason reason) => Blamed.Add(reason);

    public void Finish(bool said) => probe.Tell(new Finished(said));
}

internal sealed record Wrote(List<Frame> Frames);

internal sealed record Finished(bool Said);

internal sealed record Granted
{
    public static Granted Instance { get; } = new();
}
