using Broadcast.Bench.Net;

namespace Broadcast.Bench.Wire;

/// <summary>As <see cref="PlainDialect"/>, but a frame may hold several lines, divided by line feeds.</summary>
internal sealed unsafe class LinesDialect : Dialect
{
    public override string Path(int member) => $"/ws?name={Names.Of(member)}";

    public override int WrappedLength(int textLength) => textLength;

    public override byte* Wrap(byte* payload, int member, int textLength) => payload;

    public override void Read(Crowd crowd, Member member, byte* payload, int length, long now)
    {
        for (var line = Names.PrefixLength + crowd.TextLength; length > line && payload[line] == '\n'; length -= line + 1, payload += line + 1)
        {
            ReadNamed(crowd, member, payload, line, now);
        }

        ReadNamed(crowd, member, payload, length, now);
    }
}
