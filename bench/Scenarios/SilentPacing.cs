using Broadcast.Bench.Net;

namespace Broadcast.Bench.Scenarios;

/// <summary>Nobody says anything but one word, which sets off a server that speaks by itself.</summary>
internal sealed class SilentPacing : Pacing
{
    public override void Begin(Crowd crowd, long now)
    {
        var member = crowd.Members[crowd.Publishers[0]];
        crowd.Say(member, now, isProbe: true);
        crowd.Flush(member);
    }

    public override void End()
    {
    }
}
