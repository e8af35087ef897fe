using Broadcast.Cli;
using CsCheck;

namespace Broadcast.Tests.Cli;

public sealed class BackoffTests
{
    [Fact]
    public void The_longest_wait_doubles_from_a_quarter_of_a_second_to_fifteen()
    {
        var backoff = new Backoff(new Always(1));
        Assert.Equal([0.25, 0.5, 1, 2, 4, 8, 15, 15], Enumerable.Range(0, 8).Select(_ => backoff.Next().TotalSeconds));
    }

    [Fact]
    public void All_of_the_wait_is_left_to_chance() => Gen.Double[0, 1].Sample(chance =>
    {
        var backoff = new Backoff(new Always(chance));
        Assert.Equal(0.25 * chance, backoff.Next().TotalSeconds, tolerance: 1e-6);
        Assert.Equal(0.5 * chance, backoff.Next().TotalSeconds, tolerance: 1e-6);
    });

    [Fact]
    public void What_the_server_asks_for_comes_first_and_chance_on_top() =>
        Assert.Equal(2.125, new Backoff(new Always(0.5)).Next(TimeSpan.FromSeconds(2)).TotalSeconds);

    [Fact]
    public void Only_a_connection_that_lasted_begins_it_anew()
    {
        var backoff = new Backoff(new Always(1));
        backoff.Next();
        backoff.Next();
        backoff.Had(TimeSpan.FromSeconds(4.9));
        Assert.Equal(1, backoff.Next().TotalSeconds);
        backoff.Had(TimeSpan.FromSeconds(5));
        Assert.Equal(0.25, backoff.Next().TotalSeconds);
    }

    [Fact]
    public void It_goes_on_for_ever()
    {
        var backoff = new Backoff(new Always(1));
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.InRange(backoff.Next(), TimeSpan.Zero, Backoff.Longest));
    }

    private sealed class Always(double chance) : Random
    {
        public override double NextDouble() => chance;
    }
}
