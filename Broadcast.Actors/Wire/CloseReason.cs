using System.Buffers.Binary;
using System.Text;
using Broadcast.Actors.Names;

namespace Broadcast.Actors.Wire;

/// <summary>
/// Every way in which the server turns somebody away or hangs up: before the upgrade with a status of HTTP (RFC 9110 15),
/// afterwards with a close code (RFC 6455 7.4.1); one sentence for the person at the other end, and whether coming back
/// makes sense.
/// </summary>
/// <param name="Code">The status, 400 to 599; or the close code, 1000 and up.</param>
/// <param name="Text">One sentence; at most 123 bytes of UTF-8, the room that a close frame has (RFC 6455 5.5.1).</param>
/// <param name="ComeBack">Whether the same client may expect to be let in again.</param>
public sealed record CloseReason(ushort Code, string Text, bool ComeBack)
{
    /// <summary>A web page of this origin may not connect (RFC 6455 10.2).</summary>
    public static CloseReason OriginUnknown { get; } =
        new(403, "This web page's origin is not allowed here: add it to broadcast.origins.", ComeBack: false);

    /// <summary>A web page reached the server under a name that is not its own.</summary>
    public static CloseReason HostUnknown { get; } =
        new(403, "This host name is not known here: add it to broadcast.hosts.", ComeBack: false);

    /// <summary>The request's key is not the server's.</summary>
    public static CloseReason KeyRefused { get; } =
        new(401, "That is not the key of this server: ask whoever runs it.", ComeBack: false);

    /// <summary>The request has no token, or none that is good.</summary>
    public static CloseReason TokenRefused { get; } =
        new(401, "This server wants a valid token: send Authorization: Bearer and a JWT from whoever runs it.", ComeBack: false);

    /// <summary>The request's token is good, and the name in it is none that there can be here.</summary>
    /// <param name="name">Why not.</param>
    public static CloseReason NameInTokenRefused(NameRefusal name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new CloseReason(401, $"Your token's name cannot be used here: {name.Text}.", ComeBack: false);
    }

    /// <summary>As many are connected from the peer's address as may be.</summary>
    public static CloseReason AddressFull { get; } =
        new(429, "Too many are connected from your address: close one, or try again later.", ComeBack: true);

    /// <summary>The peer's address connects faster than it may.</summary>
    public static CloseReason JoinsTooFast { get; } =
        new(429, "Your address connects too often: wait a moment and try again.", ComeBack: true);

    /// <summary>Too many wrong keys have come from the peer's address.</summary>
    public static CloseReason TooManyMistakes { get; } =
        new(429, "Too many wrong keys from your address: try again later.", ComeBack: true);

    /// <summary>As many are connected as may be.</summary>
    public static CloseReason Full { get; } = new(503, "The server is full: try again later.", ComeBack: true);

    /// <summary>The server does not come to it in time.</summary>
    public static CloseReason Busy { get; } = new(503, "The server is too busy: try again in a moment.", ComeBack: true);

    /// <summary>The member said <c>/quit</c>.</summary>
    public static CloseReason Quit { get; } = new(1000, "goodbye", ComeBack: true);

    /// <summary>The server is going away.</summary>
    public static CloseReason ShuttingDown { get; } = new(1001, "the server is shutting down", ComeBack: true);

    /// <summary>The peer broke the framing of RFC 6455.</summary>
    public static CloseReason Malformed { get; } = new(1002, "that frame breaks the WebSocket protocol (RFC 6455)", ComeBack: true);

    /// <summary>The peer sent a binary message.</summary>
    public static CloseReason NotText { get; } = new(1003, "only text is taken here: send text frames", ComeBack: true);

    /// <summary>The peer sent a text message that is not UTF-8.</summary>
    public static CloseReason NotUtf8 { get; } = new(1007, "that text is not UTF-8: send text as UTF-8", ComeBack: true);

    /// <summary>The peer did not say hello first.</summary>
    public static CloseReason HelloFirst { get; } = new(1008, ErrorCode.HelloFirst.Text, ComeBack: true);

    /// <summary>The peer said hello, and something in it is wrong.</summary>
    /// <param name="why">What is: the sentence of a <see cref="BadRequest"/>.</param>
    /// <param name="n">The frame's number; null where it has none.</param>
    public static CloseReason HelloWrong(string why, long? n)
    {
        var error = new FrameBuffer();
        JsonForm.WriteError(ErrorCode.BadRequest, why, given: null, n, error.Begin());
        return new CloseReason(1008, why, ComeBack: true) { InFront = error.Frame().ToArray() };
    }

    /// <summary>What the peer sent as the key is not the server's, or it sent none in time.</summary>
    public static CloseReason KeyWrong { get; } =
        new(1008, "this server wants its key first, and that is not it: ask whoever runs it", ComeBack: false);

    /// <summary>The peer sent nothing but frames that are none.</summary>
    public static CloseReason NotUnderstood { get; } = new(1008, "too many frames in a row that are not understood: docs/protocol.md has those there are", ComeBack: true);

    /// <summary>The peer has sent faster than it may for too long.</summary>
    public static CloseReason TooFast { get; } = new(1008, "you have been sending too fast for too long: send more slowly", ComeBack: true);

    /// <summary>The member has come back by another connection.</summary>
    public static CloseReason Replaced { get; } = new(1008, "replaced", ComeBack: false);

    /// <summary>The peer sent, or announced, a message over the limit.</summary>
    public static CloseReason TooLarge { get; } = new(1009, "that message is too large: send shorter lines", ComeBack: true);

    /// <summary>The server is going away, and the room will be as it was when it is back.</summary>
    public static CloseReason Restarting { get; } = new(1012, "the server is restarting: come back in a moment", ComeBack: true);

    /// <summary>The complete close frame; in front of it, where there is one, the frame that says the same to a program.</summary>
    public ReadOnlyMemory<byte> Frame => _frame ??= [.. InFront.Span, .. Encode(Code, Text)];

    private ReadOnlyMemory<byte> InFront { get; init; }

    private byte[]? _frame;

    /// <summary>The answer to a peer's close frame: the same code back, and no more (RFC 6455 5.5.1).</summary>
    public static ReadOnlyMemory<byte> Answer(ushort code) => Encode(code, "");

    private static byte[] Encode(ushort code, string text)
    {
        var payload = new byte[2 + Encoding.UTF8.GetByteCount(text)];
        BinaryPrimitives.WriteUInt16BigEndian(payload, code);
        _ = Encoding.UTF8.GetBytes(text, payload.AsSpan(2));
        return ServerFrame.Control(Opcode.Close, payload);
    }
}
