using System.Buffers;
using System.Buffers.Text;
using Broadcast.Actors.Keeping;
using Broadcast.Actors.Names;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Wire;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace Broadcast.Tests.Keeping;

public sealed class RoomStateSpecs
{
    private static readonly RoomSettings Settings = new(LogEntries: 20, LogBytes: 4000, AnnounceUpTo: 4, EchoLines: false);

    // What happens, to whom, and with which number.
    private static readonly Gen<List<(int What, int Whom, int Number)>> Lives = Gen.Select(Gen.Int[0, 7], Gen.Int[0, 9], Gen.Int[0, 300]).List[0, 120];

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));

    [Fact]
    public void A_room_that_is_read_is_the_room_that_was_whatever_has_happened() =>
        Lives.Sample(happenings =>
        {
            var (state, batches) = Live(happenings);
            var whole = state.Snapshot();
            Assert.Equal(whole.ToArray(), Read(whole).Snapshot().ToArray());
            Assert.Equal(whole.ToArray(), Read(RoomState.New(Settings, _time).Snapshot(), batches).Snapshot().ToArray());
        });

    [Fact]
    public void Whatever_is_read_it_is_a_room_or_refused() =>
        Gen.Select(Lives, Gen.Bool, Gen.Select(Gen.Int[0, 10_000], Gen.Byte).List[1, 4]).Sample(
            (happenings, isSnapshot, changes) =>
            {
                var (state, batches) = Live(happenings);
                var bytes = isSnapshot ? state.Snapshot().ToArray() : batches.SelectMany(batch => batch.ToArray()).ToArray();
                foreach (var (at, value) in changes.Where(_ => bytes.Length > 0))
                {
                    bytes[at % bytes.Length] = value;
                }

                try
                {
                    var read = isSnapshot ? Read(bytes) : Read(RoomState.New(Settings, _time).Snapshot(), bytes);
                    _ = Read(read.Snapshot());
                }
                catch (StateException)
                {
                    // One line for a person, and no server.
                }
            },
            iter: 10_000);

    [Fact]
    public void The_frames_that_somebody_missed_are_the_ones_that_everybody_got()
    {
        var (state, _) = Live([(0, 1, 0), (0, 3, 0), (1, 1, 1), (3, 1, 0), (1, 1, 2)]);
        var read = Read(state.Snapshot());
        var (was, isNow) = (state.Feeds[(int)WireForm.Json].Log, read.Feeds[(int)WireForm.Json].Log);
        Assert.Equal((was.First, was.Last), (isNow.First, isNow.Last));
        Assert.True(was.TryAfter(was.First - 1, out var frames) & isNow.TryAfter(was.First - 1, out var again));
        Assert.Equal(frames.Bytes.ToArray(), again.Bytes.ToArray());
    }

    [Fact]
    public void No_token_is_in_it()
    {
        var state = RoomState.New(Settings, _time);
        var token = ResumeToken.Create();
        var records = new ArrayBufferWriter<byte>();
        state.RecordTo(records);
        _ = state.Admit(new MemberId(1), WireForm.Json, token.Digest, former: null);
        state.Apply(new Joined(1, new Member(new MemberId(1), DisplayName.Anonymous), Notice: null), _time.GetUtcNow());
        var secret = Base64Url.DecodeFromChars(token.Reveal());
        Assert.Equal(-1, records.WrittenSpan.IndexOf(secret));
        Assert.Equal(-1, state.Snapshot().Span.IndexOf(secret));
    }

    private RoomState Read(ReadOnlyMemory<byte> snapshot, params IEnumerable<ReadOnlyMemory<byte>> batches) =>
        RoomState.Read(Settings, _time, "epoch", snapshot, batches);

    // As the room's actor does it, and a batch of records for each thing that happens.
    private (RoomState State, List<ReadOnlyMemory<byte>> Batches) Live(List<(int What, int Whom, int Number)> happenings)
    {
        var state = RoomState.New(Settings, _time);
        var records = new ArrayBufferWriter<byte>();
        state.RecordTo(records);
        List<ReadOnlyMemory<byte>> batches = [];
        Dictionary<int, (MemberId Id, TokenDigest? Token)> people = [];
        foreach (var (what, whom, number) in happenings)
        {
            var former = people.TryGetValue(whom, out var known) ? known.Token : null;
            var seat = people.ContainsKey(whom) ? state.Seats.GetValueOrDefault(known.Id) : null;
            switch (what)
            {
                case 0 when seat is null:
                    var id = new MemberId(state.LastId.Value + 1);
                    var form = whom % 2 == 0 ? WireForm.Plain : WireForm.Json;
                    TokenDigest? token = form == WireForm.Json ? new TokenDigest((UInt128)id.Value << 90) : null;
                    people[whom] = (id, token);
                    var joined = state.Room.Decide(Join.Named(id, $"Zoë {whom}", form));
                    _ = state.Admit(id, form, token, former);
                    state.Apply((Fact)joined, _time.GetUtcNow());
                    break;
                case 1 or 2 when seat is not null:
                    state.Apply((Fact)state.Room.Decide(new Say(seat.Id, new string('ü', number), what == 2, number)), _time.GetUtcNow());
                    Answer(seat, new Acked(state.Seq));
                    break;
                case 3 when seat is not null && state.Room.Decide(new Rename(seat.Id, state.Room.Find(seat.Id)!.Name.Numbered(number + 2))) is Renamed renamed:
                    state.Apply(renamed, _time.GetUtcNow());
                    Answer(seat, new Acked(Seq: null));
                    break;
                case 4 when seat is not null:
                    Answer(seat, new Erred(ErrorCode.NotHere, "no"));
                    break;
                case 5 when seat is not null:
                    state.List(seat);
                    break;
                case 6 when seat is not null:
                    state.Apply((Fact)state.Room.Decide(new Leave(seat.Id, (LeftReason)(number % 3))), _time.GetUtcNow());
                    break;
            }

            if (state.Room.Due is { } due)
            {
                state.Apply(due, _time.GetUtcNow());
            }

            batches.Add(records.WrittenSpan.ToArray());
            records.Clear();
            _time.Advance(TimeSpan.FromMilliseconds(number));

            void Answer(Seat who, Answer answer)
            {
                if (who.Answers is { } answers && number > 0)
                {
                    state.Answer(who, answers.Highest + number, answer);
                }
            }
        }

        return (state, batches);
    }
}
