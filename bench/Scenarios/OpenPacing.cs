using System.Diagnostics;
using Broadcast.Bench.Net;

namespace Broadcast.Bench.Scenarios;

/// <summary>
/// So many lines a second in all, whatever comes back. A line counts as sent when it should have been: a server that makes
/// its senders wait does not look faster for it.
/// </summary>
internal sealed class OpenPacing(double linesPerSecond, int firstPublisher = 0) : Pacing
{
    private readonly double _interval = Stopwatch.Frequency / linesPerSecond;

    private long _start;
    private long _said;
    private int _turn;

    public override void Begin(Crowd crowd, long now) => Due = _start = now;

    public override void End() => Due = long.MaxValue;

    public override void OnDue(Crowd crowd, long now)
    {
        for (; Due <= now; Due = _start + (long)(++_said * _interval))
        {
            if (Next(crowd) is { } member)
            {
                crowd.Say(member, Due);
                crowd.Flush(member);
            }
        }
    }

    private Member? Next(Crowd crowd)
    {
        var count = crowd.Publishers.Count - firstPublisher;
        for (var tries = 0; tries < count; tries++)
        {
            _turn = (_turn + 1) % count;
            var member = crowd.Members[crowd.Publishers[firstPublisher + _turn]];
            if (member.Stage == Stage.Open)
            {
                return member;
            }
        }

        return null;
    }
}
