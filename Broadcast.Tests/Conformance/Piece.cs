using System.Buffers.Binary;
using System.Text;
using Broadcast.Actors.Wire;

namespace Broadcast.Tests.Conformance;

/// <summary>A piece of what a client sends, as the writes that it is sent in: most are one frame, which is one write.</summary>
internal readonly record struct Piece(Func<Dialect, List<byte[]>> Writes)
{
    private const byte Fin = 0x80;
    private const byte Masked = 0x80;

    // The key of RFC 6455 5.7.
    private static readonly byte[] Mask = [0x37, 0xFA, 0x21, 0x3D];

    /// <summary>A line in a frame of its own.</summary>
    public static Piece Whole(string line) => Whole(Utf8(line));

    public static Piece Whole(byte[] line) => In(dialect => Bytes(Opcode.Text, [.. dialect.Begin(line), .. dialect.End([])]));

    /// <summary>A line of so many bytes that the frame's payload has that many.</summary>
    public static Piece Filling(int bytes) => In(dialect =>
        Bytes(Opcode.Text, [.. dialect.Begin(Utf8(Words.Filling(bytes).In(dialect))), .. dialect.End([])]));

    /// <summary>The same in fragments with so many bytes of payload each.</summary>
    public static Piece FillingInFragments(int bytes, int each) => new(dialect =>
    {
        byte[] payload = [.. dialect.Begin(Utf8(Words.Filling(bytes).In(dialect))), .. dialect.End([])];
        byte[][] fragments = [.. payload.Chunk(each)];
        return [.. fragments.Select((fragment, i) => Bytes(i == 0 ? Opcode.Text : Opcode.Continuation, fragment, fin: i == fragments.Length - 1))];
    });

    /// <summary>The fragment that begins a line.</summary>
    public static Piece Begin(string line) => Begin(Utf8(line));

    public static Piece Begin(byte[] line) => In(dialect => Bytes(Opcode.Text, dialect.Begin(line), fin: false));

    /// <summary>A fragment that goes on with it.</summary>
    public static Piece More(string line) => More(Utf8(line));

    public static Piece More(byte[] line) => In(dialect => Bytes(Opcode.Continuation, dialect.More(line), fin: false));

    /// <summary>The fragment that ends it.</summary>
    public static Piece End(string line) => End(Utf8(line));

    public static Piece End(byte[] line) => In(dialect => Bytes(Opcode.Continuation, dialect.End(line)));

    /// <summary>A line in fragments with one byte each; what the form puts around it goes with the first and the last.</summary>
    public static Piece ByteByByte(byte[] line) => new(dialect =>
        [.. Enumerable.Range(0, line.Length).SelectMany(i => (i == 0 ? Begin(line[..1]) : i == line.Length - 1 ? End(line[^1..]) : More(line[i..(i + 1)])).Writes(dialect))]);

    public static Piece Ping(string payload) => Of(Opcode.Ping, payload);

    public static Piece Pong(string payload) => Of(Opcode.Pong, payload);

    public static Piece Close() => Of(Opcode.Close, "");

    public static Piece Close(ushort code, string reason = "") => Close(code, Utf8(reason));

    public static Piece Close(ushort code, byte[] reason) => In(_ => Bytes(Opcode.Close, [(byte)(code >> 8), (byte)code, .. reason]));

    /// <summary>Any frame; each character of the payload is a byte.</summary>
    public static Piece Of(Opcode opcode, string payload, bool fin = true) => In(_ => Bytes(opcode, Encoding.Latin1.GetBytes(payload), fin));

    /// <summary>Bytes as they stand, in hexadecimal.</summary>
    public static Piece Raw(string hex) => In(_ => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));

    /// <summary>A frame with reserved bits: 4 is RSV1, 2 is RSV2, 1 is RSV3.</summary>
    public static Piece Rsv(int bits, Piece frame) => Edited(frame, bytes => bytes[0] |= (byte)(bits << 4));

    /// <summary>A frame without FIN.</summary>
    public static Piece Unfinished(Piece frame) => Edited(frame, bytes => bytes[0] &= 0x7F);

    /// <summary>A frame that says it is not masked, and is not.</summary>
    public static Piece Unmasked(Opcode opcode, string payload) => In(_ => [(byte)(Fin | (byte)opcode), (byte)payload.Length, .. Utf8(payload)]);

    /// <summary>A line masked with another key.</summary>
    public static Piece MaskedWith(string key, string line) => In(dialect =>
        Bytes(Opcode.Text, [.. dialect.Begin(Utf8(line)), .. dialect.End([])], mask: Convert.FromHexString(key)));

    /// <summary>The header of a frame with a length of 7 bits, 16 bits or 64 bits, whatever the length, and no more.</summary>
    public static Piece Header(Opcode opcode, int bits, ulong length) => In(_ => HeaderBytes(opcode, fin: true, bits, length, Mask));

    /// <summary>All in one write.</summary>
    public static Piece Together(params Piece[] pieces) => In(dialect => [.. pieces.SelectMany(piece => piece.Writes(dialect)).SelectMany(write => write)]);

    /// <summary>Each byte a write.</summary>
    public static Piece InBytes(params Piece[] pieces) => InWritesOf(1, pieces);

    /// <summary>In writes of so many bytes.</summary>
    public static Piece InWritesOf(int bytes, params Piece[] pieces) =>
        new(dialect => [.. Together(pieces).Writes(dialect)[0].Chunk(bytes)]);

    /// <summary>A line in a frame of its own, up to so many bytes of the line; the rest of the frame never comes.</summary>
    public static Piece Stalled(byte[] line, int bytes) => new(dialect =>
    {
        var begun = dialect.Begin(line).Length;
        return UpToByte(begun - line.Length + bytes, Whole(line)).Writes(dialect);
    });

    /// <summary>A frame up to so many bytes of its payload; the rest never comes.</summary>
    public static Piece UpToByte(int payload, Piece frame) => In(dialect =>
    {
        var bytes = frame.Writes(dialect)[0];
        var header = (bytes[1] & 0x7F) switch { 126 => 8, 127 => 14, _ => 6 };
        return bytes[..(header + payload)];
    });

    /// <summary>The same several times.</summary>
    public static Piece Times(int count, Piece piece) => new(dialect => [.. Enumerable.Range(0, count).SelectMany(_ => piece.Writes(dialect))]);

    private static Piece In(Func<Dialect, byte[]> write) => new(dialect => [write(dialect)]);

    private static Piece Edited(Piece frame, Action<byte[]> edit) => new(dialect =>
    {
        var writes = frame.Writes(dialect);
        edit(writes[0]);
        return writes;
    });

    private static byte[] Bytes(Opcode opcode, byte[] payload, bool fin = true, byte[]? mask = null)
    {
        var bits = payload.Length switch { < 126 => 7, <= ushort.MaxValue => 16, _ => 64 };
        mask ??= Mask;
        return [.. HeaderBytes(opcode, fin, bits, (ulong)payload.Length, mask), .. payload.Select((octet, i) => (byte)(octet ^ mask[i % 4]))];
    }

    private static byte[] HeaderBytes(Opcode opcode, bool fin, int bits, ulong length, byte[] mask)
    {
        var first = (byte)((fin ? Fin : 0) | (byte)opcode);
        var all = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(all, length);
        return bits switch
        {
            7 => [first, (byte)(Masked | (byte)length), .. mask],
            16 => [first, Masked | 126, .. all[^2..], .. mask],
            _ => [first, Masked | 127, .. all, .. mask],
        };
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
