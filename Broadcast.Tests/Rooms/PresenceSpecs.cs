using Broadcast.Actors.Rooms;
using CsCheck;

namespace Broadcast.Tests.Rooms;

public sealed class PresenceSpecs
{
    [Fact]
    public void Whoever_comes_and_goes_the_room_is_told_once_each_time_the_limit_is_crossed() =>
        Gen.Select(Gen.Int[1, 12], Gen.Bool.List[0, 120]).Sample((limit, comings) =>
        {
            var room = Room.Open(limit);
            var lastId = 0L;
            var announcing = true;
            var seq = 0L;
            foreach (var comes in comings)
            {
                if (!comes && room.Count == 0)
                {
                    continue;
                }

                var outcome = room.Decide(comes
                    ? new Join(new MemberId(++lastId), Wanted: null, Refusal: null)
                    : new Leave(room.Members.First().Id));
                var fact = Assert.IsType<MemberFact>(outcome, exactMatch: false);
                seq += announcing ? 1 : 0;
                Assert.Equal(seq, fact.Seq);
                room = room.Apply(fact);
                Assert.Equal(seq, room.Seq);

                var expected = announcing ? room.Count <= limit : room.Count <= limit * 9 / 10;
                var due = room.Due;
                Assert.Equal(expected == announcing, due is null);
                if (due is not null)
                {
                    Assert.Equal(new PresenceChanged(++seq, expected, room.Count), due);
                    room = room.Apply(due);
                    Assert.Null(room.Due);
                    announcing = expected;
                }
            }
        }, iter: 2_000);

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    public void A_room_may_announce_always_or_never(int announceUpTo, bool announcing)
    {
        var room = Room.Open(announceUpTo);
        for (var id = 1; id <= 50; id++)
        {
            room = room.Apply((Fact)room.Decide(new Join(new MemberId(id), Wanted: null, Refusal: null)));
            Assert.Null(room.Due);
            Assert.Equal(announcing, room.IsAnnouncing);
            Assert.Equal(announcing ? id : 0, room.Seq);
        }
    }
}
