using Broadcast.Bench.Net;

namespace Broadcast.Bench.Wire;

/// <summary>The first system's: a member sends a text, everybody gets <c>NAME: text</c>.</summary>
internal sealed unsafe class PlainDialect : Dialect
{
    public override string Path(int member) => $"/ws?name={Names.Of(member)}";

    public override int WrappedLength(int textLength) => textLength;

    public override byte* Wrap(byte* payload, int member, int textLength) => payload;

    public override void Read(Crowd crowd, Member member, byte* payload, int length, long now) =>
        ReadNamed(crowd, member, payload, length, now);
}
