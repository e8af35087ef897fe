using Akka.Actor;
using Akka.TestKit;
using Broadcast.Actors.Names;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Sessions;
using Broadcast.Actors.Wire;
using Broadcast.Tests.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Broadcast.Tests.Rooms;

/// <summary>The room, with a probe for every session, named for the person behind it.</summary>
public sealed class RoomActorSpecs : ActorSpec
{
    private readonly TestProbe _alice;
    private readonly TestProbe _bob;
    private readonly TestProbe _carol;

    public RoomActorSpecs()
    {
        _alice = CreateTestProbe("alice");
        _bob = CreateTestProbe("bob");
        _carol = CreateTestProbe("carol");
    }

    [Fact]
    public async Task A_joiner_is_welcomed_first_and_then_told_of_its_own_joining()
    {
        var room = Room();
        Join(room, _alice, 1, "Alice");
        Assert.Equal(0, (await _alice.ExpectMsgAsync<Welcome>()).Cursor);
        await HearsAsync(_alice, "System: Alice joined the chat");
    }

    [Fact]
    public async Task Everybody_hears_a_line_the_one_who_said_it_included()
    {
        var room = await RoomWithAsync(_alice, _bob);
        room.Tell(new Say(new MemberId(1), "hi"), _alice);
        await HearsAsync(_alice, "alice: hi");
        await HearsAsync(_bob, "alice: hi");
    }

    [Fact]
    public async Task A_line_is_taken_when_everybody_has_been_told_of_it_so_that_a_flood_is_no_faster()
    {
        var room = await RoomWithAsync(_alice, _bob);
        room.Tell(new Say(new MemberId(1), "hi"), _alice);
        await _alice.ExpectMsgAsync<Batch>();
        await _alice.ExpectMsgAsync<Taken>();
        await HearsAsync(_bob, "alice: hi");
    }

    [Fact]
    public async Task A_whisper_is_for_two_and_its_sender_may_go_on_at_once()
    {
        var room = await RoomWithAsync(_alice, _bob, _carol);
        room.Tell(Whisper(1, "Bob", "psst"), _alice);
        Assert.Equal("System: alice whispers: psst", await PrivatelyAsync(_bob));
        Assert.Equal("System: you whisper to bob: psst", await PrivatelyAsync(_alice));
        await _alice.ExpectMsgAsync<Taken>();
        room.Tell(new Say(new MemberId(3), "hi"), _carol);
        await HearsAsync(_carol, "carol: hi");
    }

    [Fact]
    public async Task A_whisper_to_nobody_is_refused()
    {
        var room = await RoomWithAsync(_alice, _bob);
        room.Tell(Whisper(1, "Zoe", "psst"), _alice);
        Assert.Equal("System: nobody here is called Zoe: /who lists who is here", await PrivatelyAsync(_alice));
        await _alice.ExpectMsgAsync<Taken>();
    }

    [Fact]
    public async Task Whispers_that_are_not_read_are_bounded_and_there_is_room_again_as_they_are()
    {
        var room = await RoomWithAsync(_alice, _bob);
        for (var n = 1; n <= 64; n++)
        {
            Assert.Equal("System: you whisper to bob: psst", await WhisperAsync("psst"));
            await _bob.ExpectMsgAsync<PrivateFrame>();
        }

        Assert.Equal("System: bob has not read its last whispers yet: try again later", await WhisperAsync("psst"));
        room.Tell(new WhisperTaken(new MemberId(2), 30), _bob);
        Assert.Equal("System: you whisper to bob: psst", await WhisperAsync("psst"));
        await _bob.ExpectMsgAsync<PrivateFrame>();

        async Task<string> WhisperAsync(string text)
        {
            room.Tell(Whisper(1, "bob", text), _alice);
            var answer = await PrivatelyAsync(_alice);
            await _alice.ExpectMsgAsync<Taken>();
            return answer;
        }
    }

