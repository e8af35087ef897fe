using System.Buffers.Text;
using System.Text;
using Broadcast.Bench.Net;

namespace Broadcast.Bench.Wire;

/// <summary><c>broadcast.v1+json</c>: objects, numbered by whoever says something.</summary>
internal sealed unsafe class JsonDialect : Dialect
{
    // Of so many digits each, so that what is said is always as long.
    private const long FirstNumber = 1_000_000_000;
    private const int NumberLength = 10;

    private readonly Dictionary<int, long> _said = [];

    public override string Path(int member) => "/ws";

    public override string? Subprotocol => "broadcast.v1+json";

    private static ReadOnlySpan<byte> BeforeText => "{\"type\":\"say\",\"text\":\""u8;

    private static ReadOnlySpan<byte> BeforeNumber => "\",\"n\":"u8;

    private static ReadOnlySpan<byte> BetweenNameAndText => "\"},\"text\":\""u8;

    private static ReadOnlySpan<byte> BeforeRetry => "{\"type\":\"bye\",\"reason\":\"shutting-down\",\"retryAfterMs\":"u8;

    public override byte[] Greeting(int member) => Encoding.ASCII.GetBytes($$"""{"type":"hello","name":"{{Names.Of(member)}}"}""");

    public override int WrappedLength(int textLength) => BeforeText.Length + textLength + BeforeNumber.Length + NumberLength + 1;

    public override byte* Wrap(byte* payload, int member, int textLength)
    {
        var n = _said.GetValueOrDefault(member, FirstNumber);
        _said[member] = n + 1;
        var text = payload + BeforeText.Length;
        BeforeText.CopyTo(new Span<byte>(payload, BeforeText.Length));
        var behind = new Span<byte>(text + textLength, BeforeNumber.Length + NumberLength + 1);
        BeforeNumber.CopyTo(behind);
        _ = Utf8Formatter.TryFormat(n, behind[BeforeNumber.Length..], out _);
        behind[^1] = (byte)'}';
        return text;
    }

    public override void Read(Crowd crowd, Member member, byte* payload, int length, long now)
    {
        var frame = new ReadOnlySpan<byte>(payload, length);
        if (frame.StartsWith("{\"type\":\"message\""u8))
        {
            ReadMessage(crowd, member, payload, frame, now);
        }
        else if (frame.StartsWith("{\"type\":\"joined\""u8))
        {
            // As it is counted in the other forms.
            crowd.Other(member, "System: somebody joined the chat"u8);
        }
        else if (frame.StartsWith("{\"type\":\"gap\",\"missed\":"u8))
        {
            var missed = frame["{\"type\":\"gap\",\"missed\":"u8.Length..];
            crowd.Other(member, [.. "System: you missed "u8, .. missed]);
        }
        else
        {
            if (frame.StartsWith(BeforeRetry) && Utf8Parser.TryParse(frame[BeforeRetry.Length..], out int milliseconds, out _))
            {
                member.RetryAfter = milliseconds;
            }

            crowd.Other(member, frame);
        }
    }

    // ..."name":"m00007"},"text":"<text>","n":1000000007}, or without a number from one who speaks plain: looked at from the
    // end, where everything is always as long.
    private static void ReadMessage(Crowd crowd, Member member, byte* payload, ReadOnlySpan<byte> frame, long now)
    {
        var isNumbered = frame[^2] != (byte)'"';
        var behind = isNumbered ? BeforeNumber.Length + NumberLength + 1 : "\"}".Length;
        var text = frame.Length - behind - crowd.TextLength;
        var between = text - BetweenNameAndText.Length;
        var name = between - (Names.PrefixLength - 2);
        if (name < 0
            || !frame[between..text].SequenceEqual(BetweenNameAndText)
            || (isNumbered && !frame[(text + crowd.TextLength)..].StartsWith(BeforeNumber))
            || !Line.TryRead(payload + text, crowd.TextLength, out var publisher, out var number, out var sentAt))
        {
            crowd.Other(member, frame);
            return;
        }

        // The name, and the colon and the space that this form does not have.
        var prefix = (*(ulong*)(payload + name) & 0x0000FFFFFFFFFFFF) | ((ulong)':' << 48) | ((ulong)' ' << 56);
        crowd.Line(member, publisher, prefix, number, sentAt, now);
    }
}
