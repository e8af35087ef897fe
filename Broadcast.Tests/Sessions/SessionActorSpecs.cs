using System.Text;
using Akka.Actor;
using Akka.TestKit;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Sessions;
using Broadcast.Actors.Wire;
using Broadcast.Tests.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Broadcast.Tests.Sessions;

/// <summary>One session between two probes: the room, and the socket of somebody called Bob.</summary>
public sealed class SessionActorSpecs : ActorSpec
{
    private static readonly MemberId Bob = new(7);
    private static readonly KeepAlive KeepAlive = new(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30));

    private readonly FakeTimeProvider _time = new();
    private readonly RoomLog _log = new(entries: 1000, bytes: 1_000_000);
    private readonly TestProbe _room;
    private readonly TestProbe _socket;
    private readonly TestConnection _connection;

    public SessionActorSpecs()
    {
        _room = CreateTestProbe("room");
        _socket = CreateTestProbe("bobs-socket");
        _connection = new TestConnection(_socket.Ref) { LastHeard = _time.GetTimestamp() };
    }

    [Fact]
    public async Task It_joins_under_the_name_that_was_given()
    {
        _ = Open("  Bob  ");
        var join = await _room.ExpectMsgAsync<Join>();
        Assert.Equal(("Bob", null), (join.Wanted?.Text, join.Refusal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    public async Task Who_gives_no_name_asks_for_none(string? name)
    {
        _ = Open(name);
        Assert.Equal(new Join(Bob, Wanted: null, Refusal: null), await _room.ExpectMsgAsync<Join>());
    }

    [Fact]
    public async Task A_name_that_cannot_be_used_is_handed_on_as_a_refusal()
    {
        _ = Open("Bob: hi");
        var join = await _room.ExpectMsgAsync<Join>();
        Assert.Null(join.Wanted);
        Assert.NotNull(join.Refusal);
    }

    [Theory]
    [InlineData("hi", typeof(Say))]
    [InlineData("//hi", typeof(Say))]
    [InlineData("/name Bobby", typeof(Rename))]
    [InlineData("/name System", typeof(Aside))]
    [InlineData("/name", typeof(Aside))]
    [InlineData("/who", typeof(GetMembers))]
    [InlineData("/help", typeof(Aside))]
    [InlineData("/shrug", typeof(Aside))]
    [InlineData("/quit", typeof(Leave))]
    public async Task What_Bob_types_reaches_the_room_as(string typed, Type message)
    {
        var session = await JoinedAsync();
        session.Tell(new Received(typed));
        Assert.IsType(message, await _room.ExpectMsgAsync<object>());
    }

    [Fact]
    public async Task An_empty_frame_is_ignored_and_its_credit_given_back()
    {
        var session = await JoinedAsync();
        session.Tell(new Received(""));
        await _socket.ExpectMsgAsync<Granted>();
        session.Tell(new Received("hi"));
        await _room.ExpectMsgAsync(new Say(Bob, "hi"));
    }

    [Fact]
    public async Task Credit_comes_back_when_the_room_has_taken_the_line_and_not_before()
    {
        var session = await JoinedAsync();
        session.Tell(new Received("hi"));
        await _room.ExpectMsgAsync<Say>();
        session.Tell(Publish("Bob: hi"));
        await HearsAsync("Bob: hi");
        session.Tell(Taken.Instance);
        await _socket.ExpectMsgAsync<Granted>();
    }

    [Fact]
    public async Task What_was_said_before_Bob_came_is_not_his_to_hear()
    {
        _ = Publish("Alice: before");
        var session = Open("Bob");
        await _room.ExpectMsgAsync<Join>();
        session.Tell(new Welcome(Cursor: 1));
        _ = Publish("System: Bob joined the chat");
        session.Tell(new Batch(SliceAfter(0)));
        await HearsAsync("System: Bob joined the chat");
    }

    [Fact]
    public async Task Lines_pushed_while_a_write_is_under_way_are_asked_for_and_written_once()
    {
        var session = await JoinedAsync();
        _connection.IsFull = true;
        session.Tell(Publish("1"));
        await HearsAsync("1");
        session.Tell(Publish("2"));
        session.Tell(Publish("3"));
        _connection.Drain();
        await _room.ExpectMsgAsync(new GetMissed(1, Id: Bob));
        session.Tell(new Missed(SliceAfter(1)));
        await HearsAsync("2", "3");
        session.Tell(Publish("4"));
        await HearsAsync("4");
    }

    [Fact]
    public async Task Lines_pushed_while_the_missed_ones_are_on_their_way_are_not_lost()
    {
        var session = await JoinedAsync();
        _connection.IsFull = true;
        session.Tell(Publish("1"));
        await HearsAsync("1");
        session.Tell(Publish("2"));
        _connection.Drain();
        await _room.ExpectMsgAsync(new GetMissed(1, Id: Bob));
        var missed = new Missed(SliceAfter(1));
        session.Tell(Publish("3"));
        session.Tell(missed);
        await HearsAsync("2");
        await _room.ExpectMsgAsync(new GetMissed(2, Id: Bob));
        session.Tell(new Missed(SliceAfter(2)));
        await HearsAsync("3");
    }

    [Fact]
    public async Task Overtaken_by_the_log_Bob_is_told_how_much_he_missed_and_goes_on_live()
    {
        var session = await JoinedAsync();
        _connection.IsFull = true;
        session.Tell(Publish("1"));
        await HearsAsync("1");
        session.Tell(Publish("2"));
        _connection.Drain();
        await _room.ExpectMsgAsync(new GetMissed(1, Id: Bob));
        _ = Publish("3");
        session.Tell(new Overtaken(Asked: 1, Cursor: 3, Frame.OfText("System: you missed 2 messages")));
        await HearsAsync("System: you missed 2 messages");
        session.Tell(Publish("4"));
        await HearsAsync("4");
    }

    [Fact]
    public async Task A_private_line_stands_behind_what_came_before_it_and_in_front_of_what_came_after()
    {
        var session = await JoinedAsync();
        _connection.IsFull = true;
        session.Tell(Publish("1"));
        await HearsAsync("1");
        session.Tell(new PrivateFrame(After: 2, Frame.OfText("private")));
        _ = Publish("2");
        _ = Publish("3");
        _connection.Drain();
        await _room.ExpectMsgAsync(new GetMissed(1, Id: Bob));
        session.Tell(new Missed(SliceAfter(1)));
        await HearsAsync("2");
        await HearsAsync("private");
        await HearsAsync("3");
    }

    [Fact]
    public async Task A_whisper_counts_as_waiting_until_the_socket_is_given_it()
    {
        var session = await JoinedAsync();
        _connection.IsFull = true;
        session.Tell(Publish("1"));
        await HearsAsync("1");
        var whisper = Frame.OfText("System: Alice whispers: psst");
        session.Tell(new PrivateFrame(After: 1, whisper, IsWhisper: true));
        session.Tell(new Received("/who"));
        await _room.ExpectMsgAsync(new GetMembers(Bob));
        _connection.Drain();
        await HearsAsync("System: Alice whispers: psst");
        await _room.ExpectMsgAsync(new WhisperTaken(Bob, whisper.Length));
    }

    [Fact]
    public async Task What_somebody_asks_who_is_gone_is_not_put_to_the_room()
    {
        var session = await JoinedAsync();
        session.Tell(new Received("/who"));
        session.Tell(new Received("/who"));
        await _room.ExpectMsgAsync(new GetMembers(Bob));
        _connection.IsGone = true;
        session.Tell(new PrivateFrame(After: 0, Frame.OfText("System: 1 here: Bob"), IsAnswer: true));
        await HearsAsync("System: 1 here: Bob");
        session.Tell(new Received("/history"));
        session.Tell(new Received("the last"));
        Assert.Equal("the last", (await _room.ExpectMsgAsync<Say>()).Text);
    }

    [Theory]
    [InlineData("/me", "say what you do: /me waves")]
    [InlineData("/msg", "say to whom and what: /msg Name text")]
    [InlineData("/msg Alice", "say to whom and what: /msg Name text")]
    public async Task A_command_that_lacks_something_says_what(string typed, string answer)
    {
        var session = await JoinedAsync();
        session.Tell(new Received(typed));
        await _room.ExpectMsgAsync(new Aside(Bob, answer));
    }

    [Fact]
    public async Task A_close_frame_goes_out_behind_everything_owed_and_nothing_behind_it()
    {
        var session = await JoinedAsync();
        await WatchAsync(session);
        _connection.IsFull = true;
        session.Tell(Publish("1"));
        await HearsAsync("1");
        session.Tell(new Received("/quit"));
        await _room.ExpectMsgAsync(new Leave(Bob));
        _ = Publish("2");
        _ = Publish("System: Bob left the chat");
        session.Tell(new PrivateFrame(After: 2, Frame.OfText("private")));
        session.Tell(new Goodbye(After: 2, Reason: null));
        _connection.Drain();
        await _room.ExpectMsgAsync(new GetMissed(1, Id: Bob));
        session.Tell(new Missed(SliceAfter(1)));
        await HearsAsync("2");
        await HearsAsync("private");
        var close = await HearsCloseAsync();
        Assert.Equal((1000, "goodbye"), (close.CloseCode, close.CloseText));
        await _socket.ExpectMsgAsync(new Finished(Said: true));
        await ExpectTerminatedAsync(session);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(4321)]
    public async Task A_peers_close_is_answered_with_its_own_code(int code)
    {
        var session = await JoinedAsync();
        session.Tell(new PeerClosed((ushort)code));
        await _room.ExpectMsgAsync(new Leave(Bob));
        session.Tell(new Goodbye(After: 0, Reason: null));
        Assert.Equal(code, (await HearsCloseAsync()).CloseCode);
        await _socket.ExpectMsgAsync(new Finished(Said: true));
    }

    [Fact]
    public async Task An_offender_hears_why_before_the_socket_goes()
    {
        var session = await JoinedAsync();
        session.Tell(new Offended(CloseReason.TooLarge));
        await _room.ExpectMsgAsync(new Leave(Bob, LeftReason.Removed));
        session.Tell(new Goodbye(After: 0, Reason: null));
        Assert.Equal(1009, (await HearsCloseAsync()).CloseCode);
        await _socket.ExpectMsgAsync(new Finished(Said: true));
    }

    [Fact]
    public async Task The_rooms_goodbye_is_the_last_that_Bob_hears()
    {
        var session = await JoinedAsync();
        session.Tell(Publish("1"));
        await HearsAsync("1");
        session.Tell(new Goodbye(After: 1, CloseReason.ShuttingDown));
        Assert.Equal(1001, (await HearsCloseAsync()).CloseCode);
        await _socket.ExpectMsgAsync(new Finished(Said: true));
    }

    [Fact]
    public async Task A_socket_that_takes_nothing_does_not_hold_up_the_end()
    {
        var session = await JoinedAsync();
        await WatchAsync(session);
        _connection.IsFull = true;
        session.Tell(Publish("1"));
        await HearsAsync("1");
        session.Tell(new Goodbye(After: 1, CloseReason.ShuttingDown));
        _ = await session.Ask<ActorIdentity>(new Identify(0), Hosting.Person.Patience);
        Pass(SessionActor.ClosingTime);
        await _socket.ExpectMsgAsync(new Finished(Said: false));
        await ExpectTerminatedAsync(session);
    }

    [Fact]
    public async Task When_the_server_goes_one_that_goes_on_reading_has_more_time_and_one_that_stops_has_not()
    {
        var session = await JoinedAsync();
        await WatchAsync(session);
        _connection.IsFull = true;
        session.Tell(Publish("1"));
        await HearsAsync("1");
        _log.Append(Frame.OfText("2"));
        _log.Append(Frame.OfText("3"));
        session.Tell(new CloseRoom(CloseReason.ShuttingDown, SessionActor.ClosingTime * 3));
        session.Tell(new Goodbye(After: 3, CloseReason.ShuttingDown));

        // Half a second before it would be given up, it takes something.
        await WaitAsync(session, SessionActor.ClosingTime - TimeSpan.FromSeconds(0.5));
        _connection.Complete();
        await _room.ExpectMsgAsync(new GetMissed(1, Id: Bob));
        session.Tell(new Missed(SliceAfter(1).UpTo(2)));
        await HearsAsync("2");
        await WaitAsync(session, TimeSpan.FromSeconds(0.5));

        await WaitAsync(session, SessionActor.ClosingTime);
        await _socket.ExpectMsgAsync(new Finished(Said: false));
        await ExpectTerminatedAsync(session);
    }

    [Fact]
    public async Task When_the_server_goes_one_that_reads_too_slowly_for_a_write_to_be_done_has_more_time_until_it_stops()
    {
        var session = await JoinedAsync();
        await WatchAsync(session);
        _connection.IsFull = true;
        _connection.Acknowledged = 1000;
        session.Tell(Publish("1"));
        await HearsAsync("1");
        session.Tell(new CloseRoom(CloseReason.ShuttingDown, SessionActor.ClosingTime * 10));
        session.Tell(new Goodbye(After: 1, CloseReason.ShuttingDown));
        for (var n = 0; n < 4; n++)
        {
            await WaitAsync(session, SessionActor.ClosingTime / 2);
            _connection.Acknowledged++;
            await WaitAsync(session, SessionActor.ClosingTime / 2);
            await IsThereAsync(session);
        }

        await WaitAsync(session, SessionActor.ClosingTime);
        await _socket.ExpectMsgAsync(new Finished(Said: false));
        await ExpectTerminatedAsync(session);
    }

    [Fact]
    public async Task When_the_server_goes_one_that_reads_for_ever_is_given_up_when_the_time_is_over()
    {
        var session = await JoinedAsync();
        _connection.IsFull = true;
        session.Tell(Publish("1"));
        await HearsAsync("1");
        session.Tell(new CloseRoom(CloseReason.ShuttingDown, SessionActor.ClosingTime * 3));
        session.Tell(new Goodbye(After: 100, CloseReason.ShuttingDown));
        for (var cursor = 1; cursor <= 3; cursor++)
        {
            await WaitAsync(session, SessionActor.ClosingTime / 2);
            _connection.Complete();
            await _room.ExpectMsgAsync(new GetMissed(cursor, Id: Bob));
            _log.Append(Frame.OfText("more"));
            session.Tell(new Missed(SliceAfter(cursor)));
            await HearsAsync("more");
            await WaitAsync(session, SessionActor.ClosingTime / 2);
        }

        await _socket.ExpectMsgAsync(new Finished(Said: false));
    }

    [Fact]
    public async Task A_lost_socket_ends_the_session()
    {
        var session = await JoinedAsync();
        await WatchAsync(session);
        session.Tell(Lost.Instance);
        await _socket.ExpectMsgAsync(new Finished(Said: false));
        await ExpectTerminatedAsync(session);
    }

    [Fact]
    public async Task A_ping_is_answered_with_its_own_payload()
    {
        var session = await JoinedAsync();
        session.Tell(new Pinged(Encoding.UTF8.GetBytes("x")));
        await _socket.ExpectMsgAsync<Granted>();
        var pong = Assert.Single((await _socket.ExpectMsgAsync<Wrote>()).Frames);
        Assert.Equal((Opcode.Pong, "x"), (pong.Opcode, pong.Text));
    }

    [Theory]
    [InlineData(16, 1)]
    [InlineData(17, 17)]
    [InlineData(18, 18)]
    [InlineData(32, 32)]
    [InlineData(200, 200)]
    public async Task Of_more_than_sixteen_pongs_owed_only_the_latest_is_sent(int pings, int first)
    {
        var session = await JoinedAsync();
        _connection.IsFull = true;
        session.Tell(Publish("1"));
        await HearsAsync("1");
        for (var i = 1; i <= pings; i++)
        {
            session.Tell(new Pinged(new[] { (byte)i }));
            await _socket.ExpectMsgAsync<Granted>();
        }

        _connection.Drain();
        for (var answered = first; answered <= pings; answered++)
        {
            var pong = Assert.Single((await _socket.ExpectMsgAsync<Wrote>()).Frames);
            Assert.Equal((Opcode.Pong, answered), (pong.Opcode, Assert.Single(pong.Payload)));
        }

        session.Tell(Publish("2"));
        await HearsAsync("2");

        // It is paid, and counts anew.
        session.Tell(new Pinged(new byte[] { 1 }));
        await _socket.ExpectMsgAsync<Granted>();
        Assert.Equal(Opcode.Pong, Assert.Single((await _socket.ExpectMsgAsync<Wrote>()).Frames).Opcode);
    }

    [Fact]
    public async Task A_flood_of_pings_does_not_keep_a_ping_of_ours_from_going_out()
    {
        var session = await JoinedAsync();
        _connection.IsFull = true;
        session.Tell(Publish("1"));
        await HearsAsync("1");
        _time.Advance(KeepAlive.Interval);
        session.Tell(new Tick(_time.GetTimestamp()));
        for (var i = 1; i <= 40; i++)
        {
            session.Tell(new Pinged(new[] { (byte)i }));
            await _socket.ExpectMsgAsync<Granted>();
        }

        _connection.Drain();
        Assert.Equal([40], Assert.Single((await _socket.ExpectMsgAsync<Wrote>()).Frames).Payload);
        Assert.Equal(Opcode.Ping, Assert.Single((await _socket.ExpectMsgAsync<Wrote>()).Frames).Opcode);
    }

    [Theory]
    [InlineData("/quit")]
    [InlineData(null)]
    public async Task Who_goes_as_the_room_closes_in_front_of_it_is_not_told_that_it_was_heard(string? line)
    {
        var session = await JoinedAsync();
        session.Tell(line is null ? new PeerClosed(1000) : new Received(line));
        await _room.ExpectMsgAsync<Leave>();
        session.Tell(new Goodbye(After: 0, CloseReason.Restarting));
        Assert.Equal(1012, Assert.Single((await _socket.ExpectMsgAsync<Wrote>()).Frames).CloseCode);
    }

    [Fact]
    public async Task Behind_a_goodbye_no_credit_comes_back()
    {
        var session = await JoinedAsync();
        session.Tell(new Received("/quit"));
        await _room.ExpectMsgAsync<Leave>();
        session.Tell(new Received("too late"));
        session.Tell(new Pinged(new byte[] { 1 }));
        Assert.Equal(Opcode.Pong, Assert.Single((await _socket.ExpectMsgAsync<Wrote>()).Frames).Opcode);
    }

    [Fact]
    public async Task Who_asks_much_and_reads_no_answer_waits_and_is_gone_if_it_never_reads()
    {
        var session = await JoinedAsync();
        await WatchAsync(session);
        _connection.IsFull = true;
        for (var asked = 0; asked < 65; asked++)
        {
            session.Tell(new PrivateFrame(After: 0, Frame.OfText($"{asked}")));
        }

        await HearsAsync("0");
        session.Tell(Taken.Instance);
        session.Tell(Taken.Instance);
        await AnsweredAsync(session);

        _connection.Complete();
        await HearsAsync("1");
        await _socket.ExpectMsgAsync<Granted>();
        await AnsweredAsync(session);

        // The connection does not read, and so hears nothing to speak of; what counts is what the peer takes.
        _time.Advance(KeepAlive.Interval + KeepAlive.Timeout);
        _connection.LastHeard = _time.GetTimestamp();
        session.Tell(new Tick(_time.GetTimestamp()));
        await _socket.ExpectMsgAsync(new Finished(Said: false));
        await ExpectTerminatedAsync(session);
    }

    [Fact]
    public async Task A_silent_peer_is_pinged_once_and_then_gone()
    {
        var session = await JoinedAsync();
        await WatchAsync(session);
        Advance(session, TimeSpan.FromSeconds(14));
        Advance(session, TimeSpan.FromSeconds(1));
        Assert.Equal(Opcode.Ping, Assert.Single((await _socket.ExpectMsgAsync<Wrote>()).Frames).Opcode);
        Advance(session, TimeSpan.FromSeconds(29));
        await AnsweredAsync(session);
        Advance(session, TimeSpan.FromSeconds(1));
        await _socket.ExpectMsgAsync(new Finished(Said: false));
        await ExpectTerminatedAsync(session);
    }

    [Fact]
    public async Task Any_byte_from_the_peer_ends_its_silence()
    {
        var session = await JoinedAsync();
        Advance(session, TimeSpan.FromSeconds(15));
        Assert.Equal(Opcode.Ping, Assert.Single((await _socket.ExpectMsgAsync<Wrote>()).Frames).Opcode);
        _time.Advance(TimeSpan.FromSeconds(10));
        _connection.LastHeard = _time.GetTimestamp();
        Advance(session, TimeSpan.FromSeconds(14));
        await AnsweredAsync(session);
        Advance(session, TimeSpan.FromSeconds(1));
        Assert.Equal(Opcode.Ping, Assert.Single((await _socket.ExpectMsgAsync<Wrote>()).Frames).Opcode);
    }

    [Fact]
    public async Task A_peer_that_reads_slowly_is_not_silent()
    {
        var session = await JoinedAsync();
        _connection.IsFull = true;
        for (var i = 1; i <= 5; i++)
        {
            session.Tell(i == 1 ? Publish("line") : new Missed(SliceAfter(i - 1)));
            await HearsAsync("line");
            session.Tell(Publish("line"));
            Advance(session, TimeSpan.FromSeconds(40));
            await AnsweredAsync(session);
            _connection.Complete();
            Assert.Equal(Opcode.Ping, Assert.Single((await _socket.ExpectMsgAsync<Wrote>()).Frames).Opcode);
            _connection.Complete();
            await _room.ExpectMsgAsync(new GetMissed(i, Id: Bob));
        }
    }

    [Fact]
    public async Task A_peer_that_reads_too_slowly_for_a_write_to_be_done_is_not_silent_until_it_stops()
    {
        var session = await JoinedAsync();
        await WatchAsync(session);
        _connection.IsFull = true;
        session.Tell(Publish("line"));
        await HearsAsync("line");
        for (var n = 0; n < 4; n++)
        {
            Advance(session, TimeSpan.FromSeconds(15));
            await AnsweredAsync(session);
            _connection.Acknowledged++;
            Advance(session, TimeSpan.FromSeconds(30));
            await AnsweredAsync(session);
        }

        Advance(session, TimeSpan.FromSeconds(15));
        Advance(session, TimeSpan.FromSeconds(30));
        await _socket.ExpectMsgAsync(new Finished(Said: false));
        await ExpectTerminatedAsync(session);
    }

    [Fact]
    public async Task What_the_peers_system_takes_of_a_ping_does_not_end_its_silence()
    {
        var session = await JoinedAsync();
        await WatchAsync(session);
        Advance(session, TimeSpan.FromSeconds(15));
        Assert.Equal(Opcode.Ping, Assert.Single((await _socket.ExpectMsgAsync<Wrote>()).Frames).Opcode);
        _connection.Acknowledged += 2;
        Advance(session, TimeSpan.FromSeconds(30));
        await _socket.ExpectMsgAsync(new Finished(Said: false));
        await ExpectTerminatedAsync(session);
    }

    [Fact]
    public async Task What_the_peer_has_taken_before_it_was_asked_whether_it_is_there_does_not_end_its_silence()
    {
        var session = await JoinedAsync();
        await WatchAsync(session);
        _connection.Acknowledged = 1000;
        Advance(session, TimeSpan.FromSeconds(15));
        Assert.Equal(Opcode.Ping, Assert.Single((await _socket.ExpectMsgAsync<Wrote>()).Frames).Opcode);
        _connection.IsFull = true;
        session.Tell(Publish("line"));
        await HearsAsync("line");
        Advance(session, TimeSpan.FromSeconds(30));
        await _socket.ExpectMsgAsync(new Finished(Said: false));
        await ExpectTerminatedAsync(session);
    }

    [Fact]
    public async Task A_session_that_breaks_ends_and_cuts_its_socket()
    {
        var session = await JoinedAsync();
        await WatchAsync(session);
        session.Tell(Kill.Instance);
        await _socket.ExpectMsgAsync(new Finished(Said: false));
        await ExpectTerminatedAsync(session);
    }

    private IActorRef Open(string? name) =>
        Sys.ActorOf(SessionActor.Props(Bob, _room.Ref, new Open(_connection, name), KeepAlive, _time), "bob");

    private async Task<IActorRef> JoinedAsync()
    {
        var session = Open("Bob");
        await _room.ExpectMsgAsync<Join>();
        session.Tell(new Welcome(Cursor: 0));
        return session;
    }

    // It has dealt with everything it was told, and has not ended.
    private static async Task IsThereAsync(IActorRef session) =>
        Assert.Equal(session, (await session.Ask<ActorIdentity>(new Identify(0), Hosting.Person.Patience)).Subject);

    // What is due by then has been dealt with.
    private async Task WaitAsync(IActorRef session, TimeSpan time)
    {
        _ = await session.Ask<ActorIdentity>(new Identify(0), Hosting.Person.Patience);
        _time.Advance(time);
        Pass(time);
    }

    private Batch Publish(string line)
    {
        _log.Append(Frame.OfText(line));
        return new Batch(SliceAfter(_log.Last - 1));
    }

    private LogSlice SliceAfter(long cursor)
    {
        Assert.True(_log.TryAfter(cursor, out var slice));
        return slice;
    }

    private void Advance(IActorRef session, TimeSpan time)
    {
        _time.Advance(time);
        session.Tell(new Tick(_time.GetTimestamp()));
    }

    // The session has dealt with everything it was told: it answers, and nothing came before the answer.
    private async Task AnsweredAsync(IActorRef session)
    {
        session.Tell(new Received(""));
        await _socket.ExpectMsgAsync<Granted>();
    }

    private async Task HearsAsync(params string[] lines) =>
        Assert.Equal(lines, (await _socket.ExpectMsgAsync<Wrote>()).Frames.Select(frame => frame.Text));

    private async Task<Frame> HearsCloseAsync()
    {
        var close = Assert.Single((await _socket.ExpectMsgAsync<Wrote>()).Frames);
        Assert.Equal(Opcode.Close, close.Opcode);
        return close;
    }
}
