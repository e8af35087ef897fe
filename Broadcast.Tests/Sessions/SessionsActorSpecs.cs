using Akka.Actor;
using Akka.TestKit;
using Broadcast.Actors;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Sessions;
using Broadcast.Actors.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Broadcast.Tests.Sessions;

public sealed class SessionsActorSpecs : ActorSpec
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
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
        PassInTicks(time, KeepAlive.Interval + KeepAlive.Timeout);
        await bob.FishForMessageAsync<Finished>(finished => !finished.Said);
        await carol.FishForMessageAsync<Finished>(finished => !finished.Said);
    }

    [Fact]
    public async Task A_server_that_was_stopped_takes_nobody_for_silent_whom_it_could_not_hear()
    {
        var time = new FakeTimeProvider();
        var room = CreateTestProbe("room");
        var bob = CreateTestProbe("bob");
        var sessions = Sessions(room.Ref, time);
        sessions.Tell(new Open(new TestConnection(bob) { LastHeard = time.GetTimestamp() }, "Bob"));
        await room.ExpectMsgAsync<Join>();
        PassInTicks(time, KeepAlive.Interval);
        Assert.Equal(Opcode.Ping, Assert.Single((await bob.ExpectMsgAsync<Wrote>()).Frames).Opcode);

        // What Bob answers lies in the socket's buffer.
        time.Advance(TimeSpan.FromHours(1));
        Pass(Tick);

        // Silence begins anew: a ping, and in the end the end.
        PassInTicks(time, KeepAlive.Interval);
        Assert.Equal(Opcode.Ping, Assert.Single((await bob.ExpectMsgAsync<Wrote>()).Frames).Opcode);
        PassInTicks(time, KeepAlive.Timeout);
        await bob.ExpectMsgAsync(new Finished(Said: false));
    }

    [Fact]
    public async Task On_a_machine_that_is_too_busy_to_be_in_time_the_silent_are_found_all_the_same()
    {
        var time = new FakeTimeProvider();
        var room = CreateTestProbe("room");
        var bob = CreateTestProbe("bob");
        var sessions = Sessions(room.Ref, time);
        sessions.Tell(new Open(new TestConnection(bob) { LastHeard = time.GetTimestamp() }, "Bob"));
        await room.ExpectMsgAsync<Join>();
        var late = Tick + Oversleeping.Least;
        for (var waited = TimeSpan.Zero; waited <= KeepAlive.Interval + KeepAlive.Timeout; waited += late)
        {
            time.Advance(late);
            Pass(Tick);
        }

        await bob.FishForMessageAsync<Finished>(finished => !finished.Said);
    }

    [Fact]
    public async Task A_server_that_was_stopped_has_time_for_a_hello_that_came_meanwhile()
    {
        var time = new FakeTimeProvider();
        var room = CreateTestProbe("room");
        var bob = CreateTestProbe("bob");
        var sessions = Sessions(room.Ref, time);
        var connection = new TestConnection(bob) { LastHeard = time.GetTimestamp() };
        sessions.Tell(new Open(connection, Name: null, Form: WireForm.Json));
        await connection.Attached;
        time.Advance(TimeSpan.FromHours(1));
        Pass(Tick);
        PassInTicks(time, SessionActor.HelloTime - Tick);
        (await connection.Attached).Tell(new Received("""{"type":"hello","name":"Bob"}"""));
        Assert.Equal("Bob", (await room.ExpectMsgAsync<Join>()).Wanted?.Text);

        // Who says nothing is sent away all the same.
        var carol = CreateTestProbe("carol");
        var silent = new TestConnection(carol) { LastHeard = time.GetTimestamp() };
        sessions.Tell(new Open(silent, Name: null, Form: WireForm.Json));
        _ = await silent.Attached;
        PassInTicks(time, SessionActor.HelloTime);
        var wrote = await carol.FishForMessageAsync<Wrote>(wrote => wrote.Frames[^1].Opcode == Opcode.Close);
        Assert.Equal(1008, wrote.Frames[^1].CloseCode);
    }

    [Fact]
    public async Task A_session_that_breaks_as_it_begins_gives_its_socket_back()
    {
        // Nobody can be told of a join: what it does first fails.
        var bob = CreateTestProbe("bob");
        var sessions = Sessions(room: null!, new FakeTimeProvider());
        sessions.Tell(new Open(new TestConnection(bob), "Bob"));
        await bob.ExpectMsgAsync(new Finished(Said: false));
    }

    private void PassInTicks(FakeTimeProvider time, TimeSpan all)
    {
        for (var passed = TimeSpan.Zero; passed < all; passed += Tick)
        {
            time.Advance(Tick);
            Pass(Tick);
        }
    }

    // Has taken its turn when it has been told, so that it looks at the time when a tick is due.
    private TestActorRef<SessionsActor> Sessions(IActorRef room, TimeProvider time) =>
        ActorOfAsTestActorRef<SessionsActor>(SessionsActor.Props(room, KeepAlive, time), "sessions");
}
