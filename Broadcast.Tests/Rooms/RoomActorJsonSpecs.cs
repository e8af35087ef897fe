using System.Text.Json.Nodes;
using Akka.Actor;
using Akka.TestKit;
using Broadcast.Actors;
using Broadcast.Actors.Names;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Sessions;
using Broadcast.Actors.Wire;
using Broadcast.Tests.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Broadcast.Tests.Rooms;

/// <summary>The room with members that speak <see cref="JsonForm"/>, and a probe for every session, named for the person behind it.</summary>
public sealed class RoomActorJsonSpecs : ActorSpec
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ShortGrace = TimeSpan.FromMilliseconds(300);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-11-24T20:15:30.123Z", System.Globalization.CultureInfo.InvariantCulture));
    private readonly TestProbe _alice;
    private readonly TestProbe _bob;
    private readonly TestProbe _bobAgain;

    public RoomActorJsonSpecs()
    {
        _alice = CreateTestProbe("alice");
        _bob = CreateTestProbe("bob");
        _bobAgain = CreateTestProbe("bob-again");
    }

    [Fact]
    public async Task Who_is_new_is_welcomed_with_the_room_as_it_was_and_then_told_of_its_own_joining()
    {
        var room = Room();
        await JoinPlainAsync(room, _alice, 1, "Alice");
        KnockAt(room, _bob, 7, "Bob");
        Assert.Equal(new Welcome(1), await _bob.ExpectMsgAsync<Welcome>());
        var welcome = await PrivatelyAsync(_bob, after: 1);
        Assert.Equal("welcome", Type(welcome));
        Assert.Equal(1, (long)welcome["seq"]!);
        Assert.Equal("""{"id":"7","name":"Bob"}""", welcome["you"]!.ToJsonString());
        Assert.False((bool)welcome["resumed"]!);
        Assert.Equal("""[{"id":"1","name":"Alice"}]""", welcome["members"]!.ToJsonString());
        Assert.Equal(1, (int)welcome["memberCount"]!);
        Assert.Equal(22, ((string)welcome["token"]!).Length);
        await HearsAsync(_bob, """{"type":"joined","seq":2,"time":"2026-11-24T20:15:30.123Z","who":{"id":"7","name":"Bob"}}""");
    }

    [Fact]
    public async Task A_line_is_the_same_for_everybody_in_the_form_that_each_reads_and_acknowledged_behind_it()
    {
        var room = Room();
        await JoinPlainAsync(room, _alice, 1, "Alice");
        _ = await JoinAsync(room, _bob, 2, "Bob");
        await LinesAsync(_alice, "System: Bob joined the chat");
        room.Tell(new Say(new MemberId(2), "hi\nall", N: 7), _bob);
        Assert.Equal(("ack", 7, 3), Ack(await PrivatelyAsync(_bob, after: 3)));
        await HearsAsync(_bob, """{"type":"message","seq":3,"time":"2026-11-24T20:15:30.123Z","from":{"id":"2","name":"Bob"},"text":"hi\nall","n":7}""");
        await _bob.ExpectMsgAsync<Taken>();
        await LinesAsync(_alice, "Bob: hi␤all");
    }

    [Fact]
    public async Task The_same_number_again_gets_the_same_answer_again_and_nothing_is_said_twice()
    {
        var room = Room();
        _ = await JoinAsync(room, _bob, 1, "Bob");
        await SayAsync(room, _bob, 1, "hi", n: 7, seq: 2);
        for (var i = 0; i < 3; i++)
        {
            room.Tell(new Say(new MemberId(1), "hi", N: 7), _bob);
            Assert.Equal(("ack", 7, 2), Ack(await PrivatelyAsync(_bob, after: 2)));
            await _bob.ExpectMsgAsync<Taken>();
        }

        await SayAsync(room, _bob, 1, "and", n: 8, seq: 3);
    }

    [Fact]
    public async Task A_refused_number_is_refused_again_in_the_same_words()
    {
        var room = Room();
        await JoinPlainAsync(room, _alice, 1, "Alice");
        _ = await JoinAsync(room, _bob, 2, "Bob");
        room.Tell(new Rename(new MemberId(2), Called("Alice"), N: 7), _bob);
        var first = await PrivatelyAsync(_bob, after: 2);
        Assert.Equal(("error", "name-taken", 7), (Type(first), (string?)first["code"], (int)first["n"]!));
        await _bob.ExpectMsgAsync<Taken>();

        // Alice is gone; the answer stays.
        room.Tell(new Leave(new MemberId(1)), _alice);
        await _bob.ExpectMsgAsync<Batch>();
        room.Tell(new Rename(new MemberId(2), Called("Alice"), N: 7), _bob);
        Assert.Equal(first.ToJsonString(), (await PrivatelyAsync(_bob, after: 3)).ToJsonString());
        await _bob.ExpectMsgAsync<Taken>();
    }

    [Fact]
    public async Task A_number_that_is_no_longer_remembered_is_a_bad_request()
    {
        var room = Room();
        _ = await JoinAsync(room, _bob, 1, "Bob");
        for (var n = 1; n <= Answers.Most + 1; n++)
        {
            await SayAsync(room, _bob, 1, "x", n, seq: n + 1);
        }

        room.Tell(new Say(new MemberId(1), "x", N: 1), _bob);
        var error = await PrivatelyAsync(_bob, after: Answers.Most + 2);
        Assert.Equal(("error", "bad-request", 1), (Type(error), (string?)error["code"], (int)error["n"]!));
        await _bob.ExpectMsgAsync<Taken>();
        await SayAsync(room, _bob, 1, "x", Answers.Most + 2, seq: Answers.Most + 3);
    }

    [Fact]
    public async Task A_bad_request_uses_up_no_number()
    {
        var room = Room();
        _ = await JoinAsync(room, _bob, 1, "Bob");
        room.Tell(new Refuse(new MemberId(1), ErrorCode.BadRequest, "no", N: 7, IsAnswer: false), _bob);
        Assert.Equal("""{"type":"error","code":"bad-request","text":"no","n":7}""", (await PrivatelyAsync(_bob, after: 1)).ToJsonString());
        await _bob.ExpectMsgAsync<Taken>();
        await SayAsync(room, _bob, 1, "hi", n: 7, seq: 2);
    }

    [Fact]
    public async Task Whose_session_ends_is_away_and_nobody_hears_of_it_until_the_grace_is_over()
    {
        var room = Room();
        await JoinPlainAsync(room, _alice, 1, "Alice");
        _ = await JoinAsync(room, _bob, 2, "Bob");
        await LinesAsync(_alice, "System: Bob joined the chat");
        Drop(room, _bob, 2);
        room.Tell(new GetMembers(new MemberId(1)), _alice);
        Assert.Equal("System: 2 here: Alice, Bob (away)", await SentenceAsync(_alice));
        await _alice.ExpectMsgAsync<Taken>();
        Pass(Grace - TimeSpan.FromMilliseconds(1));
        room.Tell(new GetMembers(new MemberId(1)), _alice);
        Assert.Equal("System: 2 here: Alice, Bob (away)", await SentenceAsync(_alice));
        await _alice.ExpectMsgAsync<Taken>();
        Pass(TimeSpan.FromSeconds(1));
        await LinesAsync(_alice, "System: Bob left the chat");
    }

    [Fact]
    public async Task A_server_that_was_stopped_while_somebody_was_away_gives_the_grace_anew()
    {
        var room = Room();
        await JoinPlainAsync(room, _alice, 1, "Alice");
        _ = await JoinAsync(room, _bob, 2, "Bob");
        await LinesAsync(_alice, "System: Bob joined the chat");
        Drop(room, _bob, 2);
        room.Tell(new GetMembers(new MemberId(1)), _alice);
        Assert.Equal("System: 2 here: Alice, Bob (away)", await SentenceAsync(_alice));
        await _alice.ExpectMsgAsync<Taken>();
        _time.Advance(TimeSpan.FromHours(1));
        Pass(Grace);

        // The room has looked at the time when it answers.
        room.Tell(new GetMembers(new MemberId(1)), _alice);
        Assert.Equal("System: 2 here: Alice, Bob (away)", await SentenceAsync(_alice));
        await _alice.ExpectMsgAsync<Taken>();
        _time.Advance(Grace);
        Pass(Grace);
        await LinesAsync(_alice, "System: Bob left the chat");
    }

    [Fact]
    public async Task On_a_machine_that_is_too_busy_to_be_in_time_the_grace_ends_all_the_same()
    {
        var room = Room(grace: ShortGrace);
        await JoinPlainAsync(room, _alice, 1, "Alice");
        _ = await JoinAsync(room, _bob, 2, "Bob");
        await LinesAsync(_alice, "System: Bob joined the chat");
        Drop(room, _bob, 2);
        for (var late = 0; late < 2; late++)
        {
            room.Tell(new GetMembers(new MemberId(1)), _alice);
            Assert.Equal("System: 2 here: Alice, Bob (away)", await SentenceAsync(_alice));
            await _alice.ExpectMsgAsync<Taken>();
            _time.Advance(ShortGrace + Oversleeping.Least);
            Pass(ShortGrace);
        }

        await LinesAsync(_alice, "System: Bob left the chat");
    }

    [Fact]
    public async Task Without_a_grace_who_ends_has_left()
    {
        var room = Room(grace: TimeSpan.Zero);
        await JoinPlainAsync(room, _alice, 1, "Alice");
        _ = await JoinAsync(room, _bob, 2, "Bob");
        await LinesAsync(_alice, "System: Bob joined the chat");
        Drop(room, _bob, 2);
        await LinesAsync(_alice, "System: Bob left the chat");
    }

    [Theory]
    [InlineData(WireForm.Plain)]
    [InlineData(WireForm.Json)]
    public async Task The_last_of_its_form_to_leave_gets_what_it_is_owed_though_somebody_else_comes(WireForm form)
    {
        var room = Room();
        room.Tell(new Join(new MemberId(1), Called("Bob"), Refusal: null, form), _bob);
        await _bob.FishForMessageAsync<Batch>(_ => true);
        room.Tell(new Say(new MemberId(1), "last words"), _bob);
        room.Tell(new Leave(new MemberId(1)), _bob);
        room.Tell(new Join(new MemberId(2), Called("Alice"), Refusal: null, form), _alice);
        await _alice.FishForMessageAsync<Batch>(_ => true);
        room.Tell(new GetMissed(1, form), _bob);
        var missed = await _bob.FishForMessageAsync<Missed>(_ => true);
        Assert.Contains("last words", Frame.All(missed.Slice.Bytes.Span)[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_grace_its_own_leave_is_nothing_that_anybody_is_owed()
    {
        var room = Room(grace: TimeSpan.Zero);
        _ = await JoinAsync(room, _bob, 1, "Bob");
        room.Tell(new Detach(new MemberId(1)), _bob);
        Assert.Equal(new Goodbye(After: 1, Reason: null), await _bob.ExpectMsgAsync<Goodbye>());
    }

    [Fact]
    public async Task Who_comes_back_is_who_it_was_hears_what_it_missed_and_nobody_else_hears_anything()
    {
        var room = Room();
        await JoinPlainAsync(room, _alice, 1, "Alice");
        var (token, epoch) = await JoinAsync(room, _bob, 2, "Bob");
        await LinesAsync(_alice, "System: Bob joined the chat");
        Drop(room, _bob, 2);
        room.Tell(new Say(new MemberId(1), "you there?"), _alice);
        await LinesAsync(_alice, "Alice: you there?");
        await _alice.ExpectMsgAsync<Taken>();

        KnockAt(room, _bobAgain, 3, "Robert", new ResumeFrom(token, epoch, 2));
        Assert.Equal(new Welcome(2, new MemberId(2), 3), await _bobAgain.ExpectMsgAsync<Welcome>());
        var welcome = await PrivatelyAsync(_bobAgain, after: 2);
        Assert.Equal(("welcome", 2, true, token), (Type(welcome), (long)welcome["seq"]!, (bool)welcome["resumed"]!, (string?)welcome["token"]));
        Assert.Equal("""{"id":"2","name":"Bob"}""", welcome["you"]!.ToJsonString());
        Assert.Null(welcome["members"]);

        room.Tell(new GetMissed(2, WireForm.Json), _bobAgain);
        var missed = await _bobAgain.ExpectMsgAsync<Missed>();
        Assert.Contains("you there?", Assert.Single(Frame.All(missed.Slice.Bytes.Span)).Text, StringComparison.Ordinal);

        Pass(Grace * 2);
        room.Tell(new Say(new MemberId(2), "yes", N: 1), _bobAgain);
        await LinesAsync(_alice, "Bob: yes");
    }

    [Fact]
    public async Task A_ghost_is_sent_away_as_replaced_and_what_still_comes_from_it_is_dropped()
    {
        var room = Room();
        var (token, epoch) = await JoinAsync(room, _bob, 1, "Bob");
        KnockAt(room, _bobAgain, 2, "Bob", new ResumeFrom(token, epoch, 1));
        await _bobAgain.ExpectMsgAsync<Welcome>();
        _ = await PrivatelyAsync(_bobAgain, after: 1);
        Assert.Equal(new Goodbye(After: 0, CloseReason.Replaced), await _bob.ExpectMsgAsync<Goodbye>());
        room.Tell(new Say(new MemberId(1), "forged", N: 1), _bob);
        room.Tell(new Leave(new MemberId(1)), _bob);
        await _bob.ExpectMsgAsync<Goodbye>();
        Sys.Stop(_bob);
        await SayAsync(room, _bobAgain, 1, "true", n: 1, seq: 2);
    }

    [Fact]
    public async Task A_ghost_that_is_heard_only_when_its_member_is_back_takes_nothing_from_it()
    {
        var room = Room();
        var (token, epoch) = await JoinAsync(room, _bob, 1, "Bob");
        Drop(room, _bob, 1);
        KnockAt(room, _bobAgain, 3, "Bob", new ResumeFrom(token, epoch, 1));
        await _bobAgain.ExpectMsgAsync<Welcome>();
        _ = await PrivatelyAsync(_bobAgain, after: 1);
        var ghost = CreateTestProbe("ghost");
        KnockAt(room, ghost, 2, "Bob", new ResumeFrom(token, epoch, 1));
        Assert.Equal(new Goodbye(After: 0, CloseReason.Replaced), await ghost.ExpectMsgAsync<Goodbye>());
        await SayAsync(room, _bobAgain, 1, "here", n: 1, seq: 2);
    }

    [Theory]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA", null)]
    [InlineData("no token", null)]
    [InlineData(null, "another")]
    public async Task With_a_wrong_token_or_of_another_epoch_one_is_somebody_new(string? wrongToken, string? wrongEpoch)
    {
        var room = Room();
        var (token, epoch) = await JoinAsync(room, _bob, 1, "Bob");
        Drop(room, _bob, 1);
        KnockAt(room, _bobAgain, 2, "Bob", new ResumeFrom(wrongToken ?? token, wrongEpoch ?? epoch, 1));
        await _bobAgain.ExpectMsgAsync<Welcome>();
        var welcome = await PrivatelyAsync(_bobAgain, after: 1);
        Assert.Equal((false, """{"id":"2","name":"Bob-2"}"""), ((bool)welcome["resumed"]!, welcome["you"]!.ToJsonString()));
        Assert.Equal("""[{"id":"1","name":"Bob","away":true}]""", welcome["members"]!.ToJsonString());
        var error = await PrivatelyAsync(_bobAgain, after: 2);
        Assert.Equal(("name-taken", "Bob-2"), ((string?)error["code"], (string?)error["name"]));
    }

    [Fact]
    public async Task What_was_answered_is_not_carried_out_again_though_its_member_has_left()
    {
        var room = Room();
        var (token, epoch) = await JoinAsync(room, _bob, 1, "Bob");
        await SayAsync(room, _bob, 1, "hi", n: 5, seq: 2);
        room.Tell(new Leave(new MemberId(1)), _bob);
        await _bob.ExpectMsgAsync<Goodbye>();

        KnockAt(room, _bobAgain, 2, "Bob", new ResumeFrom(token, epoch, 2));
        await _bobAgain.ExpectMsgAsync<Welcome>();
        Assert.False((bool)(await PrivatelyAsync(_bobAgain, after: 3))["resumed"]!);
        await _bobAgain.ExpectMsgAsync<Batch>();
        room.Tell(new Say(new MemberId(2), "hi", N: 5), _bobAgain);
        Assert.Equal(("ack", 5, 2), Ack(await PrivatelyAsync(_bobAgain, after: 4)));
        await _bobAgain.ExpectMsgAsync<Taken>();
    }

    [Fact]
    public async Task Answers_are_forgotten_ten_minutes_after_their_member_has_left()
    {
        var room = Room();
        var (token, epoch) = await JoinAsync(room, _bob, 1, "Bob");
        await SayAsync(room, _bob, 1, "hi", n: 5, seq: 2);
        room.Tell(new Leave(new MemberId(1)), _bob);
        await _bob.ExpectMsgAsync<Goodbye>();
        _time.Advance(ResumeTokens.Remembered);
        KnockAt(room, _bobAgain, 2, "Bob", new ResumeFrom(token, epoch, 2));
        await _bobAgain.ExpectMsgAsync<Welcome>();
        _ = await PrivatelyAsync(_bobAgain, after: 3);
        await _bobAgain.ExpectMsgAsync<Batch>();
        await SayAsync(room, _bobAgain, 2, "hi", n: 5, seq: 5);
    }

    [Fact]
    public async Task Who_was_removed_has_no_token_any_more()
    {
        var room = Room();
        var carol = CreateTestProbe("carol");
        _ = await JoinAsync(room, carol, 9, "Carol");
        var (token, epoch) = await JoinAsync(room, _bob, 1, "Bob");
        await carol.ExpectMsgAsync<Batch>();
        await SayAsync(room, _bob, 1, "hi", n: 5, seq: 3);
        await carol.ExpectMsgAsync<Batch>();
        room.Tell(new Leave(new MemberId(1), LeftReason.Removed), _bob);
        await _bob.ExpectMsgAsync<Goodbye>();
        await HearsAsync(carol, """{"type":"left","seq":4,"time":"2026-11-24T20:15:30.123Z","who":{"id":"1","name":"Bob"},"reason":"removed"}""");
        KnockAt(room, _bobAgain, 2, "Bob", new ResumeFrom(token, epoch, 3));
        await _bobAgain.ExpectMsgAsync<Welcome>();
        Assert.False((bool)(await PrivatelyAsync(_bobAgain, after: 4))["resumed"]!);
        await _bobAgain.ExpectMsgAsync<Batch>();
        await SayAsync(room, _bobAgain, 2, "hi", n: 5, seq: 6);
    }

    [Fact]
    public async Task A_whisper_to_one_who_is_away_is_refused()
    {
        var room = Room();
        await JoinPlainAsync(room, _alice, 1, "Alice");
        _ = await JoinAsync(room, _bob, 2, "Bob");
        await LinesAsync(_alice, "System: Bob joined the chat");
        Drop(room, _bob, 2);
        room.Tell(new Whisper(new MemberId(1), [new Addressed(Called("Bob"), "psst")]), _alice);
        Assert.Equal("System: Bob is away: try again later", await SentenceAsync(_alice));
        await _alice.ExpectMsgAsync<Taken>();
    }

    [Fact]
    public async Task Who_was_overtaken_is_told_which_facts_are_missing_and_who_is_here_now()
    {
        var room = Room(entries: 2);
        _ = await JoinAsync(room, _bob, 1, "Bob");
        for (var n = 1; n <= 3; n++)
        {
            await SayAsync(room, _bob, 1, "x", n, seq: n + 1);
        }

        room.Tell(new GetMissed(1, WireForm.Json, new MemberId(1)), _bob);
        var overtaken = await _bob.ExpectMsgAsync<Overtaken>();
        Assert.Equal("""{"type":"gap","missed":3,"from":2,"to":4}""", Assert.Single(Frame.All(overtaken.Notice.Span)).Text);
        Assert.Equal(4, overtaken.Cursor);
        Assert.Equal("""{"type":"members","seq":4,"members":[{"id":"1","name":"Bob"}],"memberCount":1}""", (await PrivatelyAsync(_bob, after: 4)).ToJsonString());
    }

    [Fact]
    public async Task One_more_than_are_waited_for_is_not_owed_its_own_leaving()
    {
        var room = Room(mostAway: 1);
        _ = await JoinAsync(room, _alice, 1, "Alice");
        _ = await JoinAsync(room, _bob, 2, "Bob");
        Drop(room, _alice, 1);
        room.Tell(new Detach(new MemberId(2)), _bob);
        await _bob.ExpectMsgAsync(new Goodbye(After: 2, Reason: null));
    }

    [Fact]
    public async Task Who_goes_behind_a_gap_is_told_who_is_here_when_it_is_back()
    {
        var room = Room(entries: 2);
        var (token, epoch) = await JoinAsync(room, _bob, 1, "Bob");
        for (var n = 1; n <= 3; n++)
        {
            await SayAsync(room, _bob, 1, "x", n, seq: n + 1);
        }

        // Its session writes the gap, which is all that it owes, and the close frame.
        room.Tell(new Detach(new MemberId(1)), _bob);
        await _bob.ExpectMsgAsync(new Goodbye(After: 4, Reason: null));
        room.Tell(new GetMissed(1, WireForm.Json, new MemberId(1)), _bob);
        await _bob.ExpectMsgAsync<Overtaken>();

        KnockAt(room, _bobAgain, 2, "Bob", new ResumeFrom(token, epoch, 4));
        await _bobAgain.ExpectMsgAsync<Welcome>();
        Assert.Equal("welcome", Type(await PrivatelyAsync(_bobAgain, after: 4)));
        Assert.Equal("members", Type(await PrivatelyAsync(_bobAgain, after: 4)));
    }

    [Fact]
    public async Task Who_comes_back_from_a_gap_is_told_again_who_is_here_until_it_has_a_later_fact()
    {
        var room = Room(entries: 2);
        var (token, epoch) = await JoinAsync(room, _bob, 1, "Bob");
        for (var n = 1; n <= 3; n++)
        {
            await SayAsync(room, _bob, 1, "x", n, seq: n + 1);
        }

        room.Tell(new GetMissed(1, WireForm.Json, new MemberId(1)), _bob);
        await _bob.ExpectMsgAsync<Overtaken>();
        _ = await PrivatelyAsync(_bob, after: 4);
        Drop(room, _bob, 1);

        KnockAt(room, _bobAgain, 2, "Bob", new ResumeFrom(token, epoch, 4));
        await _bobAgain.ExpectMsgAsync<Welcome>();
        Assert.Equal("welcome", Type(await PrivatelyAsync(_bobAgain, after: 4)));
        Assert.Equal("members", Type(await PrivatelyAsync(_bobAgain, after: 4)));
        await SayAsync(room, _bobAgain, 1, "x", n: 4, seq: 5);
        Drop(room, _bobAgain, 1);

        var third = CreateTestProbe("third");
        KnockAt(room, third, 3, "Bob", new ResumeFrom(token, epoch, 5));
        await third.ExpectMsgAsync<Welcome>();
        Assert.Equal("welcome", Type(await PrivatelyAsync(third, after: 5)));
        await SayAsync(room, third, 1, "x", n: 5, seq: 6);
    }

    [Fact]
    public async Task No_more_are_waited_for_than_is_allowed()
    {
        var room = Room(mostAway: 1);
        await JoinPlainAsync(room, _alice, 1, "Alice");
        var (token, epoch) = await JoinAsync(room, _bob, 2, "Bob");
        var carol = CreateTestProbe("carol");
        _ = await JoinAsync(room, carol, 3, "Carol");
        await LinesAsync(_alice, "System: Bob joined the chat");
        await LinesAsync(_alice, "System: Carol joined the chat");
        Drop(room, _bob, 2);
        Drop(room, carol, 3);
        await LinesAsync(_alice, "System: Carol left the chat");

        // Who is back is not away any more.
        KnockAt(room, _bobAgain, 4, "Bob", new ResumeFrom(token, epoch, 2));
        await _bobAgain.ExpectMsgAsync<Welcome>();
        Drop(room, _bobAgain, 2);
        room.Tell(new GetMembers(new MemberId(1)), _alice);
        Assert.Equal("System: 2 here: Alice, Bob (away)", await SentenceAsync(_alice));
        await _alice.ExpectMsgAsync<Taken>();
    }

    [Fact]
    public async Task Above_the_limit_who_comes_is_told_so_without_a_number_and_below_it_everybody_is_told_who_is_here()
    {
        var room = Room(announceUpTo: 2);
        _ = await JoinAsync(room, _bob, 1, "Bob");
        await JoinPlainAsync(room, _alice, 2, "Alice");
        await HearsAsync(_bob, """{"type":"joined","seq":2,"time":"2026-11-24T20:15:30.123Z","who":{"id":"2","name":"Alice"}}""");
        var carol = CreateTestProbe("carol");
        _ = await JoinAsync(room, carol, 3, "Carol");
        await HearsAsync(
            _bob,
            """{"type":"joined","seq":3,"time":"2026-11-24T20:15:30.123Z","who":{"id":"3","name":"Carol"}}""",
            """{"type":"presence","seq":4,"time":"2026-11-24T20:15:30.123Z","announced":false,"memberCount":3}""");

        KnockAt(room, _bobAgain, 4, "Dora");
        Assert.Equal(new Welcome(4), await _bobAgain.ExpectMsgAsync<Welcome>());
        _ = await PrivatelyAsync(_bobAgain, after: 4);
        Assert.Equal("""{"type":"joined","time":"2026-11-24T20:15:30.123Z","who":{"id":"4","name":"Dora"}}""", (await PrivatelyAsync(_bobAgain, after: 4)).ToJsonString());

        room.Tell(new Leave(new MemberId(3)), carol);
        room.Tell(new Leave(new MemberId(2)), _alice);
        room.Tell(new Leave(new MemberId(4)), _bobAgain);
        Assert.Equal("""{"type":"members","seq":5,"members":[{"id":"1","name":"Bob"}],"memberCount":1}""", (await PrivatelyAsync(_bob, after: 5)).ToJsonString());
        await HearsAsync(_bob, """{"type":"presence","seq":5,"time":"2026-11-24T20:15:30.123Z","announced":true,"memberCount":1}""");
    }

    [Fact]
    public async Task History_is_what_was_in_the_form_of_whoever_asks()
    {
        var room = Room();
        await JoinPlainAsync(room, _alice, 1, "Alice");
        _ = await JoinAsync(room, _bob, 2, "Bob");
        await LinesAsync(_alice, "System: Bob joined the chat");
        await SayAsync(room, _bob, 2, "hi", n: 1, seq: 3);
        room.Tell(new GetHistory(new MemberId(2), Before: 3, Limit: 1), _bob);
        Assert.Equal(
            """{"type":"history","facts":[{"type":"joined","seq":2,"time":"2026-11-24T20:15:30.123Z","who":{"id":"2","name":"Bob"}}],"more":true}""",
            (await PrivatelyAsync(_bob, after: 3)).ToJsonString());
        await LinesAsync(_alice, "Bob: hi");
        room.Tell(new GetHistory(new MemberId(1), Before: null, Limit: 2), _alice);
        var lines = await _alice.ExpectMsgAsync<PrivateFrame>();
        Assert.True(lines.IsAnswer);
        Assert.Equal(
            ["System: 2026-11-24 20:15:30Z System: Bob joined the chat", "System: 2026-11-24 20:15:30Z Bob: hi"],
            Frame.All(lines.Frame.Span).Select(frame => frame.Text));
    }

    [Fact]
    public async Task When_the_room_closes_everybody_is_told_when_to_come_back_and_not_all_at_once()
    {
        var room = Room();
        _ = await JoinAsync(room, _alice, 1, "Alice");
        _ = await JoinAsync(room, _bob, 2, "Bob");
        await _alice.ExpectMsgAsync<Batch>();
        room.Tell(new CloseRoom(CloseReason.ShuttingDown));
        var byes = new[] { await PrivatelyAsync(_alice, after: 2), await PrivatelyAsync(_bob, after: 2) };
        Assert.All(byes, bye => Assert.Equal(("bye", "shutting-down"), (Type(bye), (string?)bye["reason"])));
        Assert.Equal([1000, 3000], byes.Select(bye => (int)bye["retryAfterMs"]!));
        await _alice.ExpectMsgAsync<Goodbye>();
        await _bob.ExpectMsgAsync<Goodbye>();
    }

    private static DisplayName Called(string name) =>
        DisplayName.TryParse(name, out var parsed, out _) ? parsed : throw new ArgumentException(name, nameof(name));

    private static string? Type(JsonNode frame) => (string?)frame["type"];

    private static (string Type, long N, long Seq) Ack(JsonNode frame) => (Type(frame)!, (long)frame["n"]!, (long)frame["seq"]!);

    private static void KnockAt(IActorRef room, TestProbe session, long id, string name, ResumeFrom? resume = null) =>
        room.Tell(new Join(new MemberId(id), Called(name), Refusal: null, WireForm.Json, resume), session);

    private static async Task<JsonNode> PrivatelyAsync(TestProbe session, long after)
    {
        var frame = await session.ExpectMsgAsync<PrivateFrame>();
        Assert.Equal(after, frame.After);
        return JsonNode.Parse(Assert.Single(Frame.All(frame.Frame.Span)).Text)!;
    }

    private static async Task<string> SentenceAsync(TestProbe session) =>
        Assert.Single(Frame.All((await session.ExpectMsgAsync<PrivateFrame>()).Frame.Span)).Text;

    private static async Task HearsAsync(TestProbe session, params string[] frames) => await LinesAsync(session, frames);

    private static async Task LinesAsync(TestProbe session, params string[] lines) =>
        Assert.Equal(lines, Frame.All((await session.ExpectMsgAsync<Batch>()).Slice.Bytes.Span).Select(frame => frame.Text));

    private static async Task SayAsync(IActorRef room, TestProbe who, long id, string text, long n, long seq)
    {
        room.Tell(new Say(new MemberId(id), text, N: n), who);
        Assert.Equal(("ack", n, seq), Ack(await PrivatelyAsync(who, after: seq)));
        Assert.Equal(seq, (await who.ExpectMsgAsync<Batch>()).Slice.Last);
        await who.ExpectMsgAsync<Taken>();
    }

    private static async Task JoinPlainAsync(IActorRef room, TestProbe session, long id, string name)
    {
        room.Tell(new Join(new MemberId(id), Called(name), Refusal: null), session);
        await session.ExpectMsgAsync<Welcome>();
        await LinesAsync(session, $"System: {name} joined the chat");
    }

    private IActorRef Room(int entries = 1000, int announceUpTo = -1, TimeSpan? grace = null, int mostAway = 10) => Sys.ActorOf(
        RoomActor.Props(
            new RoomSettings(entries, LogBytes: 1_000_000, announceUpTo, EchoLines: false) { Grace = grace ?? Grace, MostAway = mostAway },
            _time,
            NullLogger<RoomActor>.Instance),
        "room");

    // Comes in and has heard of it.
    private static async Task<(string Token, string Epoch)> JoinAsync(IActorRef room, TestProbe session, long id, string name)
    {
        KnockAt(room, session, id, name);
        var welcome = await session.ExpectMsgAsync<Welcome>();
        var frame = await PrivatelyAsync(session, welcome.Cursor);
        await session.ExpectMsgAsync<Batch>();
        return ((string)frame["token"]!, (string)frame["epoch"]!);
    }

    // As the death watch tells it.
    private static void Drop(IActorRef room, TestProbe session, long id) => room.Tell(new Ended(new MemberId(id), session));
}
