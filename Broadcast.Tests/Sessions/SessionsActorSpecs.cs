using Akka.Actor;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Sessions;
using Microsoft.Extensions.Time.Testing;

namespace Broadcast.Tests.Sessions;

public sealed class SessionsActorSpecs : ActorSpec
{
    private static readonly KeepAlive KeepAlive = new(TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(8));

    [Fact]
    public async Task Each_connection_gets_a_session_with_a_number_of_its_own()
    {
        var room = CreateTestProbe("room");
        var sessions = Sessions(room.Ref, new FakeTimeProvider());
        foreach (var (number, name) in new[] { (1, "bob"), (2, "carol") })
        {
            sessions.Tell(new Open(new TestConnection(CreateTestProbe(name)), name));
            Assert.Equal(new MemberId(number), (await room.ExpectMsgAsync<Join>()).Id);
            Assert.Equal($"/user/sessions/{number}", room.LastSender.Path.ToStringWithoutAddress());
        }
    }

    [Fact]
    public async Task A_session_that_breaks_takes_nobody_with_it_and_is_not_restarted()
    {
        var room = CreateTestProbe("room");
        var bob = CreateTestProbe("bob");
        var sessions = Sessions(room.Ref, new FakeTimeProvider());
        sessions.Tell(new Open(new TestConnection(bob), "Bob"));
        await room.ExpectMsgAsync<Join>();
        var session = room.LastSender;
        await WatchAsync(session);
        session.Tell(Kill.Instance);
        await ExpectTerminatedAsync(session);
        await bob.ExpectMsgAsync(new Finished(Said: false));
        sessions.Tell(new Open(new TestConnection(CreateTestProbe("carol")), "Carol"));
        Assert.Equal("Carol", (await room.ExpectMsgAsync<Join>()).Wanted?.Text);
    }

    [Fact]
    public async Task One_timer_finds_every_silent_peer()
    {
        var time = new FakeTimeProvider();
        var room = CreateTestProbe("room");
        var (bob, carol) = (CreateTestProbe("bob"), CreateTestProbe("carol"));
        var sessions = Sessions(room.Ref, time);
        sessions.Tell(new Open(new TestConnection(bob) { LastHeard = time.GetTimestamp() }, "Bob"));
        sessions.Tell(new Open(new TestConnection(carol) { LastHeard = time.GetTimestamp() }, "Carol"));
        await room.ExpectMsgAsync<Join>();
        await room.ExpectMsgAsync<Join>();
        time.Advance(KeepAlive.Interval + KeepAlive.Timeout);
        Pass(KeepAlive.Interval);
        await bob.FishForMessageAsync<Finished>(finished => !finished.Said);
        await carol.FishForMessageAsync<Finished>(finished => !finished.Said);
    }

    private IActorRef Sessions(IActorRef room, TimeProvider time) => Sys.ActorOf(SessionsActor.Props(room, KeepAlive, time), "sessions");
}
