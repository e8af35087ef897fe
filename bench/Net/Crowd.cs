using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Broadcast.Bench.Measure;
using Broadcast.Bench.Native;
using Broadcast.Bench.Wire;

namespace Broadcast.Bench.Net;

/// <summary>
/// All the clients, and the one loop that reads and writes for them. One large buffer is read into for everybody; of a
/// frame that has not come to its end a member keeps the beginning.
/// </summary>
internal sealed unsafe class Crowd : IDisposable
{
    private const int ReadSize = 256 * 1024;

    // A member's partial frame stands in front of what is read next. In JSON a sign may take six bytes.
    private const int Headroom = 512 * 1024;

    private readonly IReadOnlyList<Dialect> _dialects;
    private readonly bool _announcesJoins;
    private readonly Dialer _dialer;
    private readonly Poller _poller = new();
    private readonly List<Member> _members = [];
    private readonly byte* _memory = (byte*)NativeMemory.Alloc(Headroom + ReadSize);
    private readonly byte* _buffer;
    private readonly ulong[] _prefixes;
    private uint _mask = 0x9E3779B9;
    private int _payloadAt;

    /// <summary>Nobody yet.</summary>
    /// <param name="dialects">What the members speak to the server, by turns.</param>
    /// <param name="port">Where it is, on 127.0.0.1.</param>
    /// <param name="announcesJoins">Whether a member is in only when it has been told so.</param>
    /// <param name="publishers">The members who will say something.</param>
    /// <param name="ledger">Where deliveries are checked.</param>
    /// <param name="textLength">The length of every text, in bytes.</param>
    public Crowd(IReadOnlyList<Dialect> dialects, int port, bool announcesJoins, IReadOnlyList<int> publishers, Ledger ledger, int textLength)
    {
        _dialects = dialects;
        _announcesJoins = announcesJoins;
        _dialer = new Dialer(port);
        _buffer = _memory + Headroom;
        _prefixes = [.. publishers.Select(Names.Prefix)];
        Publishers = publishers;
        Ledger = ledger;
        TextLength = textLength;
    }

    public Ledger Ledger { get; }

    public int TextLength { get; }

    public IReadOnlyList<Member> Members => _members;

    /// <summary>The index among the members of each publisher.</summary>
    public IReadOnlyList<int> Publishers { get; }

    public Pacing? Pacing { get; set; }

    /// <summary>Members who were cut off by the server.</summary>
    public int Cut { get; private set; }

    /// <summary>Frames that no server should have sent.</summary>
    public long Broken { get; private set; }

    /// <summary>What was wrong with the first of them.</summary>
    public string? FirstBreak { get; private set; }

    /// <summary>Messages that are no lines: joins, notices, answers.</summary>
    public long Others { get; private set; }

    /// <summary>Lines that came under a name that is not their sender's.</summary>
    public long Misnamed { get; private set; }

    /// <summary>How many have been let in.</summary>
    public int In { get; private set; }

    public int Dialling { get; private set; }

    /// <summary>How many have had a probe since <see cref="Forget"/>.</summary>
    public int Heard { get; private set; }

    /// <summary>When anything was last read.</summary>
    public long LastRead { get; private set; }

    /// <summary>How often anybody was told of a join.</summary>
    public long JoinsSeen { get; private set; }

    /// <summary>How many lines the server said that somebody missed.</summary>
    public long MissesTold { get; private set; }

    /// <summary>When anybody was last told of a join.</summary>
    public long LastJoin { get; private set; }

    /// <summary>Adds a member and begins to connect it.</summary>
    /// <param name="crampedBuffers">With small buffers, as far from this machine: what it does not read piles up at the server soon.</param>
    public Member Dial(bool crampedBuffers)
    {
        var member = new Member(_members.Count, _dialects[_members.Count % _dialects.Count]) { Stage = Stage.Connecting };
        for (var publisher = 0; publisher < Publishers.Count; publisher++)
        {
            if (Publishers[publisher] == member.Index)
            {
                member.Publisher = publisher;
            }
        }

        _members.Add(member);
        member.Socket = _dialer.Begin(member.Index, crampedBuffers);
        _poller.Add(member.Socket, member.Index, Libc.EpollIn | Libc.EpollOut);
        Dialling++;
        return member;
    }

    /// <summary>Stops reading for a member, for good.</summary>
    public void Stick(Member member)
    {
        member.IsStuck = true;
        _poller.Remove(member.Socket);
    }

    /// <summary>Reads for a member only by <see cref="Sip"/> from now on.</summary>
    public void Slow(Member member)
    {
        member.IsSlow = true;
        _poller.Remove(member.Socket);
    }

