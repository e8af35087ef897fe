using Broadcast.Actors.Names;
using CsCheck;
using static Broadcast.Tests.Names.AnyName;

namespace Broadcast.Tests.Names;

public sealed class NamesTakenSpecs
{
    // Names that are in each other's way: by case, by look, by number, by two forms (Вob is ʙob and bob), by being cut.
    private static readonly Gen<DisplayName> Crowded = Gen.OneOf(
        One(
            "Bob", "bob", "B0b", "Вob", "вob", "Bob-2", "BOB-3", "вob-2", "вob-3", "Вob-4", "Bob-10", "Bob-lo", "Bob-2-2", "anonymous",
            "Anonymous-3", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "XXXXXXXXXXXXXXXXXXXXXXXXXX-2", "Ivan", "lvan", "ivan")
            .Select(Called),
        Gen.Int[2, 14].Select(number => Called($"Bob-{number}")),
        Gen.Int[2, 14].Select(number => Called($"вob-{number}")),
        Name);

    [Fact]
    public void Whoever_comes_and_goes_a_newcomer_gets_the_lowest_free_number() =>
        Gen.Select(Crowded, Gen.Int[0, 3], Gen.Int[0, 1000]).Array[0, 60].Sample(
            steps =>
            {
                var names = NamesTaken.None;
                List<(DisplayName Name, long Owner)> here = [];
                foreach (var (wanted, step, which) in steps)
                {
                    var conflicting = here.Where(member => member.Name.Comparable.ConflictsWith(wanted.Comparable)).ToList();
                    Assert.Equal(conflicting.Count == 0, names.OwnerOf(wanted) is null);
                    Assert.True(conflicting.Count == 0 || conflicting.Exists(member => member.Owner == names.OwnerOf(wanted)));

                    if (step == 0 && here.Count > 0)
                    {
                        var leaving = here[which % here.Count];
                        here.Remove(leaving);
                        names = names.Release(leaving.Name);
                        Assert.Null(names.OwnerOf(leaving.Name));
                        continue;
                    }

                    var given = IsFree(wanted) ? wanted : Enumerable.Range(2, here.Count + 1).Select(wanted.Numbered).First(IsFree);
                    Assert.Equal(given, names.FirstFree(wanted));
                    names = names.Claim(given, here.Count + 1_000L * which);
                    here.Add((given, here.Count + 1_000L * which));
                }

                bool IsFree(DisplayName name) => !here.Exists(member => member.Name.Comparable.ConflictsWith(name.Comparable));
            },
            iter: 3_000);

    [Fact]
    public void Twenty_thousand_people_without_a_name_come_and_go_as_fast_as_a_few()
    {
        const int People = 20_000;
        var names = NamesTaken.None;
        Dictionary<int, DisplayName> here = [];
        for (var number = 1; number <= People; number++)
        {
            Come(number);
        }

        Assert.Equal("anonymous", here[1].Text);
        Assert.Equal("anonymous-20000", here[People].Text);

        // The first, the last and all between: who leaves alone makes room for the next, wherever that is.
        for (var number = 1; number <= People; number++)
        {
            Go(number);
            Come(number);
        }

        // Of many who leave in any order, the lowest number is filled first.
        var leaving = Enumerable.Range(1, People).Where(number => number % 3 == 0).ToList();
        foreach (var number in leaving.OrderBy(number => number * 7919L % People))
        {
            Go(number);
        }

        leaving.ForEach(Come);
        Come(People + 1);
        Enumerable.Range(1, People + 1).ToList().ForEach(Go);
        Assert.Equal(DisplayName.Anonymous, names.FirstFree(DisplayName.Anonymous));

        void Come(int number)
        {
            var name = names.FirstFree(DisplayName.Anonymous);
            Assert.Equal(number == 1 ? "anonymous" : $"anonymous-{number}", name.Text);
            names = names.Claim(name, number);
            here.Add(number, name);
        }

        void Go(int number)
        {
            names = names.Release(here[number]);
            here.Remove(number);
        }
    }

    [Fact]
    public void A_name_that_looks_like_a_taken_one_is_taken()
    {
        var names = NamesTaken.None.Claim(Called("Вob"), 7);

        Assert.Equal(7, names.OwnerOf(Called("BOB")));
        Assert.Equal(7, names.OwnerOf(Called("вob")));
        Assert.Equal("BOB-2", names.FirstFree(Called("BOB")).Text);
        Assert.Throws<ArgumentException>(() => names.Claim(Called("bob"), 8));
        Assert.Throws<ArgumentException>(() => names.Claim(Called("bob"), 7));
        Assert.Null(names.Release(Called("Вob")).OwnerOf(Called("вob")));
    }

    [Fact]
    public void Somebody_may_write_their_own_name_differently_but_not_like_somebody_elses()
    {
        var names = NamesTaken.None.Claim(Called("Bob"), 1).Claim(Called("вob"), 2);

        Assert.Equal(1, names.OwnerOf(Called("BOB"), asking: 1));
        Assert.Equal(2, names.OwnerOf(Called("Вob"), asking: 1));
        Assert.Equal(1, names.OwnerOf(Called("Вob"), asking: 2));
        Assert.Equal(1, names.Release(Called("Bob")).Claim(Called("BOB"), 1).OwnerOf(Called("bob")));
    }

    [Fact]
    public void A_numbered_name_that_is_taken_gets_a_number_of_its_own()
    {
        var names = NamesTaken.None.Claim(Called("Bob-2"), 1);

        Assert.Equal("Bob-2-2", names.FirstFree(Called("bob-2")).Text, ignoreCase: true);
        Assert.Equal("Bob-3", names.Claim(Called("Bob"), 2).FirstFree(Called("Bob")).Text);
    }

    [Fact]
    public void Long_names_are_cut_alike_and_share_their_numbers()
    {
        var names = NamesTaken.None.Claim(Called(new string('x', 32)), 1).Claim(Called(new string('x', 31)), 2);

        var first = names.FirstFree(Called(new string('x', 32)));
        Assert.Equal($"{new string('x', 26)}-2", first.Text);
        Assert.Equal($"{new string('x', 26)}-3", names.Claim(first, 3).FirstFree(Called(new string('x', 31))).Text);
    }

    [Fact]
    public void A_number_far_up_costs_nothing()
    {
        var names = NamesTaken.None.Claim(Called("anonymous"), 1).Claim(Called("anonymous-999999999"), 2);

        Assert.Equal("anonymous-2", names.FirstFree(DisplayName.Anonymous).Text);
    }

    [Fact]
    public void When_the_numbers_of_a_long_name_are_used_up_people_are_anonymous()
    {
        var wanted = Called(new string('x', 32));
        var names = Enumerable.Range(2, 99_998).Aggregate(
            NamesTaken.None.Claim(wanted, 1), (taken, number) => taken.Claim(wanted.Numbered(number), number));

        Assert.Equal(DisplayName.Anonymous, names.FirstFree(wanted));
    }
}
