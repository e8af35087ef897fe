using Broadcast.Bench.Net;

namespace Broadcast.Bench.Scenarios;

/// <summary>The first publisher says as much as its socket takes; the others talk at their pace.</summary>
internal sealed class FloodPacing(double linesPerSecond) : Pacing
{
    // Between two of these everybody else is read.
    private const int AtOnce = 32;

    private readonly OpenPacing _talk = new(linesPerSecond, firstPublisher: 1);

    private bool _isOver;

    public override void Begin(Crowd crowd, long now)
    {
        _talk.Begin(crowd, now);
        Due = now;
    }

    public override void End()
    {
        _isOver = true;
        Due = long.MaxValue;
    }

    public override void OnDue(Crowd crowd, long now)
    {
        if (now >= _talk.Due)
        {
            _talk.OnDue(crowd, now);
        }

        var flooder = crowd.Members[crowd.Publishers[0]];
        if (flooder is { Stage: Stage.Open, IsBlocked: false })
        {
            for (var line = 0; line < AtOnce; line++)
            {
                crowd.Say(flooder, now);
            }

            crowd.Flush(flooder);
        }

        Due = flooder is { Stage: Stage.Open, IsBlocked: false } ? now : _talk.Due;
    }

    public override void OnDrained(Crowd crowd, Member member, long now)
    {
        if (!_isOver)
        {
            Due = now;
        }
    }
}
