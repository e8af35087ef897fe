using Broadcast.Actors.Wire;

namespace Broadcast.Host.Connections;

/// <summary>
/// Follows the headers of the frames that a peer sends (RFC 6455 5.2), in front of the framework's parser, which keeps
/// them to itself: so a message that is too large, not text or not masked is refused when its header says so, before
/// its payload has been read. Everything else that can be wrong with a frame is the parser's affair.
/// </summary>
internal sealed class FrameHeaders(int messageBytes)
{
    private const byte Fin = 0x80;
    private const byte Masked = 0x80;
    private const byte OpcodeBits = 0x0F;
    private const byte ControlBit = 0x08;
    private const byte LengthBits = 0x7F;
    private const int MaskBytes = 4;

    private Part _part = Part.Opcode;
    private byte _first;
    private bool _masked;
    private int _left;
    private ulong _length;
    private ulong _message;

    private enum Part
    {
        Opcode,
        Length,
        LongerLength,
        Mask,
        Payload,
    }

    /// <summary>The first thing that was wrong; null while nothing was.</summary>
    public CloseReason? Offence { get; private set; }

    /// <summary>Whether a close frame has begun: nothing more is to be expected of the peer.</summary>
    public bool CloseSeen { get; private set; }

    /// <summary>Reads on, whatever is wrong.</summary>
    /// <param name="bytes">What came.</param>
    /// <param name="clean">How many of the bytes may be passed on: those in front of the offence.</param>
    /// <returns><see cref="Offence"/>.</returns>
    public CloseReason? Follow(ReadOnlySpan<byte> bytes, out int clean)
    {
        clean = Offence is null ? bytes.Length : 0;
        var length = bytes.Length;
        while (!bytes.IsEmpty)
        {
            if (_part == Part.Payload)
            {
                var payload = (int)Math.Min(_length, (ulong)bytes.Length);
                _length -= (ulong)payload;
                bytes = bytes[payload..];
                if (_length == 0)
                {
                    _part = Part.Opcode;
                }

                continue;
            }

            if (Follow(bytes[0]) is { } wrong && Offence is null)
            {
                Offence = wrong;
                clean = length - bytes.Length;
            }

            bytes = bytes[1..];
        }

        return Offence;
    }

    private CloseReason? Follow(byte next)
    {
        switch (_part)
        {
            case Part.Opcode:
                _first = next;
                _part = Part.Length;
                CloseSeen |= (next & OpcodeBits) == (int)Opcode.Close;
                return (next & OpcodeBits) == (int)Opcode.Binary ? CloseReason.NotText : null;
            case Part.Length:
                // A client masks (RFC 6455 5.1). The parser would wait for the mask's bytes before it says so.
                _masked = (next & Masked) != 0;
                var unmasked = _masked ? null : CloseReason.Malformed;
                _length = (uint)(next & LengthBits);
                _left = _length switch { 126 => 2, 127 => 8, _ => 0 };
                if (_left > 0)
                {
                    _length = 0;
                    _part = Part.LongerLength;
                    return unmasked;
                }

                var tooLarge = LengthKnown();
                return unmasked ?? tooLarge;
            case Part.LongerLength:
                _length = (_length << 8) | next;
                return --_left == 0 ? LengthKnown() : null;
            default:
                if (--_left == 0)
                {
                    Begin(Part.Payload);
                }

                return null;
        }
    }

    private CloseReason? LengthKnown()
    {
        var tooLarge = false;
        if ((_first & ControlBit) == 0)
        {
            // A message is all of its fragments together; control frames may come between them.
            var before = (_first & OpcodeBits) == (int)Opcode.Continuation ? _message : 0;
            tooLarge = _length > (ulong)messageBytes || before + _length > (ulong)messageBytes;
            _message = (_first & Fin) != 0 ? 0 : before + _length;
        }

        _left = MaskBytes;
        Begin(_masked ? Part.Mask : Part.Payload);
        return tooLarge ? CloseReason.TooLarge : null;
    }

    private void Begin(Part part) => _part = part == Part.Payload && _length == 0 ? Part.Opcode : part;
}
