using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Broadcast.Actors.Wire;

/// <summary>
/// The wire form for programs: one JSON object a text frame, in both directions (docs/protocol.md). Reading never fails:
/// what is no frame is a <see cref="BadRequest"/>. Writing gives the same bytes for the same values.
/// </summary>
public static partial class JsonForm
{
    /// <summary>What a client offers in <c>Sec-WebSocket-Protocol</c>, and the server echoes, to speak in this form.</summary>
    public const string Subprotocol = "broadcast.v1+json";

    private const string UnknownType =
        "there is no frame of that type: send hello, say, rename, whisper, who, history, ping or leave";

    /// <summary>Reads one frame. Any text gives one.</summary>
    /// <param name="text">The frame's text.</param>
    public static ClientFrame Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetByteCount(text));
        try
        {
            return Utf8.FromUtf16(text, utf8, out _, out var length, replaceInvalidSequences: false) == OperationStatus.Done
                ? FrameOf(utf8.AsSpan(0, length))
                : new BadRequest(JsonFields.Torn, N: null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(utf8);
        }
    }

    private static ClientFrame FrameOf(ReadOnlySpan<byte> utf8)
    {
        var fields = JsonFields.Of(utf8);
        ClientFrame frame = fields.Text(JsonField.Type) switch
        {
            "hello" => new Hello(fields.Text(JsonField.Name), fields.ResumeIfAny(JsonField.Resume), fields.TextIfAny(JsonField.Key)),
            "say" => new SayText(fields.Text(JsonField.Text), fields.Flag(JsonField.Action), fields.Number(JsonField.N, from: 1)),
            "rename" => new RenameTo(fields.Text(JsonField.Name), fields.Number(JsonField.N, from: 1)),
            "whisper" => new WhisperTo(fields.Text(JsonField.To), fields.Text(JsonField.Text), fields.Number(JsonField.N, from: 1)),
            "who" => new WhoAsked(),
            "history" => new HistoryAsked(fields.NumberIfAny(JsonField.Before), AtMost(fields.NumberIfAny(JsonField.Limit))),
            "ping" => new PingAsked(),
            "leave" => new LeaveAsked(),
            _ => new BadRequest(UnknownType, fields.N),
        };
        return fields.Trouble is { } trouble ? new BadRequest(trouble, fields.N, fields.IsOfType("hello"u8)) : frame;
    }

    // No server gives so many, whatever is asked for.
    private static int? AtMost(long? limit) => limit is { } most ? (int)Math.Min(most, int.MaxValue) : null;
}