    [Fact]
    public async Task Large_whispers_that_are_not_read_are_bounded_by_their_bytes()
    {
        var room = await RoomWithAsync(_alice, _bob);
        foreach (var (bytes, answer) in new[] { (70_000, "you whisper to bob"), (1, "bob has not read") })
        {
            room.Tell(Whisper(1, "bob", new string('x', bytes)), _alice);
            Assert.StartsWith($"System: {answer}", await PrivatelyAsync(_alice), StringComparison.Ordinal);
            await _alice.ExpectMsgAsync<Taken>();
        }
    }

    [Fact]
    public async Task What_somebody_does_is_heard_by_everybody()
    {
        var room = await RoomWithAsync(_alice, _bob);
        room.Tell(new Say(new MemberId(1), "waves", IsAction: true), _alice);
        await HearsAsync(_alice, "* alice: waves");
        await HearsAsync(_bob, "* alice: waves");
    }

    [Fact]
    public async Task The_same_bytes_go_to_everybody()
    {
        var room = await RoomWithAsync(_alice, _bob);
        room.Tell(new Say(new MemberId(1), "hi"), _alice);
        Assert.Same(await _alice.ExpectMsgAsync<Batch>(), await _bob.ExpectMsgAsync<Batch>());
    }

    [Fact]
    public async Task A_taken_name_gets_a_number_and_a_private_notice_behind_the_join_line()
    {
        var room = await RoomWithAsync(_alice);
        Join(room, _bob, 2, "alice");
        await _bob.ExpectMsgAsync<Welcome>();
        var notice = await _bob.ExpectMsgAsync<PrivateFrame>();
        Assert.Equal(2, notice.After);
        Assert.Equal(
            "System: the name alice is taken, so you are alice-2: /name New changes it",
            Assert.Single(Frame.All(notice.Frame.Span)).Text);
        await HearsAsync(_bob, "System: alice-2 joined the chat");
        await HearsAsync(_alice, "System: alice-2 joined the chat");
    }

    [Fact]
    public async Task A_rename_to_a_taken_name_is_refused_and_nobody_else_hears_of_it()
    {
        var room = await RoomWithAsync(_alice, _bob);
        room.Tell(new Rename(new MemberId(2), Called("alice")), _bob);
        Assert.Contains("taken", await PrivatelyAsync(_bob), StringComparison.Ordinal);
        await _bob.ExpectMsgAsync<Taken>();
        room.Tell(new Say(new MemberId(2), "still bob"), _bob);
        await HearsAsync(_alice, "bob: still bob");
    }

    [Fact]
    public async Task A_rename_is_heard_by_everybody()
    {
        var room = await RoomWithAsync(_alice, _bob);
        room.Tell(new Rename(new MemberId(2), Called("Bobby")), _bob);
        await HearsAsync(_alice, "System: bob is now known as Bobby");
    }

    [Fact]
    public async Task Who_is_here_is_told_to_the_one_who_asks()
    {
        var room = await RoomWithAsync(_alice, _bob);
        room.Tell(new GetMembers(new MemberId(2)), _bob);
        Assert.Equal("System: 2 here: alice, bob", await PrivatelyAsync(_bob));
        room.Tell(new Say(new MemberId(2), "hi"), _bob);
        await HearsAsync(_alice, "bob: hi");
    }

    [Fact]
    public async Task A_session_that_dies_is_announced_as_left_once()
    {
        var room = await RoomWithAsync(_alice, _bob);
        Sys.Stop(_bob.Ref);
        await HearsAsync(_alice, "System: bob left the chat");
        room.Tell(new Say(new MemberId(1), "and then"), _alice);
        await HearsAsync(_alice, "alice: and then");
    }

