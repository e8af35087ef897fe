using Broadcast.Bench.Net;

namespace Broadcast.Bench.Scenarios;

/// <summary>Every publisher keeps so many lines of its own on their way: one comes back, one more is said.</summary>
internal sealed class ClosedPacing(int window) : Pacing
{
    private bool _isOver;

    public override void Begin(Crowd crowd, long now)
    {
        foreach (var publisher in crowd.Publishers)
        {
            Say(crowd, crowd.Members[publisher], window, now);
        }
    }

    public override void End() => _isOver = true;

    public override void OnReturned(Crowd crowd, Member member, int lines, long now)
    {
        if (!_isOver)
        {
            Say(crowd, member, lines, now);
        }
    }

    private static void Say(Crowd crowd, Member member, int lines, long now)
    {
        if (member.Stage != Stage.Open)
        {
            return;
        }

        for (var line = 0; line < lines; line++)
        {
            crowd.Say(member, now);
        }

        crowd.Flush(member);
    }
}
