using Akka.Actor;
using Akka.TestKit;
using Broadcast.Actors.Keeping;
using Broadcast.Actors.Names;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Sessions;
using Broadcast.Actors.Wire;
using Broadcast.Tests.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Record = Broadcast.Actors.Keeping.Record;

namespace Broadcast.Tests.Rooms;

/// <summary>The room with a journal, which is a probe: the disk is done when the test says so.</summary>
public sealed class RoomActorDurableSpecs : ActorSpec
{
    private static readonly RoomSettings Settings = new(LogEntries: 100, LogBytes: 1_000_000, AnnounceUpTo: -1, EchoLines: false);

    private readonly FakeTimeProvider _time = new();
    private readonly RoomState _state;
    private readonly ReadOnlyMemory<byte> _began;
    private readonly List<ReadOnlyMemory<byte>> _records = [];
    private readonly TestProbe _journal;
    private readonly TestProbe _alice;
    private readonly TestProbe _bob;
    private readonly IActorRef _room;

    public RoomActorDurableSpecs()
    {
        _journal = CreateTestProbe("journal");
        _alice = CreateTestProbe("alice");
        _bob = CreateTestProbe("bob");
        _state = RoomState.New(Settings, _time);
        _began = _state.Snapshot();
        _room = Sys.ActorOf(RoomActor.Props(Settings, _time, NullLogger<RoomActor>.Instance, _state, _journal, isDurable: true), "room");
    }

    [Fact]
    public async Task Nobody_hears_of_anything_before_it_is_on_the_disk()
    {
        _room.Tell(new Join(new MemberId(1), Called("Alice"), Refusal: null, WireForm.Json), _alice);
        await RecordsAsync();
        await SilentAsync(_alice);
        Answer();
        await _alice.ExpectMsgAsync<Welcome>();
        await _alice.ExpectMsgAsync<PrivateFrame>();
        await LinesAsync(_alice, "joined");

        _room.Tell(new Say(new MemberId(1), "hi", N: 1), _alice);
        await RecordsAsync();
        await SilentAsync(_alice);
        Assert.Equal((2, 1), Read(state => (state.Seq, state.Seats[new MemberId(1)].Answers!.Highest)));
        Answer();
        await PrivatelyAsync(_alice, "ack");
        await LinesAsync(_alice, "message");
        await _alice.ExpectMsgAsync<Taken>();
    }

    [Fact]
    public async Task What_comes_up_while_the_disk_is_busy_goes_along_with_the_next_commit_and_is_told_in_its_order()
    {
        await JoinAsync(_alice, 1, "Alice");
        _room.Tell(new Say(new MemberId(1), "one", N: 1), _alice);
        await RecordsAsync();
        for (var n = 2; n <= 9; n++)
        {
            _room.Tell(new Say(new MemberId(1), "more", N: n), _alice);
        }

        await SilentAsync(_alice);
        Answer();
        await PrivatelyAsync(_alice, "ack");
        await RecordsAsync();
        await LinesAsync(_alice, "message");
        await _alice.ExpectMsgAsync<Taken>();
        Assert.Equal(10, Read(state => state.Seq));
        await SilentAsync(_alice);
        Answer();
        for (var n = 2; n <= 9; n++)
        {
            await PrivatelyAsync(_alice, "ack");
        }

        await LinesAsync(_alice, [.. Enumerable.Repeat("message", 8)]);
        await _alice.ReceiveNAsync(8, CancellationToken.None).ToListAsync();
    }

    [Fact]
    public async Task A_whisper_is_heard_when_its_answer_is_kept_and_an_error_is_an_answer()
    {
        await JoinAsync(_alice, 1, "Alice");
        await JoinAsync(_bob, 2, "Bob");
        await LinesAsync(_alice, "joined");
        _room.Tell(new Whisper(new MemberId(1), [new Addressed(Called("Bob"), "psst")], N: 4), _alice);
        await RecordsAsync();
        _room.Tell(new Whisper(new MemberId(1), [new Addressed(Called("Zoe"), "psst")], N: 5), _alice);
        await SilentAsync(_bob);
        await SilentAsync(_alice);
        Answer();
        await PrivatelyAsync(_bob, "whisper");
        await PrivatelyAsync(_alice, "ack");
        await _alice.ExpectMsgAsync<Taken>();
        await RecordsAsync();
        await SilentAsync(_alice);
        Assert.IsType<Again>(Read(state => state.Seats[new MemberId(1)].Answers!.Find(5)));
        Answer();
        await PrivatelyAsync(_alice, "error");
        await _alice.ExpectMsgAsync<Taken>();
    }

