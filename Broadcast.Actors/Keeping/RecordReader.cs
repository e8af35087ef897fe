using System.Buffers.Binary;
using System.Text;
using Broadcast.Actors.Names;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Wire;

namespace Broadcast.Actors.Keeping;

/// <summary>Reads what <see cref="RecordWriter"/> wrote. Whatever else it is given, it says so by a <see cref="StateException"/>.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> bytes)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>A list cannot have more entries than there are bytes.</summary>
    public int ReadCount()
    {
        var count = ReadNumber();
        return count <= _rest.Length ? (int)count : throw Nonsense();
    }

    public RecordKind ReadKind() => (RecordKind)Take(1)[0];

    public (Fact Fact, DateTimeOffset Time) ReadFact(RecordKind kind)
    {
        var seq = ReadNumber();
        var time = ReadTime();
        if (kind == RecordKind.PresenceChanged)
        {
            return (new PresenceChanged(seq, ReadFlag(), (int)Math.Min(ReadNumber(), int.MaxValue)), time);
        }

        var who = ReadMember();
        Fact fact = kind switch
        {
            RecordKind.Joined => new Joined(seq, who, Notice: null),
            RecordKind.Said => new Said(seq, who, ReadText(), ReadFlag(), ReadNumber() is > 0 and var n ? n : null),
            RecordKind.Renamed => new Renamed(seq, who, ReadName()),
            RecordKind.Left => new Left(seq, who, ReadReason()),
            _ => throw Nonsense(),
        };
        return (fact, time);
    }

    public Member ReadMember() => new(ReadId(), ReadName());

    public MemberId ReadId() => new(ReadNumber());

    public TokenDigest? ReadToken() => ReadFlag() ? new TokenDigest(BinaryPrimitives.ReadUInt128BigEndian(Take(16))) : null;

    public Answer ReadAnswer()
    {
        switch (ReadKind())
        {
            case RecordKind.Acked:
                return new Acked(ReadNumber() is > 0 and var seq ? seq : null);
            case RecordKind.Erred:
                var code = ReadText();
                return new Erred(ErrorCode.All.FirstOrDefault(known => known.Code == code) ?? throw Nonsense(), ReadText());
            default:
                throw Nonsense();
        }
    }

    public WireForm ReadForm() => ReadNumber() switch
    {
        (long)WireForm.Plain => WireForm.Plain,
        (long)WireForm.Json => WireForm.Json,
        _ => throw Nonsense(),
    };

    public bool ReadFlag() => Take(1)[0] switch
    {
        0 => false,
        1 => true,
        _ => throw Nonsense(),
    };

    public long ReadNumber()
    {
        ulong number = 0;
        for (var shift = 0; shift < 63; shift += 7)
        {
            var group = Take(1)[0];
            number |= (ulong)(group & 0x7F) << shift;
            if (group < 0x80)
            {
                return (long)number;
            }
        }

        throw Nonsense();
    }

    public string ReadText()
    {
        var length = ReadCount();
        try
        {
            return Strict.GetString(Take(length));
        }
        catch (DecoderFallbackException)
        {
            throw Nonsense();
        }
    }

    public static StateException Nonsense() => new("has whole records that make no sense together");

    private DisplayName ReadName() => DisplayName.TryParse(ReadText(), out var name, out _) ? name : throw Nonsense();

    private DateTimeOffset ReadTime()
    {
        var milliseconds = ReadNumber();
        return milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : throw Nonsense();
    }

    private LeftReason ReadReason() => ReadNumber() switch
    {
        (long)LeftReason.Quit => LeftReason.Quit,
        (long)LeftReason.Lost => LeftReason.Lost,
        (long)LeftReason.Removed => LeftReason.Removed,
        _ => throw Nonsense(),
    };

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length)
        {
            throw Nonsense();
        }

        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
