using System.Net;
using Akka.Actor;
using Akka.Hosting;
using Broadcast.Actors.Door;
using Broadcast.Actors.Wire;
using Broadcast.Host.Configuration;

namespace Broadcast.Host.Connections;

/// <summary>Speaks with the door: of who has come and has no answer yet, and of who asks to come in.</summary>
/// <param name="door">The <see cref="DoorActor"/>.</param>
/// <param name="connections">Counts who comes and goes.</param>
/// <param name="options">Which proxies are trusted: they stand for many, and are under no limit themselves.</param>
/// <param name="time">Measures how long the door takes to answer.</param>
internal sealed class Reception(IRequiredActor<DoorActor> door, ConnectionLimit connections, BroadcastOptions options, TimeProvider time)
{
    /// <summary>A door that does not answer by then is none any more.</summary>
    internal static readonly TimeSpan DoorTime = TimeSpan.FromSeconds(5);

    /// <summary>A connection has been accepted.</summary>
    public void Arrived(IVisitor visitor, EndPoint? from) => door.ActorRef.Tell(new Arrived(visitor, PlaceOf(from)));

    /// <summary>It has been answered, or has gone.</summary>
    public void Answered(IVisitor visitor, EndPoint? from)
    {
        connections.PassBy();
        door.ActorRef.Tell(new Answered(visitor, PlaceOf(from)));
    }

    /// <summary>Asks for a place among those of an address. A place that is given is to be given back: <see cref="Gone"/>.</summary>
    /// <returns>Why there is none; null where there is.</returns>
    public async Task<CloseReason?> KnockAsync(Neighbourhood from)
    {
        var opening = door.ActorRef.Ask<Opened>(new Knock(from), Timeout.InfiniteTimeSpan);
        try
        {
            return (await opening.WaitAsync(DoorTime, time)).Refusal;
        }
        catch (TimeoutException)
        {
            _ = GiveBackAsync(opening, from);
            return CloseReason.Busy;
        }
    }

    /// <summary>Gives a place back.</summary>
    public void Gone(Neighbourhood from) => door.ActorRef.Tell(new Gone(from));

    /// <summary>Somebody there had the wrong key.</summary>
    public void Mistaken(Neighbourhood from) => door.ActorRef.Tell(new Mistaken(from));

    /// <summary>Has those cut that have gone without an answer for longest.</summary>
    /// <returns>Whether there were any.</returns>
    public async Task<bool> TryMakeRoomAsync()
    {
        try
        {
            return (await door.ActorRef.Ask<RoomMade>(MakeRoom.Instance, Timeout.InfiniteTimeSpan).WaitAsync(DoorTime, time)).Cut > 0;
        }
        catch (TimeoutException)
        {
            // Whoever accepts goes on: HTTP would take an exception for the end of listening.
            return false;
        }
    }

    // Whoever was let in too late has gone.
    private async Task GiveBackAsync(Task<Opened> opening, Neighbourhood from)
    {
        if ((await opening).Refusal is null)
        {
            Gone(from);
        }
    }

    private Neighbourhood? PlaceOf(EndPoint? from) =>
        from is IPEndPoint { Address: var address } && !options.TrustedProxies.Any(proxy => proxy.Contains(address)) ? ClientAddress.Of(address) : null;
}
