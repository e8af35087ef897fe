using Broadcast.Actors.Names;
using Broadcast.Actors.Rooms;
using CsCheck;

namespace Broadcast.Tests.Rooms;

public sealed class RoomSpecs
{
    private static readonly string[] Names = ["Alice", "alice", "AIice", "Bob", "Bob-2", "bob", "Zoë", "anonymous", "李", "вob", "Вob"];

    private static readonly Gen<IRoomCommand> Commands =
        Gen.Select(Gen.Int[0, 3], Gen.Long[1, 8], Gen.Int[-1, Names.Length - 1]).Select((what, id, name) => (IRoomCommand)(what switch
        {
            0 => new Join(new MemberId(id), name < 0 ? null : Called(Names[name]), Refusal: null),
            1 => new Say(new MemberId(id), $"line {name}"),
            2 => new Rename(new MemberId(id), Called(Names[Math.Max(0, name)])),
            _ => new Leave(new MemberId(id)),
        }));

    [Fact]
    public void Any_commands_keep_the_room_in_order() =>
        Commands.List[0, 80].Sample(
            commands =>
            {
                var room = Room.Open(announceUpTo: -1);
                var here = new Dictionary<MemberId, string>();
                foreach (var command in commands)
                {
                    var outcome = room.Decide(command);
                    Assert.Equal(outcome, room.Decide(command));
                    if (outcome is not MemberFact fact)
                    {
                        continue;
                    }

                    // Numbers without holes, and every fact by or of somebody who may.
                    Assert.Equal(room.Seq + 1, fact.Seq);
                    Assert.Equal(command.Id, fact.Who.Id);
                    Assert.Equal(fact is not Joined, here.ContainsKey(fact.Who.Id));
                    Assert.IsType(command switch { Join => typeof(Joined), Say => typeof(Said), Rename => typeof(Renamed), _ => typeof(Left) }, fact);
                    if (fact is Renamed renamed)
                    {
                        Assert.Equal(here[fact.Who.Id], renamed.Was.Text);
                    }
                    else if (fact is Said or Left)
                    {
                        Assert.Equal(here[fact.Who.Id], fact.Who.Name.Text);
                    }

                    room = room.Apply(fact);
                    Assert.Equal(fact.Seq, room.Seq);
                    here[fact.Who.Id] = fact.Who.Name.Text;
                    if (fact is Left)
                    {
                        here.Remove(fact.Who.Id);
                    }

                    // Who follows the facts knows who is here.
                    Assert.Equal(here.OrderBy(member => member.Key).Select(member => (member.Key, member.Value)), room.Members.Select(member => (member.Id, member.Name.Text)));

                    // Nobody can be taken for anybody else.
                    Assert.Equal(
                        room.Members.Sum(member => member.Name.Comparable.Forms.Length),
                        room.Members.SelectMany(member => member.Name.Comparable.Forms).Distinct(StringComparer.Ordinal).Count());
                }
            },
            iter: 2_000);

    [Fact]
    public void A_name_that_was_refused_is_replaced_and_the_joiner_told_why()
    {
        var joined = Assert.IsType<Joined>(Room.Open(announceUpTo: -1).Decide(new Join(new MemberId(1), Wanted: null, NameRefusal.Colon)));
        Assert.Equal("anonymous", joined.Who.Name.Text);
        Assert.Equal("a name has no colon, nor anything that looks like one, so you are anonymous: /name New changes it", joined.Notice);
    }

    [Fact]
    public void Who_was_given_a_name_that_is_taken_is_not_told_to_change_it()
    {
        var joined = Assert.IsType<Joined>(With("Zoe").Decide(Join.Given(new MemberId(2), "Zoe")));
        Assert.Equal(("Zoe-2", "the name Zoe is taken, so you are Zoe-2"), (joined.Who.Name.Text, joined.Notice));
    }

    [Fact]
    public void Who_gave_no_name_is_not_told_that_one_was_taken()
    {
        var room = Room.Open(announceUpTo: -1).Apply((Fact)Room.Open(announceUpTo: -1).Decide(new Join(new MemberId(1), Wanted: null, Refusal: null)));
        var joined = Assert.IsType<Joined>(room.Decide(new Join(new MemberId(2), Wanted: null, Refusal: null)));
        Assert.Equal(("anonymous-2", null), (joined.Who.Name.Text, joined.Notice));
    }

    [Fact]
    public void The_own_name_may_be_written_otherwise()
    {
        var room = With("bob");
        var renamed = Assert.IsType<Renamed>(room.Decide(new Rename(new MemberId(1), Called("BOB"))));
        Assert.Equal("BOB", Assert.Single(room.Apply(renamed).Members).Name.Text);
    }

    [Fact]
    public void The_own_name_once_more_is_no_news()
    {
        var refused = Assert.IsType<Refused>(With("bob").Decide(new Rename(new MemberId(1), Called("bob"))));
        Assert.Equal("you are bob already", refused.Why);
    }

    [Fact]
    public void A_name_that_looks_like_the_own_one_and_somebody_elses_is_refused()
    {
        // A capital ve looks like B, and is the capital of the small ve, which does not.
        var room = With("Bob", "вob");
        _ = Assert.IsType<Refused>(room.Decide(new Rename(new MemberId(2), Called("Вob"))));
    }

    [Fact]
    public void A_room_of_many_lists_a_hundred_and_counts_the_rest()
    {
        var room = With([.. Enumerable.Range(0, 103).Select(i => $"p{i}x")]);
        var who = Sentences.Who(room);
        Assert.StartsWith("103 here: p0x, p1x, ", who, StringComparison.Ordinal);
        Assert.EndsWith("p99x and 3 more", who, StringComparison.Ordinal);
    }

    private static Room With(params string[] names) =>
        names.Select((name, i) => new Join(new MemberId(i + 1), Called(name), Refusal: null))
            .Aggregate(Room.Open(announceUpTo: -1), (room, join) => room.Apply((Fact)room.Decide(join)));

    private static DisplayName Called(string name) =>
        DisplayName.TryParse(name, out var parsed, out _) ? parsed : throw new ArgumentException(name, nameof(name));
}
