namespace Broadcast.Tests.Hosting;

/// <summary>
/// The room as a client of broadcast.v1+json knows it, by what docs/protocol.md promises: facts without a hole but where
/// a gap says so, and the list of members that comes of applying them. It fails where the server has not kept to that.
/// </summary>
internal sealed class RoomView
{
    private readonly List<Who> _members = [];
    private bool _awaitsMembers;
    private bool _announced = true;

    /// <summary>The last fact that has been heard of.</summary>
    public long Seq { get; private set; }

    /// <summary>Who is here, in the order in which they came.</summary>
    public Everybody Members => new([.. _members]);

    /// <summary>Everything that was seen by number, as it came.</summary>
    public Dictionary<long, string> Facts { get; } = [];

    /// <summary>How many facts the server has said to be missing.</summary>
    public long Missed { get; private set; }

    /// <summary>How many facts it has not been there for, between one life and the next.</summary>
    public long Absent { get; private set; }

    /// <summary>Begins anew, or where it has been.</summary>
    public void Apply(Welcome welcome)
    {
        if (welcome.Resumed)
        {
            Assert.Equal((Seq, null, null), (welcome.Seq, welcome.Members, welcome.MemberCount));
            return;
        }

        Absent += Seq == 0 ? 0 : welcome.Seq - Seq;
        Seq = welcome.Seq;
        Set(Assert.IsType<Everybody>(welcome.Members), Assert.IsType<long>(welcome.MemberCount));
    }

    /// <summary>Takes what has come.</summary>
    /// <param name="arrival">What.</param>
    /// <param name="text">As it came.</param>
    public void Apply(Arrival arrival, string text)
    {
        switch (arrival)
        {
            case Told { Seq: null }:
                // One's own arrival, where nobody is told of such.
                _announced = false;
                break;
            case Told told:
                Assert.Equal(Seq + 1, told.Seq);
                Seq++;
                Facts.Add(Seq, text);
                Apply(told);
                break;
            case Gap gap:
                Assert.Equal((Seq + 1, gap.To - gap.From + 1), (gap.From, gap.Missed));
                Assert.InRange(gap.To, gap.From, long.MaxValue);
                Seq = gap.To;
                Missed += gap.Missed;
                _awaitsMembers = true;
                break;
            case Members members:
                Apply(members);
                break;
            case Ack { Seq: { } seq }:
                Assert.InRange(seq, 1, Seq);
                break;
        }
    }

    private void Apply(Members members)
    {
        // Made at its number, and in front of the next.
        Assert.Equal(Seq, members.Seq);
        if (_announced && !_awaitsMembers)
        {
            Assert.Equal(Members, members.List);
        }

        Set(members.List, members.MemberCount);
    }

    private void Apply(Told told)
    {
        if (told is Presence presence)
        {
            _announced = presence.Announced;
            _awaitsMembers = true;
        }
        else if (!_awaitsMembers && _announced)
        {
            ApplyToMembers(told);
        }
    }

    private void ApplyToMembers(Told told)
    {
        switch (told)
        {
            case Message { From: var from }:
                Assert.Contains(from, _members);
                break;
            case Joined { Who: var who }:
                Assert.DoesNotContain(_members, member => member.Id == who.Id || member.Name == who.Name);
                _members.Add(who);
                break;
            case Left { Who: var who }:
                Assert.True(_members.Remove(who), $"{who} is not here");
                break;
            case Renamed { Who: var who, Was: var was }:
                var at = _members.IndexOf(who with { Name = was });
                Assert.True(at >= 0, $"{was} is not here");
                _members[at] = who;
                break;
        }
    }

    private void Set(Everybody members, long count)
    {
        Assert.Equal(Math.Min(count, 1_000), members.List.Count);
        _members.Clear();
        _members.AddRange(members.List);
        _awaitsMembers = false;
    }
}
