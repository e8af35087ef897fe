using Broadcast.Actors.Names;
using CsCheck;

namespace Broadcast.Tests.Names;

public sealed class NamesTakenSpecs
{
    private static readonly string[] Wanted =
        ["Bob", "bob", "B0b", "Bob-2", "BOB-3", "Bob-2-2", "Bob-o", "Вob", "anonymous", "Anonymous-2", new string('x', 32), new string('x', 30)];

    [Fact]
    public void The_lowest_free_number_is_given_whatever_came_and_went() =>
        Gen.Select(Gen.Int[0, Wanted.Length - 1], Gen.Bool).List[0, 60].Sample(
            steps =>
            {
                var names = NamesTaken.None;
                List<DisplayName> taken = [];
                foreach (var (which, comes) in steps)
                {
                    if (!comes && taken.Count > 0)
                    {
                        var leaving = taken[which % taken.Count];
                        taken.Remove(leaving);
                        names = names.Release(leaving);
                        Assert.Null(names.OwnerOf(leaving));
                        continue;
                    }

                    var wanted = Called(Wanted[which]);
                    var free = IsFree(wanted) ? wanted : Enumerable.Range(2, 100).Select(wanted.Numbered).First(IsFree);
                    Assert.Equal(free, names.FirstFree(wanted));
                    names = names.Claim(free, which);
                    taken.Add(free);
                    Assert.Equal(which, names.OwnerOf(free));
                }

                bool IsFree(DisplayName name) => !taken.Exists(other => other.Comparable.ConflictsWith(name.Comparable));
            },
            iter: 3_000);

    [Fact]
    public void Twenty_thousand_without_a_name_come_go_and_come_back()
    {
        // Some four hundred million tries, if each who comes tried every number.
        const int people = 20_000;
        var names = NamesTaken.None;
        List<DisplayName> taken = [];
        for (var i = 0; i < people; i++)
        {
            taken.Add(names.FirstFree(DisplayName.Anonymous));
            names = names.Claim(taken[^1], i);
        }

        Assert.Equal("anonymous-20000", taken[^1].Text);
        names = names.Release(taken[4]).Release(taken[777]);
        Assert.Equal("anonymous-5", names.FirstFree(DisplayName.Anonymous).Text);
        names = names.Claim(taken[4], 4);
        Assert.Equal("anonymous-778", names.FirstFree(DisplayName.Anonymous).Text);
        names = names.Claim(taken[777], 777);
        foreach (var name in taken)
        {
            names = names.Release(name);
        }

        Assert.Equal("anonymous", names.FirstFree(DisplayName.Anonymous).Text);
    }

    [Fact]
    public void A_name_is_taken_once()
    {
        var names = NamesTaken.None.Claim(Called("Bob"), 1);
        Assert.Throws<ArgumentException>(() => names.Claim(Called("bob"), 2));
    }

    private static DisplayName Called(string raw)
    {
        Assert.True(DisplayName.TryParse(raw, out var name, out _));
        return name;
    }
}
