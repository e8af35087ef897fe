using Broadcast.Host.Connections;

namespace Broadcast.Tests.Hosting;

public sealed class ConnectionLimitSpecs
{
    [Fact]
    public void One_more_than_the_limit_gets_no_place_until_somebody_leaves()
    {
        var limit = new ConnectionLimit(2);

        Assert.True(limit.TryEnter());
        Assert.True(limit.TryEnter());
        Assert.False(limit.TryEnter());
        Assert.False(limit.TryEnter());
        limit.Exit();
        Assert.True(limit.TryEnter());
        Assert.False(limit.TryEnter());
    }

    [Fact]
    public void Without_a_limit_everybody_gets_a_place()
    {
        var limit = new ConnectionLimit(0);

        Assert.All(Enumerable.Range(0, 1000), _ => Assert.True(limit.TryEnter()));
    }

    [Fact]
    public void However_many_come_at_once_no_place_is_given_twice_or_lost()
    {
        var limit = new ConnectionLimit(10);
        var entered = 0;

        Parallel.For(0, 10_000, _ =>
        {
            if (limit.TryEnter())
            {
                Interlocked.Increment(ref entered);
            }
        });
        Assert.Equal(10, entered);

        Parallel.For(0, 10, _ => limit.Exit());
        Assert.Equal(10, Enumerable.Range(0, 20).Count(_ => limit.TryEnter()));
    }

    [Fact]
    public async Task The_end_waits_for_the_last_to_leave_and_for_nobody_who_is_not_there()
    {
        await new ConnectionLimit(2).StopAsync(CancellationToken.None).WaitAsync(Person.Patience);

        var limit = new ConnectionLimit(2);
        Assert.True(limit.TryEnter());
        Assert.True(limit.TryEnter());
        var stopping = limit.StopAsync(CancellationToken.None);
        limit.Exit();
        Assert.False(stopping.IsCompleted);
        limit.Exit();
        await stopping.WaitAsync(Person.Patience);
    }

    [Fact]
    public async Task The_end_waits_no_longer_than_it_may()
    {
        var limit = new ConnectionLimit(2);
        Assert.True(limit.TryEnter());
        using var patience = new CancellationTokenSource();
        var stopping = limit.StopAsync(patience.Token);
        Assert.False(stopping.IsCompleted);

        await patience.CancelAsync();
        await stopping.WaitAsync(Person.Patience);
    }
}
