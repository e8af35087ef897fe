using System.Buffers;
using System.Buffers.Binary;
using Broadcast.Actors.Keeping;
using Broadcast.Actors.Names;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Wire;

namespace Broadcast.Fuzz.Targets;

/// <summary>The records of the journal, as if their checksums were right.</summary>
internal static class StateTarget
{
    private static readonly RoomSettings Settings = new(LogEntries: 20, LogBytes: 4000, AnnounceUpTo: 4, EchoLines: false);

    public static Target Target { get; } = new(
        "state", "the journal's records: a room that is the same when it is kept and read again, or refused", Seeds(), Check);

    // Two bytes of length, the snapshot, and the records behind it.
    private static void Check(byte[] input)
    {
        var length = input.Length < sizeof(ushort) ? 0 : Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(input), input.Length - sizeof(ushort));
        var snapshot = input.AsMemory(Math.Min(sizeof(ushort), input.Length), length);
        RoomState state;
        try
        {
            state = Read(snapshot, input.AsMemory(Math.Min(sizeof(ushort), input.Length) + length));
        }
        catch (StateException refusal)
        {
            Target.Require(refusal.Message.Length > 0, "no reason");
            return;
        }

        var kept = state.Snapshot();
        Target.Require(Read(kept, default).Snapshot().Span.SequenceEqual(kept.Span), "it is another room when it is read again");
    }

    private static RoomState Read(ReadOnlyMemory<byte> snapshot, ReadOnlyMemory<byte> records) =>
        RoomState.Read(Settings, TimeProvider.System, "epoch", snapshot, records.IsEmpty ? [] : [records]);

    private static List<byte[]> Seeds()
    {
        var state = RoomState.New(Settings, TimeProvider.System);
        var before = state.Snapshot();
        var records = new ArrayBufferWriter<byte>();
        state.RecordTo(records);
        Live(state);
        var after = state.Snapshot();
        return [Input(before, records.WrittenSpan), Input(after, []), Input(before, [])];
    }

    private static byte[] Input(ReadOnlyMemory<byte> snapshot, ReadOnlySpan<byte> records)
    {
        var length = new byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(length, (ushort)snapshot.Length);
        return [.. length, .. snapshot.Span, .. records];
    }

    // A little of everything.
    private static void Live(RoomState state)
    {
        var now = DateTimeOffset.UnixEpoch;
        for (var i = 1; i <= 6; i++)
        {
            var id = new MemberId(i);
            var form = i % 2 == 0 ? WireForm.Plain : WireForm.Json;
            TokenDigest? token = form == WireForm.Json ? new TokenDigest((UInt128)i << 90) : null;
            var join = Join.Named(id, $"Zoë {i}", form);
            var joined = (Fact)state.Room.Decide(join);
            var seat = state.Admit(id, form, token, former: null);
            Apply(joined);
            Apply((Fact)state.Room.Decide(new Say(id, "hi", i == 3, i)));
            if (seat.Answers is not null)
            {
                state.Answer(seat, n: 1, new Acked(state.Seq));
                state.Answer(seat, n: 2, new Erred(ErrorCode.NotHere, "no"));
                state.List(seat);
            }
        }

        Apply((Fact)state.Room.Decide(new Rename(new MemberId(1), DisplayName.Anonymous.Numbered(7))));
        Apply((Fact)state.Room.Decide(new Leave(new MemberId(3), LeftReason.Quit)));
        Apply((Fact)state.Room.Decide(new Leave(new MemberId(5), LeftReason.Removed)));

        void Apply(Fact fact)
        {
            state.Apply(fact, now);
            if (state.Room.Due is { } due)
            {
                state.Apply(due, now);
            }
        }
    }
}