    [Fact]
    public async Task A_session_that_says_goodbye_and_then_dies_is_announced_as_left_once()
    {
        var room = await RoomWithAsync(_alice, _bob);
        room.Tell(new Leave(new MemberId(2)), _bob);
        Assert.Equal(new Goodbye(After: 2, Reason: null), await _bob.ExpectMsgAsync<Goodbye>());
        Sys.Stop(_bob.Ref);
        await HearsAsync(_alice, "System: bob left the chat");
        room.Tell(new Say(new MemberId(1), "and then"), _alice);
        await HearsAsync(_alice, "alice: and then");
    }

    [Fact]
    public async Task An_end_that_is_not_of_the_members_own_session_is_ignored()
    {
        var room = await RoomWithAsync(_alice, _bob);
        room.Tell(new Ended(new MemberId(2), _carol.Ref));
        room.Tell(new Leave(new MemberId(2)), _carol);
        await _carol.ExpectMsgAsync<Goodbye>();
        room.Tell(new Say(new MemberId(2), "still here"), _bob);
        await HearsAsync(_alice, "bob: still here");
    }

    [Fact]
    public async Task Nobody_speaks_for_another()
    {
        var room = await RoomWithAsync(_alice, _bob);
        room.Tell(new Say(new MemberId(1), "forged"), _bob);
        room.Tell(new Rename(new MemberId(1), Called("forged")), _bob);
        room.Tell(new Aside(new MemberId(1), "forged"), _bob);
        room.Tell(new GetMembers(new MemberId(1)), _bob);
        room.Tell(new Say(new MemberId(2), "true"), _bob);
        await HearsAsync(_alice, "bob: true");
    }

    [Fact]
    public async Task A_session_that_fell_behind_gets_what_follows_its_cursor()
    {
        var room = await RoomWithAsync(_alice);
        room.Tell(new Say(new MemberId(1), "two"), _alice);
        room.Tell(new Say(new MemberId(1), "three"), _alice);
        room.Tell(new GetMissed(Cursor: 1), _carol);
        var missed = await _carol.ExpectMsgAsync<Missed>();
        Assert.Equal(["alice: two", "alice: three"], Frame.All(missed.Slice.Bytes.Span).Select(frame => frame.Text));
    }

    [Fact]
    public async Task A_session_overtaken_by_the_log_is_told_how_much_it_missed()
    {
        var room = await RoomWithAsync(entries: 2, _alice);
        foreach (var text in new[] { "two", "three", "four", "five" })
        {
            room.Tell(new Say(new MemberId(1), text), _alice);
        }

        room.Tell(new GetMissed(Cursor: 1), _carol);
        var overtaken = await _carol.ExpectMsgAsync<Overtaken>();
        Assert.Equal(5, overtaken.Cursor);
        Assert.Equal("System: you missed 4 messages", Assert.Single(Frame.All(overtaken.Notice.Span)).Text);
    }

    [Fact]
    public async Task A_joiner_hears_of_its_own_joining_first_also_where_the_log_has_dropped_it()
    {
        var room = await RoomWithAsync(entries: 2, _alice);
        Join(room, _bob, 2, "bob");
        foreach (var text in new[] { "three", "four", "five" })
        {
            room.Tell(new Say(new MemberId(1), text), _alice);
        }

        room.Tell(new GetMissed(Cursor: 1, Id: new MemberId(2)), _bob);
        var overtaken = await _bob.FishForMessageAsync<Overtaken>(_ => true);
        Assert.Equal(5, overtaken.Cursor);
        Assert.Equal(["System: bob joined the chat", "System: you missed 3 messages"], Frame.All(overtaken.Notice.Span).Select(frame => frame.Text));
    }

