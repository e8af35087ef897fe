using System.Net;
using Akka.Actor;
using Akka.Hosting;
using Akka.TestKit;
using Broadcast.Actors.Door;
using Broadcast.Actors.Wire;
using Broadcast.Host.Configuration;
using Broadcast.Host.Connections;
using Microsoft.Extensions.Time.Testing;

namespace Broadcast.Tests.Hosting;

public sealed class ReceptionSpecs : ActorSpec
{
    private readonly FakeTimeProvider _time = new();
    private readonly Neighbourhood _place = ClientAddress.Of(IPAddress.Parse("192.0.2.1"))!.Value;
    private readonly TestProbe _door;
    private readonly Reception _reception;

    public ReceptionSpecs()
    {
        _door = CreateTestProbe();
        _reception = At(Sys, _door, _time);
    }

    internal static Reception At(ActorSystem system, IActorRef door, TimeProvider time)
    {
        var registry = ActorRegistry.For(system);
        registry.Register<DoorActor>(door);
        return new Reception(new RequiredActor<DoorActor>(registry), new ConnectionLimit(most: 0), new BroadcastOptions(), time);
    }

    [Fact]
    public async Task Who_knocks_where_nobody_answers_is_told_that_the_server_is_busy_and_takes_no_place()
    {
        var knocking = _reception.KnockAsync(_place);
        _ = await _door.ExpectMsgAsync<Knock>();
        _time.Advance(Reception.DoorTime);
        Assert.Equal(CloseReason.Busy, await knocking);

        _door.Reply(new Opened(Refusal: null));
        Assert.Equal(_place, (await _door.ExpectMsgAsync<Gone>()).From);
    }

    [Fact]
    public async Task Who_is_refused_too_late_has_no_place_to_give_back()
    {
        var knocking = _reception.KnockAsync(_place);
        _ = await _door.ExpectMsgAsync<Knock>();
        _time.Advance(Reception.DoorTime);
        _ = await knocking;

        _door.Reply(new Opened(CloseReason.AddressFull));
        _reception.Mistaken(_place);
        _ = await _door.ExpectMsgAsync<Mistaken>();
    }

    [Fact]
    public async Task A_door_that_does_not_answer_makes_no_room_and_breaks_nothing()
    {
        var making = _reception.TryMakeRoomAsync();
        _ = await _door.ExpectMsgAsync<MakeRoom>();
        _time.Advance(Reception.DoorTime);
        Assert.False(await making);

        making = _reception.TryMakeRoomAsync();
        _ = await _door.ExpectMsgAsync<MakeRoom>();
        _door.Reply(new RoomMade(3));
        Assert.True(await making);
    }
}