    /// <summary>Reads at most so many bytes for a member that reads slowly.</summary>
    public void Sip(Member member, int most)
    {
        if (member.Stage == Stage.Open)
        {
            _ = Read(member, Math.Min(most, ReadSize));
        }
    }

    public void Forget()
    {
        Heard = 0;
        foreach (var member in _members)
        {
            member.Heard = false;
        }
    }

    /// <summary>Says one line; it is sent by <see cref="Flush"/>.</summary>
    /// <param name="member">Who says it.</param>
    /// <param name="sentAt">When it is or should have been sent.</param>
    /// <param name="isProbe">Whether it is not to be checked, only to be heard.</param>
    public void Say(Member member, long sentAt, bool isProbe = false)
    {
        var length = member.Dialect.WrappedLength(TextLength);
        var payload = BeginFrame(member, 1, length);
        var text = member.Dialect.Wrap(payload, member.Index, TextLength);
        var number = isProbe ? 0 : Ledger.Say(member.Publisher, sentAt);
        Wire.Line.Write(text, TextLength, isProbe ? -1 : member.Publisher, number, sentAt);
        EndFrame(member, payload, length);
    }

    /// <summary>Sends what a member has said, as far as its socket takes it.</summary>
    public void Flush(Member member)
    {
        while (member.OutStart < member.OutEnd && member.Stage is not Stage.Cut)
        {
            nint sent;
            fixed (byte* from = &member.Out[member.OutStart])
            {
                sent = Libc.Send(member.Socket, from, member.OutEnd - member.OutStart, Libc.MsgNoSignal);
            }

            if (sent > 0)
            {
                member.OutStart += (int)sent;
                continue;
            }

            var error = Marshal.GetLastPInvokeError();
            if (error == Libc.Interrupted)
            {
                continue;
            }

            if (error == Libc.Again)
            {
                Block(member, true);
                return;
            }

            CutOff(member);
            return;
        }

        (member.OutStart, member.OutEnd) = (0, 0);
        Block(member, false);
    }

    /// <summary>Waits for what comes, until the given time at the latest, and deals with it.</summary>
    public void Turn(long until)
    {
        var now = Stopwatch.GetTimestamp();
        if (Pacing is { } early && now >= early.Due)
        {
            early.OnDue(this, now);
        }

        var count = _poller.Wait(Math.Max(0, Math.Min(until, Pacing?.Due ?? long.MaxValue) - Stopwatch.GetTimestamp()));
        for (var place = 0; place < count; place++)
        {
            var (index, what) = _poller.Event(place);
            now = OnEvent(_members[index], what);

            // A thousand sockets take milliseconds: a line that is due meanwhile is sent meanwhile.
            if (Pacing is { } pacing && now >= pacing.Due)
            {
                pacing.OnDue(this, now);
            }
        }
    }

    /// <summary>A line has come.</summary>
    public void Line(Member member, int publisher, ulong prefix, uint number, long sentAt, long now)
    {
        if (publisher < 0)
        {
            if (!member.Heard)
            {
                member.Heard = true;
                Heard++;
            }

            return;
        }

        if (publisher >= _prefixes.Length || prefix != _prefixes[publisher])
        {
            Misnamed++;
            return;
        }

        Ledger.Deliver(member.Index, publisher, number, sentAt, now);
        if (publisher == member.Publisher)
        {
            member.Returned++;
        }
    }

    /// <summary>Something has come that is no line.</summary>
    public void Other(Member member, ReadOnlySpan<byte> text)
    {
        Others++;
        if (!text.StartsWith("System: "u8))
        {
            return;
        }

        if (text.EndsWith(" joined the chat"u8))
        {
            JoinsSeen++;
            LastJoin = LastRead;
            if (!member.IsIn)
            {
                member.IsIn = true;
                In++;
            }
        }
        else if (text.StartsWith("System: you missed "u8))
        {
            var digits = text["System: you missed "u8.Length..];
            _ = System.Buffers.Text.Utf8Parser.TryParse(digits, out long missed, out _);
            MissesTold += missed;
        }
    }

    public void Broke(Member member, string what)
    {
        Broken++;
        FirstBreak ??= $"{Names.Of(member.Index)}: {what}";
    }

    public void Dispose()
    {
        foreach (var member in _members)
        {
            if (member.Stage is not (Stage.Unborn or Stage.Cut))
            {
                _ = Libc.Close(member.Socket);
            }
        }

        _poller.Dispose();
        NativeMemory.Free(_memory);
    }

