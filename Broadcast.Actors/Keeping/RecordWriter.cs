using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Broadcast.Actors.Rooms;

namespace Broadcast.Actors.Keeping;

/// <summary>
/// Writes what is kept of the room, for <see cref="RecordReader"/>: a kind in front of each record; whole numbers from 0 in
/// groups of seven bits, the lowest first, with the eighth set where another follows (LEB128); texts as UTF-8 behind their
/// length in bytes; times as milliseconds since 1970.
/// </summary>
internal readonly struct RecordWriter(IBufferWriter<byte> output)
{
    public void Write(Fact fact, DateTimeOffset time)
    {
        Write(fact switch
        {
            Joined => RecordKind.Joined,
            Said => RecordKind.Said,
            Renamed => RecordKind.Renamed,
            Left => RecordKind.Left,
            PresenceChanged => RecordKind.PresenceChanged,
            _ => throw new ArgumentOutOfRangeException(nameof(fact), fact, "A fact that there is no record for."),
        });
        Write(fact.Seq);
        Write(time.ToUnixTimeMilliseconds());
        if (fact is MemberFact { Who: var who })
        {
            Write(who);
        }

        switch (fact)
        {
            case Said said:
                Write(said.Text);
                Write(said.IsAction);
                Write(said.N ?? 0);
                break;
            case Renamed renamed:
                Write(renamed.Was.Text);
                break;
            case Left left:
                Write((long)left.Reason);
                break;
            case PresenceChanged changed:
                Write(changed.Announced);
                Write(changed.Count);
                break;
        }
    }

    public void Write(RecordKind kind) => Write((byte)kind);

    public void Write(Member who)
    {
        Write(who.Id.Value);
        Write(who.Name.Text);
    }

    public void Write(TokenDigest? token)
    {
        Write(token is not null);
        if (token is { Value: var value })
        {
            BinaryPrimitives.WriteUInt128BigEndian(output.GetSpan(16), value);
            output.Advance(16);
        }
    }

    public void Write(Answer answer)
    {
        switch (answer)
        {
            case Acked(var seq):
                Write(RecordKind.Acked);
                Write(seq ?? 0);
                break;
            case Erred(var code, var text):
                Write(RecordKind.Erred);
                Write(code.Code);
                Write(text);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(answer), answer, "An answer that there is no record for.");
        }
    }

    public void Write(bool isSo) => Write((byte)(isSo ? 1 : 0));

    public void Write(long number)
    {
        var rest = (ulong)number;
        for (; rest >= 0x80; rest >>= 7)
        {
            Write((byte)(rest | 0x80));
        }

        Write((byte)rest);
    }

    public void Write(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Write(length);
        output.Advance(Encoding.UTF8.GetBytes(text, output.GetSpan(length)));
    }

    private void Write(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }
}

/// <summary>What a record is of. The numbers are in files: none is ever used for something else.</summary>
internal enum RecordKind : byte
{
    /// <summary>The fact.</summary>
    Joined = 1,

    /// <summary>The fact.</summary>
    Said = 2,

    /// <summary>The fact.</summary>
    Renamed = 3,

    /// <summary>The fact.</summary>
    Left = 4,

    /// <summary>The fact.</summary>
    PresenceChanged = 5,

    /// <summary>A member has a seat; in front of its joining.</summary>
    Seated = 6,

    /// <summary>A member's numbered frame was answered; the answer follows.</summary>
    Answered = 7,

    /// <summary>An answer.</summary>
    Acked = 8,

    /// <summary>An answer.</summary>
    Erred = 9,

    /// <summary>A member was told who is here.</summary>
    Listed = 10,
}
