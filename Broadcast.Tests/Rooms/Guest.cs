using Akka.Actor;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Sessions;
using Broadcast.Actors.Wire;
using Broadcast.Tests.Wire;

namespace Broadcast.Tests.Rooms;

/// <summary>
/// Somebody's connection, which keeps what it was given to write, the very memory. Its socket takes everything at
/// once or, while it is full, nothing until it is told to.
/// </summary>
internal sealed class Guest(MemberId id) : IConnection
{
    // Never so many between two looks that it grows where allocations are counted.
    private readonly List<ReadOnlyMemory<byte>> _written = new(16);
    private bool _underWay;

    public MemberId Id => id;

    public IActorRef Session { get; private set; } = ActorRefs.Nobody;

    /// <summary>How often it was written to.</summary>
    public int Writes { get; private set; }

    /// <summary>How many credits it was given.</summary>
    public int Granted { get; private set; }

    /// <summary>Whether the socket takes nothing at once.</summary>
    public bool IsFull { get; set; }

    /// <summary>What happens on being written to.</summary>
    public Action OnWritten { get; set; } = () => { };

    /// <summary>What happens on credit being given.</summary>
    public Action OnGranted { get; set; } = () => { };

    public long LastHeard => TimeProvider.System.GetTimestamp();

    public long Acknowledged => 0;

    public bool IsGone => false;

    /// <summary>What was written since the last look, write by write.</summary>
    public List<ReadOnlyMemory<byte>> Written()
    {
        List<ReadOnlyMemory<byte>> written = [.. _written];
        _written.Clear();
        return written;
    }

    /// <summary>What was written since the last look, line by line.</summary>
    public List<string> Heard() => [.. Written().SelectMany(write => Frame.All(write.Span)).Select(frame => frame.Text)];

    /// <summary>The socket takes what is under way.</summary>
    public void Complete()
    {
        Assert.True(_underWay);
        _underWay = false;
        Session.Tell(Actors.Sessions.Written.Instance, ActorRefs.NoSender);
    }

    public void Attach(IActorRef session) => Session = session;

    public bool TryWrite(ReadOnlyMemory<byte> frames)
    {
        Assert.False(_underWay, "written to while a write is under way");
        _underWay = IsFull;
        _written.Add(frames);
        Writes++;
        OnWritten();
        return !_underWay;
    }

    public void Grant()
    {
        Granted++;
        OnGranted();
    }

    public void Blame(CloseReason reason)
    {
    }

    public void Finish(bool said)
    {
    }
}
