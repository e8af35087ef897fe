using Broadcast.Bench.Net;

namespace Broadcast.Bench.Wire;

/// <summary>nchan passes on what it is given and knows no names: the member says its own.</summary>
internal sealed unsafe class NchanDialect : Dialect
{
    public override string Path(int member) => "/ws";

    public override int WrappedLength(int textLength) => Names.PrefixLength + textLength;

    public override byte* Wrap(byte* payload, int member, int textLength)
    {
        *(ulong*)payload = Names.Prefix(member);
        return payload + Names.PrefixLength;
    }

    public override void Read(Crowd crowd, Member member, byte* payload, int length, long now) =>
        ReadNamed(crowd, member, payload, length, now);
}
