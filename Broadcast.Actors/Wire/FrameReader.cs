using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using Broadcast.Actors.Sessions;

namespace Broadcast.Actors.Wire;

/// <summary>
/// Reads what a client sends (RFC 6455 5): bytes in, wherever the network cuts them; whole messages, pings and the close
/// out. What must not be is refused as early as it can be known: a message that is too large, not text or not masked by
/// its header, before its payload has come; text that is not UTF-8 by its first such byte. Holds memory only while a
/// message is incomplete.
/// </summary>
/// <param name="messageBytes">The largest message taken, in bytes, its fragments together.</param>
public sealed class FrameReader(int messageBytes)
{
    private const byte Fin = 0x80;
    private const byte Reserved = 0x70;
    private const byte OpcodeBits = 0x0F;
    private const byte ControlBit = 0x08;
    private const byte Masked = 0x80;
    private const byte LengthBits = 0x7F;
    private const int MaskBytes = 4;
    private const int LongestCharacter = 4;

    // So many frames that say nothing are worth a message: an honest peer sends a few in a minute.
    private const int IdleFrames = 16;

    private Part _part = Part.Opcode;

    // The frame that is under way: its first byte, how many bytes of a header's part are still to come, its payload's
    // length, the shortest that has so many bytes, how much of it has come, and the mask as it lies on the wire.
    private byte _first;
    private bool _masked;
    private int _left;
    private ulong _length;
    private ulong _shortest;
    private ulong _come;
    private uint _mask;

    // The message that is under way, over all of its fragments, and the payload of a control frame between two of them.
    // Empty while a frame comes whole, which is nearly always.
    private bool _inMessage;
    private byte[] _message = [];
    private int _messageLength;
    private byte[] _control = [];

    // How many frames that say nothing have come.
    private int _idle;

    // How much of the message is known to be whole characters.
    private int _sound;

    // From then on all but a close frame is dropped.
    private bool _isDropping;

    private enum Part
    {
        Opcode,
        Length,
        LongerLength,
        Mask,
        Payload,
    }

    /// <summary>Whether a close frame has come: nothing behind it counts (RFC 6455 5.5.1).</summary>
    public bool IsOver { get; private set; }

    /// <summary>Nothing counts any more but the close frame.</summary>
    public void DropTheRest()
    {
        _isDropping = true;
        Forget();
        _control = [];
    }

    /// <summary>Reads up to the end of the next thing that the client says.</summary>
    /// <param name="bytes">What came from the socket; unmasked in place.</param>
    /// <param name="taken">How many of the bytes have been read. To be called again with the rest until nothing is left.</param>
    /// <returns>
    /// What the client said: <see cref="Received"/>, <see cref="Pinged"/>, <see cref="Idled"/>, <see cref="PeerClosed"/> or, once,
    /// <see cref="Offended"/>; null where there is more to come before there is anything to tell.
    /// </returns>
    public PeerSays? Read(Span<byte> bytes, out int taken)
    {
        PeerSays? said = null;
        taken = 0;
        while (said is null && taken < bytes.Length && !IsOver)
        {
            if (_part == Part.Payload)
            {
                var length = (int)Math.Min(_length - _come, (ulong)(bytes.Length - taken));
                said = TakePayload(bytes.Slice(taken, length));
                taken += length;
            }
            else
            {
                said = TakeHeader(bytes[taken]);
                taken++;
            }
        }

        return said;
    }

    private PeerSays? TakeHeader(byte next)
    {
        switch (_part)
        {
            case Part.Opcode:
                _first = next;
                _part = Part.Length;
                return BeginFrame();
            case Part.Length:
                _masked = (next & Masked) != 0;
                _length = (uint)(next & LengthBits);
                _left = _length switch { 126 => sizeof(ushort), 127 => sizeof(ulong), _ => 0 };
                _shortest = _length switch { 126 => 126, 127 => ushort.MaxValue + 1UL, _ => 0 };
                // A client masks (RFC 6455 5.1), and a control frame is short (5.5).
                var malformed = !_masked || (IsControl && _left > 0) ? Offend(CloseReason.Malformed) : null;
                if (_left > 0)
                {
                    _length = 0;
                    _part = Part.LongerLength;
                    return malformed;
                }

                var tooLarge = LengthKnown();
                return malformed ?? tooLarge;
            case Part.LongerLength:
                _length = (_length << 8) | next;
                // The highest bit of eight bytes is 0, and no length takes more bytes than it needs (5.2).
                malformed = (_left == sizeof(ulong) && next > sbyte.MaxValue) || (_left == 1 && _length < _shortest)
                    ? Offend(CloseReason.Malformed)
                    : null;
                tooLarge = --_left == 0 ? LengthKnown() : null;
                return malformed ?? tooLarge;
            default:
                _mask = (_mask >> 8) | ((uint)next << 24);
                if (--_left > 0)
                {
                    return null;
                }

                _part = Part.Payload;
                return _length == 0 ? TakePayload([]) : null;
        }
    }

    private Opcode Code => (Opcode)(_first & OpcodeBits);

    private bool IsControl => (_first & ControlBit) != 0;

    private bool IsFinal => (_first & Fin) != 0;

    private Offended? BeginFrame()
    {
        if (_isDropping)
        {
            // All that is waited for.
            IsOver = Code == Opcode.Close;
            return null;
        }

        // RFC 6455 5.2 (reserved bits, opcodes), 5.4 (fragments) and 5.5 (control frames are not fragmented).
        var isFitting = Code switch
        {
            Opcode.Continuation => _inMessage,
            Opcode.Text or Opcode.Binary => !_inMessage,
            Opcode.Close or Opcode.Ping or Opcode.Pong => IsFinal,
            _ => false,
        };
        if ((_first & Reserved) != 0 || !isFitting)
        {
            return Offend(CloseReason.Malformed);
        }

        return Code == Opcode.Binary ? Offend(CloseReason.NotText) : null;
    }

