using Akka.Actor;
using Akka.TestKit;
using Broadcast.Actors.Door;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Sessions;
using Broadcast.Actors.Wire;
using Broadcast.Tests.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Broadcast.Tests.Sessions;

/// <summary>One session that speaks <see cref="JsonForm"/>, between two probes: the room, and the socket of somebody called Bob.</summary>
public sealed class JsonSessionSpecs : ActorSpec
{
    private const string NoHello = """{"type":"error","code":"hello-first","text":"the first frame has to be a hello: send it within 5 seconds"}""";

    private static readonly MemberId Bob = new(7);
    private static readonly KeepAlive KeepAlive = new(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30));

    private readonly FakeTimeProvider _time = new();
    private readonly TestProbe _room;
    private readonly TestProbe _socket;
    private readonly TestConnection _connection;

    public JsonSessionSpecs()
    {
        _room = CreateTestProbe("room");
        _socket = CreateTestProbe("bobs-socket");
        _connection = new TestConnection(_socket.Ref) { LastHeard = _time.GetTimestamp() };
    }

    [Fact]
    public async Task Who_guesses_and_is_gone_at_once_is_blamed_all_the_same()
    {
        var rules = new SessionRules(SessionRules.None.Lines, Key: new JoinKey("correct horse battery"));
        var session = Sys.ActorOf(SessionActor.Props(Bob, _room.Ref, new Open(_connection, "ignored", Form: WireForm.Json, Standing: new Standing(HasKey: false)), KeepAlive, _time, rules));
        await WatchAsync(session);
        session.Tell(new Received("""{"type":"hello","name":"Bob","key":"wrong"}"""));

        // While it waits for its answer it has its pongs (RFC 6455 5.5.2).
        session.Tell(new Pinged(new byte[] { 1 }));
        _ = await _socket.FishForMessageAsync<Wrote>(wrote => wrote.Frames[^1].Opcode == Opcode.Pong);
        session.Tell(Lost.Instance);
        await ExpectTerminatedAsync(session);
        Assert.Equal([CloseReason.KeyWrong], _connection.Blamed);
    }

    [Fact]
    public async Task Hello_is_how_it_joins_whatever_name_the_request_had()
    {
        var session = Open();
        session.Tell(new Received("""{"type":"hello","name":" Bob "}"""));
        var join = await _room.ExpectMsgAsync<Join>();
        Assert.Equal((Bob, "Bob", null, WireForm.Json, null), (join.Id, join.Wanted?.Text, join.Refusal, join.Form, join.Resume));
        await _socket.ExpectMsgAsync<Granted>();
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("a:b", "a name has no colon, nor anything that looks like one")]
    public async Task A_name_that_cannot_be_is_told_to_the_room(string name, string? refusal)
    {
        var session = Open();
        session.Tell(new Received($$$"""{"type":"hello","name":"{{{name}}}","resume":{"token":"t","epoch":"e","seq":3}}"""));
        var join = await _room.ExpectMsgAsync<Join>();
        Assert.Equal((null, refusal, new ResumeFrom("t", "e", 3)), (join.Wanted, join.Refusal?.Text, join.Resume));
    }

    [Theory]
    [InlineData("""{"type":"say","text":"hi","n":1}""")]
    [InlineData("hi")]
    public async Task Anything_else_first_is_refused_and_closed_and_the_room_hears_nothing(string first)
    {
        var session = Open();
        session.Tell(new Received(first));
        await HearsAsync(NoHello);
        await ClosesAsync(1008);
        await HearsNothingAsync();
    }

    [Theory]
    [InlineData("""{"type":"hello","name":5}""", "the field name is something else: send a string")]
    [InlineData("""{"type":"hello","name":"Bob","key":5}""", "the field key is something else: send a string")]
    [InlineData(
        """{"type":"hello","name":"Bob","resume":{"token":"t","epoch":"e","seq":-1}}""",
        "the field resume.seq is something else: send a whole number from 0 to 9007199254740991")]
    public async Task A_hello_with_something_wrong_in_it_is_told_what_and_closed_and_the_room_hears_nothing(string hello, string why)
    {
        var session = Open();
        session.Tell(new Received(hello));
        var frames = (await _socket.ExpectMsgAsync<Wrote>()).Frames;
        Assert.Equal(2, frames.Count);
        Assert.Equal($$"""{"type":"error","code":"bad-request","text":"{{why}}"}""", frames[0].Text);
        Assert.Equal((Opcode.Close, 1008, why), (frames[1].Opcode, frames[1].CloseCode, frames[1].CloseText));
        await _socket.ExpectMsgAsync(new Finished(Said: true));
        await HearsNothingAsync();
    }

    [Fact]
    public async Task Who_says_no_hello_in_time_is_sent_away()
    {
        // Time counts from when there is a session, which answers.
        var session = Open();
        await AnswersAsync();
        Advance(session, SessionActor.HelloTime - TimeSpan.FromTicks(1));
        await AnswersAsync();
        Advance(session, TimeSpan.FromTicks(1));
        await HearsAsync(NoHello);
        await ClosesAsync(1008);
        Assert.Equal([CloseReason.HelloFirst], _connection.Blamed);

        async Task AnswersAsync()
        {
            session.Tell(new Pinged(new byte[] { 1 }));
            await _socket.ExpectMsgAsync<Granted>();
            Assert.Equal(Opcode.Pong, Assert.Single((await _socket.ExpectMsgAsync<Wrote>()).Frames).Opcode);
        }
    }

    [Fact]
    public async Task What_a_speaker_is_told_and_its_acknowledgements_go_out_in_one_write()
    {
        var session = await JoinedAsync();
        var log = new RoomLog(entries: 10, bytes: 1000);
        for (var n = 1; n <= 3; n++)
        {
            log.Append(Frame.OfText($"fact {n}"));
        }

        session.Tell(new PrivateFrame(After: 1, Frame.OfText("ack 1")));
        session.Tell(new PrivateFrame(After: 3, Frame.OfText("ack 3")));
        Assert.True(log.TryAfter(0, out var slice));
        session.Tell(new Batch(slice));
        await HearsAsync("fact 1", "ack 1", "fact 2", "fact 3", "ack 3");
    }

    [Fact]
    public async Task Who_closes_without_a_hello_is_answered_and_the_room_hears_nothing()
    {
        var session = Open();
        session.Tell(new PeerClosed(1001));
        await ClosesAsync(1001);
        await HearsNothingAsync();
    }

    [Fact]
    public async Task What_is_said_behind_hello_is_said_as_whom_the_room_welcomes()
    {
        var session = Open();
        session.Tell(new Received("""{"type":"hello","name":"Bob","resume":{"token":"t","epoch":"e","seq":3}}"""));
        session.Tell(new Received("""{"type":"say","text":"hi","n":1}"""));
        session.Tell(new PeerClosed(1000));
        await _room.ExpectMsgAsync<Join>();
        session.Tell(new Welcome(Cursor: 3, new MemberId(2), Latest: 5));
        await _room.ExpectMsgAsync(new Say(new MemberId(2), "hi", N: 1));
        await _room.ExpectMsgAsync(new Leave(new MemberId(2)));
    }

    [Fact]
    public async Task Who_is_back_gets_its_welcome_and_then_what_it_missed()
    {
        var session = Open();
        session.Tell(new Received("""{"type":"hello","name":"Bob"}"""));
        await _room.ExpectMsgAsync<Join>();
        await _socket.ExpectMsgAsync<Granted>();
        session.Tell(new Welcome(Cursor: 3, new MemberId(2), Latest: 5));
        session.Tell(new PrivateFrame(After: 3, Frame.OfText("welcome")));
        await HearsAsync("welcome");
        await _room.ExpectMsgAsync(new GetMissed(3, WireForm.Json, new MemberId(2)));
        var log = new RoomLog(entries: 10, bytes: 1000, after: 3);
        log.Append(Frame.OfText("4"));
        log.Append(Frame.OfText("5"));
        Assert.True(log.TryAfter(3, out var slice));
        session.Tell(new Missed(slice));
        await HearsAsync("4", "5");
    }

    [Theory]
    [InlineData(1001, true)]
    [InlineData(3000, true)]
    [InlineData(1000, false)]
    public async Task Who_goes_without_a_goodbye_may_come_back(int code, bool isFrame)
    {
        var session = await JoinedAsync();
        session.Tell(new PeerClosed((ushort)code, isFrame));
        await _room.ExpectMsgAsync(new Detach(Bob));
        session.Tell(new Goodbye(After: 0, Reason: null));
        await ClosesAsync(code);
    }

    [Fact]
    public async Task Leave_and_a_close_frame_1000_are_goodbyes()
    {
        var session = await JoinedAsync();
        session.Tell(new PeerClosed(1000));
        await _room.ExpectMsgAsync(new Leave(Bob));
        var another = await JoinedAsync("another");
        another.Tell(new Received("""{"type":"leave"}"""));
        await _room.ExpectMsgAsync(new Leave(Bob));
    }

    [Fact]
    public async Task What_a_frame_asks_for_is_told_to_the_room()
    {
        var session = await JoinedAsync();
        (string Frame, object Message)[] all =
        [
            ("""{"type":"say","text":"/me hi","n":1}""", new Say(Bob, "/me hi", N: 1)),
            ("""{"type":"say","text":"waves","action":true,"n":2}""", new Say(Bob, "waves", IsAction: true, N: 2)),
            ("""{"type":"say","text":"","n":3}""", new Refuse(Bob, ErrorCode.BadRequest, "the field text is empty: send a text", 3, IsAnswer: false)),
            ("""{"type":"rename","name":"","n":4}""", new Refuse(Bob, ErrorCode.NameInvalid, "a name needs at least one character", 4, IsAnswer: true)),
            ("""{"type":"whisper","to":"","text":"psst","n":5}""", new Refuse(Bob, ErrorCode.NotHere, ErrorCode.NotHere.Text, 5, IsAnswer: true)),
            ("""{"type":"ping"}""", new GetPong(Bob)),
            ("""{"type":"hello","name":"Bob"}""", new Refuse(Bob, ErrorCode.BadRequest, "you have said hello already: say, rename or whisper", N: null, IsAnswer: false)),
            ("{", new Refuse(Bob, ErrorCode.BadRequest, "that is not JSON: send one JSON object a frame", N: null, IsAnswer: false)),
        ];
        foreach (var (frame, message) in all)
        {
            session.Tell(new Received(frame));
            await _room.ExpectMsgAsync(message);
        }
    }

    [Fact]
    public async Task One_question_is_asked_at_a_time()
    {
        var session = await JoinedAsync();
        session.Tell(new Received("""{"type":"who"}"""));
        session.Tell(new Received("""{"type":"history","before":4,"limit":2}"""));
        session.Tell(new Received("""{"type":"ping"}"""));
        await _room.ExpectMsgAsync(new GetMembers(Bob));
        await _room.ExpectMsgAsync(new GetPong(Bob));
        session.Tell(new PrivateFrame(After: 0, Frame.OfText("pong")));
        await HearsAsync("pong");
        session.Tell(new PrivateFrame(After: 0, Frame.OfText("members"), IsAnswer: true));
        await HearsAsync("members");
        await _room.ExpectMsgAsync(new GetHistory(Bob, 4, 2));
    }

    [Fact]
    public async Task A_question_waits_for_as_long_as_the_answer_to_the_one_before_is_not_read()
    {
        var session = await JoinedAsync();
        _connection.IsFull = true;
        session.Tell(new PrivateFrame(After: 0, Frame.OfText("notice")));
        await HearsAsync("notice");
        session.Tell(new Received("""{"type":"who"}"""));
        session.Tell(new Received("""{"type":"who"}"""));
        await _room.ExpectMsgAsync(new GetMembers(Bob));
        session.Tell(new PrivateFrame(After: 0, Frame.OfText("members"), IsAnswer: true));
        session.Tell(new Received("""{"type":"ping"}"""));
        await _room.ExpectMsgAsync(new GetPong(Bob));
        _connection.Drain();
        await HearsAsync("members");
        await _room.ExpectMsgAsync(new GetMembers(Bob));
    }

    [Fact]
    public async Task What_was_asked_before_leaving_is_asked()
    {
        var session = await JoinedAsync();
        session.Tell(new Received("""{"type":"who"}"""));
        session.Tell(new Received("""{"type":"history"}"""));
        session.Tell(new Received("""{"type":"leave"}"""));
        await _room.ExpectMsgAsync(new GetMembers(Bob));
        session.Tell(new PrivateFrame(After: 0, Frame.OfText("members"), IsAnswer: true));
        await HearsAsync("members");
        await _room.ExpectMsgAsync(new GetHistory(Bob, Before: null, Limit: null));
        await _room.ExpectMsgAsync(new Leave(Bob));
    }

    [Fact]
    public async Task Who_takes_no_answer_has_left_all_the_same()
    {
        var session = await JoinedAsync();
        session.Tell(new Received("""{"type":"who"}"""));
        session.Tell(new Received("""{"type":"history"}"""));
        session.Tell(new Received("""{"type":"leave"}"""));
        await _room.ExpectMsgAsync(new GetMembers(Bob));

        // It has heard of the leave before this.
        session.Tell(new Pinged(new byte[] { 1 }));
        await _socket.ExpectMsgAsync<Wrote>();
        Pass(SessionActor.ClosingTime);
        await _room.ExpectMsgAsync(new Leave(Bob));
    }

    [Fact]
    public async Task Who_has_not_said_hello_hears_that_the_server_goes_and_who_has_hears_it_from_the_room()
    {
        var session = await JoinedAsync();
        session.Tell(new CloseRoom(CloseReason.ShuttingDown));
        session.Tell(new Received("""{"type":"ping"}"""));
        await _room.ExpectMsgAsync(new GetPong(Bob));

        var another = Open("another");
        another.Tell(new CloseRoom(CloseReason.ShuttingDown));
        await ClosesAsync(1001);
    }

    [Fact]
    public async Task A_hundred_frames_in_a_row_that_are_none_are_enough()
    {
        var session = await JoinedAsync();
        for (var i = 1; i < 100; i++)
        {
            session.Tell(new Received("{"));
            await _room.ExpectMsgAsync<Refuse>();
        }

        session.Tell(new Received("""{"type":"ping"}"""));
        await _room.ExpectMsgAsync<GetPong>();
        for (var i = 1; i < 100; i++)
        {
            session.Tell(new Received("{"));
            await _room.ExpectMsgAsync<Refuse>();
        }

        session.Tell(new Received("{"));
        await _room.ExpectMsgAsync(new Leave(Bob, LeftReason.Removed));
        session.Tell(new Goodbye(After: 0, Reason: null));
        await ClosesAsync(1008);
    }

    private IActorRef Open(string name = "bob") => Sys.ActorOf(
        SessionActor.Props(Bob, _room.Ref, new Open(_connection, "ignored", Form: WireForm.Json), KeepAlive, _time), name);

    private async Task<IActorRef> JoinedAsync(string name = "bob")
    {
        var session = Open(name);
        session.Tell(new Received("""{"type":"hello","name":"Bob"}"""));
        await _room.ExpectMsgAsync<Join>();
        await _socket.ExpectMsgAsync<Granted>();
        session.Tell(new Welcome(Cursor: 0));
        return session;
    }

    private void Advance(IActorRef session, TimeSpan time)
    {
        _time.Advance(time);
        session.Tell(new Tick(_time.GetTimestamp()));
    }

    private async Task HearsAsync(params string[] frames) =>
        Assert.Equal(frames, (await _socket.ExpectMsgAsync<Wrote>()).Frames.Select(frame => frame.Text));

    private async Task ClosesAsync(int code)
    {
        var close = Assert.Single((await _socket.ExpectMsgAsync<Wrote>()).Frames);
        Assert.Equal((Opcode.Close, code), (close.Opcode, close.CloseCode));
        await _socket.ExpectMsgAsync(new Finished(Said: true));
    }

    // The session has ended, and the first that the room hears is what the test says.
    private async Task HearsNothingAsync()
    {
        _room.Tell("nothing before");
        await _room.ExpectMsgAsync("nothing before");
    }
}