    [Fact]
    public async Task A_journal_that_has_become_long_gets_the_whole_room_in_its_place()
    {
        await JoinAsync(_alice, 1, "Alice");
        _room.Tell(new Say(new MemberId(1), "one", N: 1), _alice);
        await RecordsAsync();
        Answer(isLong: true);
        await _alice.ReceiveNAsync(3, CancellationToken.None).ToListAsync();
        _room.Tell(new Say(new MemberId(1), "two", N: 2), _alice);
        var all = await _journal.ExpectMsgAsync<RecordAll>();
        Assert.False(all.IsLast);
        Assert.Equal(3, RoomState.Read(Settings, _time, "epoch", all.Snapshot, []).Seq);
        await SilentAsync(_alice);
        Answer();
        await _alice.ReceiveNAsync(3, CancellationToken.None).ToListAsync();
        _room.Tell(new Say(new MemberId(1), "three", N: 3), _alice);
        await _journal.ExpectMsgAsync<Record>();
        Answer();
        await _alice.ReceiveNAsync(3, CancellationToken.None).ToListAsync();
    }

    [Fact]
    public async Task When_the_room_closes_everybody_hears_of_it_behind_the_last_that_is_kept()
    {
        await JoinAsync(_alice, 1, "Alice");
        _room.Tell(new Say(new MemberId(1), "one", N: 1), _alice);
        await RecordsAsync();
        _room.Tell(new Say(new MemberId(1), "two", N: 2), _alice);
        _room.Tell(new CloseRoom(CloseReason.Restarting));
        var last = await _journal.ExpectMsgAsync<RecordAll>();
        Assert.True(last.IsLast);
        var kept = RoomState.Read(Settings, _time, "epoch", last.Snapshot, []);
        Assert.Equal((3, 1), (kept.Seq, kept.Members));
        await SilentAsync(_alice);
        Answer();
        await PrivatelyAsync(_alice, "ack");
        await _alice.ExpectMsgAsync<Taken>();
        Answer();
        await PrivatelyAsync(_alice, "ack");
        await PrivatelyAsync(_alice, "bye");
        Assert.Equal(new Goodbye(3, CloseReason.Restarting), await _alice.ExpectMsgAsync<Goodbye>());
        await _alice.ExpectMsgAsync<Taken>();

        // What it is owed it can ask for.
        _room.Tell(new GetMissed(1, WireForm.Json), _alice);
        Assert.Equal(3, (await _alice.ExpectMsgAsync<Missed>()).Slice.Last);
    }

    [Fact]
    public async Task A_disk_that_fails_is_answered_by_nobody()
    {
        var actor = Sys.ActorOf(JournalActor.Props(new FailingJournal(), NullLogger<JournalActor>.Instance));
        await _alice.WatchAsync(actor);
        actor.Tell(new Record(new byte[1]), _alice);
        await _alice.ExpectTerminatedAsync(actor);
    }

    private static DisplayName Called(string name) =>
        DisplayName.TryParse(name, out var parsed, out _) ? parsed : throw new ArgumentException(name, nameof(name));

    private static string TypeOf(Frame frame) => (string)System.Text.Json.Nodes.JsonNode.Parse(frame.Text)!["type"]!;

    private static async Task PrivatelyAsync(TestProbe session, string type) =>
        Assert.Equal(type, TypeOf(Assert.Single(Frame.All((await session.ExpectMsgAsync<PrivateFrame>()).Frame.Span))));

    private static async Task LinesAsync(TestProbe session, params string[] types) =>
        Assert.Equal(types, Frame.All((await session.ExpectMsgAsync<Batch>()).Slice.Bytes.Span).Select(TypeOf));

    // What the room has told by now comes in front of what somebody else tells.
    private async Task SilentAsync(TestProbe session)
    {
        _room.Tell(new Identify("now"), TestActor);
        await ExpectMsgAsync<ActorIdentity>();
        session.Ref.Tell("now", ActorRefs.NoSender);
        Assert.Equal("now", await session.ExpectMsgAsync<string>());
    }

    private async Task RecordsAsync() => _records.Add((await _journal.ExpectMsgAsync<Record>()).Records.ToArray());

    private void Answer(bool isLong = false) => _room.Tell(new Recorded(isLong), _journal);

    // The room as it would be after a fall.
    private T Read<T>(Func<RoomState, T> look) => look(RoomState.Read(Settings, _time, "epoch", _began, _records));

    private async Task JoinAsync(TestProbe session, long id, string name)
    {
        _room.Tell(new Join(new MemberId(id), Called(name), Refusal: null, WireForm.Json), session);
        await RecordsAsync();
        Answer();
        await session.ExpectMsgAsync<Welcome>();
        await PrivatelyAsync(session, "welcome");
        await LinesAsync(session, "joined");
    }

    private sealed class FailingJournal : IJournal
    {
        public bool Append(ReadOnlyMemory<byte> records) => throw new StateException("no room");

        public void Begin(ReadOnlyMemory<byte> snapshot) => throw new StateException("no room");

        public void Close(ReadOnlyMemory<byte> snapshot) => throw new StateException("no room");
    }
}