    private Offended? LengthKnown()
    {
        _come = 0;
        _left = MaskBytes;
        _part = _masked ? Part.Mask : Part.Payload;
        if (!_masked && _length == 0)
        {
            _part = Part.Opcode;
        }

        return !IsControl && _length > (ulong)(messageBytes - _messageLength) ? Offend(CloseReason.TooLarge) : null;
    }

    private PeerSays? TakePayload(Span<byte> payload)
    {
        var start = (int)(_come % MaskBytes);
        _come += (ulong)payload.Length;
        var isWhole = _come == _length;
        if (isWhole)
        {
            _part = Part.Opcode;
        }

        if (_isDropping)
        {
            return null;
        }

        Unmask(payload, start);
        return IsControl ? TakeControl(payload, isWhole) : TakeText(payload, isWhole);
    }

    private PeerSays? TakeText(Span<byte> payload, bool isWhole)
    {
        var isEnd = isWhole && IsFinal;
        if (isEnd && _messageLength == 0)
        {
            _inMessage = false;
            return Message(payload);
        }

        _inMessage = true;
        Keep(payload);
        if (!isEnd)
        {
            return !BeginsAsUtf8(_message.AsSpan(_sound, _messageLength - _sound), ref _sound) ? Offend(CloseReason.NotUtf8)
                : _length == 0 ? Idle()
                : null;
        }

        var message = Message(_message.AsSpan(0, _messageLength));
        Forget();
        return message;
    }

    private Idled? Idle() => ++_idle % IdleFrames == 0 ? Idled.Instance : null;

    private PeerSays? Message(ReadOnlySpan<byte> text) =>
        Utf8.IsValid(text[_sound..]) ? new Received(Encoding.UTF8.GetString(text)) : Offend(CloseReason.NotUtf8);

    // Whether text goes on so far as it has come. The last character may be cut, and is looked at again.
    private static bool BeginsAsUtf8(ReadOnlySpan<byte> text, ref int sound)
    {
        var whole = text.Length;
        for (var back = 1; back <= Math.Min(LongestCharacter - 1, text.Length); back++)
        {
            if (Rune.DecodeFromUtf8(text[^back..], out _, out _) == OperationStatus.NeedMoreData)
            {
                whole -= back;
                break;
            }
        }

        sound += whole;
        return Utf8.IsValid(text[..whole]);
    }

    private PeerSays? TakeControl(Span<byte> payload, bool isWhole)
    {
        if (Code == Opcode.Pong)
        {
            // A sign of life, and that it has come is all there is to it.
            return isWhole ? Idle() : null;
        }

        _control = [.. _control, .. payload];
        if (Code == Opcode.Close)
        {
            var closed = Closed(_control, isWhole);
            IsOver = closed is not null;
            return closed;
        }

        if (!isWhole)
        {
            return null;
        }

        var ping = new Pinged(_control);
        _control = [];
        return ping;
    }

    // RFC 6455 5.5.1 and 7.4: a code and a reason, or nothing.
    private PeerSays? Closed(ReadOnlySpan<byte> payload, bool isWhole)
    {
        if (payload.Length < sizeof(ushort))
        {
            return !isWhole ? null : payload.IsEmpty ? PeerClosed.Normally : Offend(CloseReason.Malformed);
        }

        var code = BinaryPrimitives.ReadUInt16BigEndian(payload);
        if (!MaySend(code))
        {
            return Offend(CloseReason.Malformed);
        }

        var sound = 0;
        var reason = payload[sizeof(ushort)..];
        if (isWhole ? !Utf8.IsValid(reason) : !BeginsAsUtf8(reason, ref sound))
        {
            return Offend(CloseReason.NotUtf8);
        }

        return isWhole ? new PeerClosed(code) : null;
    }

    // 1004, 1005, 1006 and 1015 are never sent (RFC 6455 7.4.1); 1012 to 1014 were registered since; 3000 to 4999 are
    // everybody's (7.4.2).
    private static bool MaySend(ushort code) => code is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);

    // The first one counts.
    private Offended? Offend(CloseReason offence)
    {
        if (_isDropping)
        {
            return null;
        }

        DropTheRest();
        return new Offended(offence);
    }

    private void Keep(ReadOnlySpan<byte> payload)
    {
        if (_messageLength + payload.Length > _message.Length)
        {
            var longer = ArrayPool<byte>.Shared.Rent(Math.Max(_messageLength + payload.Length, _messageLength * 2));
            _message.AsSpan(0, _messageLength).CopyTo(longer);
            GiveBack();
            _message = longer;
        }

        payload.CopyTo(_message.AsSpan(_messageLength));
        _messageLength += payload.Length;
    }

    private void Forget()
    {
        GiveBack();
        _message = [];
        _messageLength = 0;
        _sound = 0;
        _inMessage = false;
    }

    private void GiveBack()
    {
        if (_message.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_message);
        }
    }

    // RFC 6455 5.3, eight bytes at a time.
    private void Unmask(Span<byte> payload, int start)
    {
        var mask = uint.RotateRight(_mask, start * 8);
        var words = MemoryMarshal.Cast<byte, ulong>(payload);
        var twice = ((ulong)mask << 32) | mask;
        for (var i = 0; i < words.Length; i++)
        {
            words[i] ^= twice;
        }

        for (var i = words.Length * sizeof(ulong); i < payload.Length; i++)
        {
            payload[i] ^= (byte)(mask >> (i % MaskBytes * 8));
        }
    }
}