    [Fact]
    public async Task In_a_room_of_too_many_who_comes_and_goes_is_their_own_affair()
    {
        var room = Room(announceUpTo: 1);
        Join(room, _alice, 1, "alice");
        await _alice.ExpectMsgAsync<Welcome>();
        await HearsAsync(_alice, "System: alice joined the chat");
        Join(room, _bob, 2, "bob");
        await _bob.ExpectMsgAsync<Welcome>();
        const string Crossed = "System: 2 are here: from now on it is no longer announced who joins and leaves";
        foreach (var session in new[] { _alice, _bob })
        {
            await HearsAsync(session, "System: bob joined the chat", Crossed);
        }

        Join(room, _carol, 3, "carol");
        Assert.Equal(3, (await _carol.ExpectMsgAsync<Welcome>()).Cursor);
        var own = await _carol.ExpectMsgAsync<PrivateFrame>();
        Assert.Equal((3, "System: carol joined the chat"), (own.After, Assert.Single(Frame.All(own.Frame.Span)).Text));
        room.Tell(new GetMembers(new MemberId(3)), _carol);
        Assert.Equal("System: 3 here: alice, bob, carol", await PrivatelyAsync(_carol));

        Sys.Stop(_carol);
        room.Tell(new Leave(new MemberId(2)), _bob);
        Assert.Equal(new Goodbye(After: 3, Reason: null), await _bob.ExpectMsgAsync<Goodbye>());
        room.Tell(new Leave(new MemberId(1)), _alice);
        Assert.Equal(new Goodbye(After: 3, Reason: null), await _alice.ExpectMsgAsync<Goodbye>());
    }

    [Fact]
    public async Task A_closed_room_says_goodbye_to_everybody_and_lets_nobody_in()
    {
        var room = await RoomWithAsync(_alice, _bob);
        room.Tell(new CloseRoom(CloseReason.ShuttingDown));
        Assert.Equal(new Goodbye(After: 2, CloseReason.ShuttingDown), await _alice.ExpectMsgAsync<Goodbye>());
        Assert.Equal(new Goodbye(After: 2, CloseReason.ShuttingDown), await _bob.ExpectMsgAsync<Goodbye>());
        Join(room, _carol, 3, "carol");
        Assert.Equal(new Goodbye(After: 0, CloseReason.ShuttingDown), await _carol.ExpectMsgAsync<Goodbye>());
    }

    private static DisplayName Called(string name) =>
        DisplayName.TryParse(name, out var parsed, out _) ? parsed : throw new ArgumentException(name, nameof(name));

    private static Whisper Whisper(long id, string to, string text) => new(new MemberId(id), [new Addressed(Called(to), text)]);

    private static void Join(IActorRef room, TestProbe session, long id, string name) =>
        room.Tell(new Join(new MemberId(id), Called(name), Refusal: null), session);

    private static async Task HearsAsync(TestProbe session, params string[] lines) =>
        Assert.Equal(lines, Frame.All((await session.ExpectMsgAsync<Batch>()).Slice.Bytes.Span).Select(frame => frame.Text));

    private static async Task<string> PrivatelyAsync(TestProbe session) =>
        Assert.Single(Frame.All((await session.ExpectMsgAsync<PrivateFrame>()).Frame.Span)).Text;

    private IActorRef Room(int entries = 1000, int announceUpTo = -1) =>
        Sys.ActorOf(RoomActor.Props(new RoomSettings(entries, LogBytes: 1_000_000, announceUpTo, EchoLines: false), NullLogger<RoomActor>.Instance), "room");

    private Task<IActorRef> RoomWithAsync(params TestProbe[] sessions) => RoomWithAsync(entries: 1000, sessions);

    // A room in which the sessions have come in, one after the other, and heard of it.
    private async Task<IActorRef> RoomWithAsync(int entries, params TestProbe[] sessions)
    {
        var room = Room(entries);
        for (var i = 0; i < sessions.Length; i++)
        {
            var name = sessions[i].Ref.Path.Name;
            Join(room, sessions[i], i + 1, name);
            await sessions[i].ExpectMsgAsync<Welcome>();
            foreach (var session in sessions[..(i + 1)])
            {
                await HearsAsync(session, $"System: {name} joined the chat");
            }
        }

        return room;
    }
}