    private long OnEvent(Member member, uint what)
    {
        if (member.Stage == Stage.Connecting)
        {
            Connected(member);
            return Stopwatch.GetTimestamp();
        }

        if ((what & Libc.EpollOut) != 0 && member.IsBlocked)
        {
            Flush(member);
            if (!member.IsBlocked)
            {
                Pacing?.OnDrained(this, member, Stopwatch.GetTimestamp());
            }
        }

        return (what & ~Libc.EpollOut) != 0 && member.Stage is Stage.Open or Stage.Upgrading ? Read(member) : Stopwatch.GetTimestamp();
    }

    private void Connected(Member member)
    {
        if (Dialer.Error(member.Socket) is var error and not 0)
        {
            throw new IOException($"connect: {Libc.Why(error)}");
        }

        member.Stage = Stage.Upgrading;
        var request = Handshake.Request(member, member.Dialect.Path(member.Index), member.Dialect.Subprotocol, _dialer.Port);
        MakeRoom(member, request.Length);
        request.CopyTo(member.Out, 0);
        member.OutEnd = request.Length;
        member.IsBlocked = true;
        Flush(member);
    }

    private long Read(Member member, int most = ReadSize)
    {
        var kept = member.PartialLength;
        if (kept > 0)
        {
            member.Partial.AsSpan(0, kept).CopyTo(new Span<byte>(_buffer - kept, kept));
            member.PartialLength = 0;
        }

        var received = Libc.Receive(member.Socket, _buffer, most, 0);
        var now = Stopwatch.GetTimestamp();
        LastRead = now;
        if (received <= 0)
        {
            var error = received == 0 ? 0 : Marshal.GetLastPInvokeError();
            if (error is Libc.Again or Libc.Interrupted)
            {
                member.PartialLength = kept;
            }
            else
            {
                member.IsTorn = kept > 0 || member.IsInMessage;
                CutOff(member);
            }

            return now;
        }

        var at = _buffer - kept;
        var end = _buffer + received;
        if (member.Stage == Stage.Upgrading)
        {
            at += Upgrade(member, new ReadOnlySpan<byte>(at, (int)(end - at)));
        }

        if (member.Stage == Stage.Open)
        {
            at = Frames(member, at, end, now);
        }

        Keep(member, at, (int)(end - at));
        if (member.Returned > 0)
        {
            var lines = member.Returned;
            member.Returned = 0;
            Pacing?.OnReturned(this, member, lines, now);
        }

        return now;
    }

    private static void Keep(Member member, byte* from, int length)
    {
        if (length == 0)
        {
            return;
        }

        if (length > Headroom)
        {
            throw new InvalidDataException($"{Names.Of(member.Index)} was sent a frame of more than {Headroom} bytes");
        }

        if (member.Partial.Length < length)
        {
            member.Partial = new byte[Math.Max(256, 2 * length)];
        }

        new ReadOnlySpan<byte>(from, length).CopyTo(member.Partial);
        member.PartialLength = length;
    }

    private int Upgrade(Member member, ReadOnlySpan<byte> head)
    {
        var length = Handshake.Read(head, member.Key);
        if (length > 0)
        {
            member.Stage = Stage.Open;
            Dialling--;
            if (!_announcesJoins)
            {
                member.IsIn = true;
                In++;
            }

            var greeting = member.Dialect.Greeting(member.Index);
            if (greeting.Length > 0)
            {
                var payload = BeginFrame(member, 1, greeting.Length);
                greeting.CopyTo(new Span<byte>(payload, greeting.Length));
                EndFrame(member, payload, greeting.Length);
                Flush(member);
            }
        }

        return length;
    }

    private byte* Frames(Member member, byte* at, byte* end, long now)
    {
        while (end - at >= 2)
        {
            var header = 2;
            long length = at[1] & 0x7F;
            if (length == 126)
            {
                header = 4;
                length = end - at >= 4 ? (at[2] << 8) | at[3] : 0;
            }
            else if (length == 127)
            {
                header = 10;
                length = end - at >= 10 ? BinaryPrimitives.ReadInt64BigEndian(new ReadOnlySpan<byte>(at + 2, 8)) : 0;
                if (length is < 0 or > Headroom - 10)
                {
                    Broke(member, $"a frame of more than {Headroom - 10} bytes");
                    CutOff(member);
                    return end;
                }
            }

            if (end - at < header + length)
            {
                break;
            }

            if (at[0] == 0x81 && at[1] < 0x80)
            {
                member.Dialect.Read(this, member, at + header, (int)length, now);
            }
            else
            {
                Unusual(member, at[0], (at[1] & 0x80) != 0, new ReadOnlySpan<byte>(at + header, (int)length), now);
                if (member.Stage == Stage.Cut)
                {
                    return end;
                }
            }

            at += header + length;
        }

        return at;
    }

