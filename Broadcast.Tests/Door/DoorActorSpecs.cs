using Akka.Actor;
using Broadcast.Actors.Door;
using Broadcast.Actors.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Broadcast.Tests.Door;

public sealed class DoorActorSpecs : ActorSpec
{
    private static readonly Neighbourhood Here = new(1, IsV6: false);
    private static readonly Neighbourhood There = new(2, IsV6: false);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task One_more_from_an_address_than_may_be_there_is_refused_until_one_has_gone_and_other_addresses_are_not()
    {
        var door = Door(connections: 2);
        Assert.Null(await KnockAsync(door, Here));
        Assert.Null(await KnockAsync(door, Here));
        Assert.Equal(CloseReason.AddressFull, await KnockAsync(door, Here));
        Assert.Null(await KnockAsync(door, There));

        // Who was refused is not there, and its leaving frees nothing.
        door.Tell(new Gone(Here));
        Assert.Null(await KnockAsync(door, Here));
        Assert.Equal(CloseReason.AddressFull, await KnockAsync(door, Here));
    }

    [Fact]
    public async Task One_more_in_a_second_than_may_come_is_refused_whether_those_before_are_still_there_or_not()
    {
        var door = Door(joinsPerSecond: 3);
        for (var n = 0; n < 3; n++)
        {
            Assert.Null(await KnockAsync(door, Here));
            door.Tell(new Gone(Here));
        }

        Assert.Equal(CloseReason.JoinsTooFast, await KnockAsync(door, Here));
        Assert.Null(await KnockAsync(door, There));
        _time.Advance(TimeSpan.FromMilliseconds(333));
        Assert.Equal(CloseReason.JoinsTooFast, await KnockAsync(door, Here));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await KnockAsync(door, Here));
        Assert.Equal(CloseReason.JoinsTooFast, await KnockAsync(door, Here));
    }

    [Fact]
    public async Task After_ten_wrong_keys_in_a_minute_nobody_comes_in_from_there_until_one_of_them_has_been_worn_off()
    {
        var door = Door();
        for (var n = 0; n < 9; n++)
        {
            door.Tell(new Mistaken(Here));
        }

        Assert.Null(await KnockAsync(door, Here));
        door.Tell(new Mistaken(Here));
        Assert.Equal(CloseReason.TooManyMistakes, await KnockAsync(door, Here));
        Assert.Null(await KnockAsync(door, There));
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Null(await KnockAsync(door, Here));
    }

    [Fact]
    public async Task A_hundred_who_came_in_before_they_guessed_get_no_more_guesses_a_minute_than_one()
    {
        var door = Door();
        for (var n = 0; n < 100; n++)
        {
            Assert.Null(await KnockAsync(door, Here));
        }

        for (var n = 0; n < 100; n++)
        {
            door.Tell(new Mistaken(Here));
        }

        Assert.Equal(CloseReason.TooManyMistakes, await KnockAsync(door, Here));
        _time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(CloseReason.TooManyMistakes, await KnockAsync(door, Here));
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Null(await KnockAsync(door, Here));
    }

    [Fact]
    public async Task Zero_is_no_limit()
    {
        var door = Door();
        for (var n = 0; n < 1000; n++)
        {
            Assert.Null(await KnockAsync(door, Here));
        }
    }

    [Fact]
    public async Task Who_is_there_is_not_forgotten_however_long_it_stays()
    {
        var door = Door(connections: 1);
        Assert.Null(await KnockAsync(door, Here));
        _time.Advance(TimeSpan.FromDays(1));
        Pass(TimeSpan.FromDays(1));
        Assert.Equal(CloseReason.AddressFull, await KnockAsync(door, Here));
        door.Tell(new Gone(Here));
        Pass(TimeSpan.FromDays(1));
        Assert.Null(await KnockAsync(door, Here));
        Assert.Equal(CloseReason.AddressFull, await KnockAsync(door, Here));
    }

    [Fact]
    public async Task An_address_that_has_gone_and_been_quiet_is_forgotten()
    {
        var door = ActorOfAsTestActorRef<DoorActor>(DoorActor.Props(connections: 5, joinsPerSecond: 5, _time), "door");
        for (var n = 0UL; n < 1000; n++)
        {
            var from = new Neighbourhood(n, IsV6: true);
            Assert.Null(await KnockAsync(door, from));
            door.Tell(new Gone(from));
        }

        Assert.Equal(1000, door.UnderlyingActor.Remembered);
        _time.Advance(TimeSpan.FromSeconds(10));
        Pass(TimeSpan.FromSeconds(10));
        Assert.Null(await KnockAsync(door, Here));
        Assert.Equal(1, door.UnderlyingActor.Remembered);
    }

    [Fact]
    public async Task Of_an_address_that_has_one_more_without_an_answer_than_may_be_in_the_oldest_is_cut()
    {
        var door = Door(connections: 2);
        List<Visitor> visitors = [.. Enumerable.Range(0, 4).Select(_ => new Visitor())];
        door.Tell(new Arrived(visitors[0], Here));
        door.Tell(new Arrived(visitors[1], Here));
        door.Tell(new Arrived(visitors[2], There));
        door.Tell(new Answered(visitors[0], Here));
        door.Tell(new Arrived(visitors[3], Here));
        Assert.Null(await KnockAsync(door, Here));
        Assert.DoesNotContain(visitors, visitor => visitor.IsCut);
        door.Tell(new Arrived(new Visitor(), Here));
        Assert.Null(await KnockAsync(door, Here));
        Assert.Equal([false, true, false, false], visitors.Select(visitor => visitor.IsCut));
    }

    [Fact]
    public async Task Those_who_make_room_are_the_ones_that_have_waited_longest_wherever_they_are()
    {
        var door = ActorOfAsTestActorRef<DoorActor>(DoorActor.Props(connections: 0, joinsPerSecond: 0, _time), "door");
        List<Visitor> visitors = [.. Enumerable.Range(0, DoorActor.MakingRoom + 2).Select(_ => new Visitor())];
        for (var n = 0; n < visitors.Count; n++)
        {
            door.Tell(new Arrived(visitors[n], n % 3 == 0 ? null : n % 3 == 1 ? Here : There));
        }

        door.Tell(new Answered(visitors[0], null));
        Assert.Equal(DoorActor.MakingRoom, await RoomMadeAsync());
        Assert.Equal([visitors[0], visitors[^1]], visitors.Where(visitor => !visitor.IsCut));
        Assert.Equal(1, await RoomMadeAsync());
        Assert.True(visitors[^1].IsCut);
        Assert.Equal(0, await RoomMadeAsync());
        Assert.Equal(0, door.UnderlyingActor.Outside);

        async Task<int> RoomMadeAsync() => (await door.Ask<RoomMade>(MakeRoom.Instance, TimeSpan.FromSeconds(30))).Cut;
    }

    private IActorRef Door(int connections = 0, int joinsPerSecond = 0) =>
        Sys.ActorOf(DoorActor.Props(connections, joinsPerSecond, _time), "door");

    private static async Task<CloseReason?> KnockAsync(ICanTell door, Neighbourhood from) =>
        (await door.Ask<Opened>(new Knock(from), TimeSpan.FromSeconds(30))).Refusal;

    private sealed class Visitor : IVisitor
    {
        public bool IsCut { get; private set; }

        public bool TryCut()
        {
            var isFirst = !IsCut;
            IsCut = true;
            return isFirst;
        }
    }
}
