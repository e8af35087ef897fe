using Broadcast.Bench.Net;

namespace Broadcast.Bench.Wire;

/// <summary>SignalR's JSON hub protocol: records that end in 0x1E, of which a message may hold several.</summary>
internal sealed unsafe class SignalRDialect : Dialect
{
    private const byte End = 0x1E;

    public override string Path(int member) => $"/ws?name={Names.Of(member)}";

    public override byte[] Greeting(int member) => [.. "{\"protocol\":\"json\",\"version\":1}\u001e"u8];

    private static ReadOnlySpan<byte> BeforeSaid => "{\"type\":1,\"target\":\"Say\",\"arguments\":[\""u8;

    private static ReadOnlySpan<byte> BeforeLine => "{\"type\":1,\"target\":\"line\",\"arguments\":[\""u8;

    private static ReadOnlySpan<byte> After => "\"]}\u001e"u8;

    public override int WrappedLength(int textLength) => BeforeSaid.Length + textLength + After.Length;

    public override byte* Wrap(byte* payload, int member, int textLength)
    {
        var text = payload + BeforeSaid.Length;
        BeforeSaid.CopyTo(new Span<byte>(payload, BeforeSaid.Length));
        After.CopyTo(new Span<byte>(text + textLength, After.Length));
        return text;
    }

    public override void Read(Crowd crowd, Member member, byte* payload, int length, long now)
    {
        while (length > 0)
        {
            var record = new ReadOnlySpan<byte>(payload, length);
            var end = record.IndexOf(End);
            if (end < 0)
            {
                crowd.Broke(member, "a record of SignalR's without an end");
                return;
            }

            record = record[..end];
            if (record.StartsWith(BeforeLine) && record.EndsWith(After[..^1]))
            {
                ReadNamed(crowd, member, payload + BeforeLine.Length, end - BeforeLine.Length - After.Length + 1, now);
            }
            else
            {
                crowd.Other(member, record);
            }

            payload += end + 1;
            length -= end + 1;
        }
    }
}
