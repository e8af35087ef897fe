using System.Net;
using Akka.Actor;
using Broadcast.Actors.Door;

namespace Broadcast.Host.Connections;

/// <summary>Tells the door who has come and has no answer yet.</summary>
/// <param name="door">The <see cref="DoorActor"/>.</param>
/// <param name="connections">Counts who comes and goes.</param>
/// <param name="trustedProxies">Stand for many, and are under no limit themselves.</param>
internal sealed class Reception(IActorRef door, ConnectionLimit connections, IReadOnlyList<IPNetwork> trustedProxies)
{
    // A door that does not answer by then is none any more.
    private static readonly TimeSpan DoorTime = TimeSpan.FromSeconds(5);

    /// <summary>A connection has been accepted.</summary>
    public void Arrived(IVisitor visitor, EndPoint? from) => door.Tell(new Arrived(visitor, PlaceOf(from)));

    /// <summary>It has been answered, or has gone.</summary>
    public void Answered(IVisitor visitor, EndPoint? from)
    {
        connections.PassBy();
        door.Tell(new Answered(visitor, PlaceOf(from)));
    }

    /// <summary>Has those cut that have gone without an answer for longest.</summary>
    /// <returns>Whether there were any.</returns>
    public async Task<bool> TryMakeRoomAsync()
    {
        try
        {
            return (await door.Ask<RoomMade>(MakeRoom.Instance, DoorTime)).Cut > 0;
        }
        catch (AskTimeoutException)
        {
            // Whoever accepts goes on: HTTP would take an exception for the end of listening.
            return false;
        }
    }

    private Neighbourhood? PlaceOf(EndPoint? from) =>
        from is IPEndPoint { Address: var address } && !trustedProxies.Any(proxy => proxy.Contains(address)) ? ClientAddress.Of(address) : null;
}