    private void Unusual(Member member, byte first, bool isMasked, ReadOnlySpan<byte> payload, long now)
    {
        if (isMasked || (first & 0x70) != 0)
        {
            Broke(member, "a masked frame, or one with reserved bits"); // RFC 6455 5.1, 5.2
            return;
        }

        switch (first & 0x0F)
        {
            case 0 or 1:
                Fragment(member, first, payload, now);
                break;
            case 8:
                member.CloseCode = payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(payload) : (ushort)0;
                var answer = BeginFrame(member, 8, payload.Length);
                payload.CopyTo(new Span<byte>(answer, payload.Length));
                EndFrame(member, answer, payload.Length);
                Flush(member);
                Dialer.CloseInOrder(member.Socket);
                CutOff(member);
                break;
            case 9:
                var pong = BeginFrame(member, 10, payload.Length);
                payload.CopyTo(new Span<byte>(pong, payload.Length));
                EndFrame(member, pong, payload.Length);
                Flush(member);
                break;
            case 10:
                break;
            default:
                Broke(member, $"a frame of kind {first & 0x0F}");
                break;
        }
    }

    private void Fragment(Member member, byte first, ReadOnlySpan<byte> payload, long now)
    {
        if ((first & 0x0F) == 0 != member.IsInMessage)
        {
            Broke(member, "a continuation of nothing, or a message within a message"); // RFC 6455 5.4
            return;
        }

        if (member.Message.Length < member.MessageLength + payload.Length)
        {
            var larger = new byte[2 * (member.MessageLength + payload.Length)];
            member.Message.AsSpan(0, member.MessageLength).CopyTo(larger);
            member.Message = larger;
        }

        payload.CopyTo(member.Message.AsSpan(member.MessageLength));
        member.MessageLength += payload.Length;
        member.IsInMessage = (first & 0x80) == 0;
        if (!member.IsInMessage)
        {
            fixed (byte* message = member.Message)
            {
                member.Dialect.Read(this, member, message, member.MessageLength, now);
            }

            member.MessageLength = 0;
        }
    }

    // A client's frames are masked (RFC 6455 5.3): the header now, the masking when the payload is written.
    private byte* BeginFrame(Member member, byte opcode, int length)
    {
        var most = length + 8;
        if (member.Out.Length - member.OutEnd < most)
        {
            MakeRoom(member, most);
        }

        var frame = member.Out.AsSpan(member.OutEnd);
        frame[0] = (byte)(0x80 | opcode);
        var header = 6;
        if (length < 126)
        {
            frame[1] = (byte)(0x80 | length);
        }
        else
        {
            frame[1] = 0x80 | 126;
            frame[2] = (byte)(length >> 8);
            frame[3] = (byte)length;
            header = 8;
        }

        _payloadAt = member.OutEnd + header;
        return (byte*)Unsafe.AsPointer(ref member.Out[_payloadAt]);
    }

    private void EndFrame(Member member, byte* payload, int length)
    {
        _mask ^= _mask << 13;
        _mask ^= _mask >> 17;
        _mask ^= _mask << 5;
        *(uint*)(payload - 4) = _mask;
        var (mask, at) = (_mask, 0);
        for (; at + 4 <= length; at += 4)
        {
            *(uint*)(payload + at) ^= mask;
        }

        for (; at < length; at++)
        {
            payload[at] ^= (byte)mask;
            mask >>= 8;
        }

        member.OutEnd = _payloadAt + length;
    }

    private static void MakeRoom(Member member, int more)
    {
        var waiting = member.OutEnd - member.OutStart;

        // Pinned, because frames are written through a pointer.
        var room = GC.AllocateUninitializedArray<byte>(Math.Max(512, 2 * (waiting + more)), pinned: true);
        member.Out.AsSpan(member.OutStart, waiting).CopyTo(room);
        member.Out = room;
        (member.OutStart, member.OutEnd) = (0, waiting);
    }

    private void Block(Member member, bool isBlocked)
    {
        if (member.IsBlocked != isBlocked && member is { IsStuck: false, IsSlow: false, Stage: not Stage.Cut })
        {
            member.IsBlocked = isBlocked;
            _poller.Change(member.Socket, member.Index, isBlocked ? Libc.EpollIn | Libc.EpollOut : Libc.EpollIn);
        }
    }

    private void CutOff(Member member)
    {
        if (member.Stage == Stage.Cut)
        {
            return;
        }

        if (member.Stage is Stage.Connecting or Stage.Upgrading)
        {
            Dialling--;
        }

        member.Stage = Stage.Cut;
        member.CutAt = Stopwatch.GetTimestamp();
        Cut++;
        _ = Libc.Close(member.Socket);
    }
}
