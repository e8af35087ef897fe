using Broadcast.Host.Connections;

namespace Broadcast.Tests.Hosting;

public sealed class CreditSpecs
{
    [Fact]
    public void While_there_is_credit_nobody_waits()
    {
        var credit = new Credit(3);

        for (var i = 0; i < 3; i++)
        {
            Assert.True(credit.TakeAsync().AsTask().IsCompletedSuccessfully);
            Assert.False(credit.IsSpent);
        }
    }

    [Fact]
    public async Task Without_credit_a_reader_waits_and_one_given_lets_one_through()
    {
        var credit = new Credit(0);

        for (var round = 0; round < 3; round++)
        {
            var take = credit.TakeAsync().AsTask();
            Assert.False(take.IsCompleted);
            Assert.True(credit.IsSpent);

            credit.Give();
            await take.WaitAsync(Person.Patience);
            Assert.False(credit.IsSpent);
        }
    }

    [Fact]
    public void Credit_given_ahead_is_kept()
    {
        var credit = new Credit(1);

        credit.Give();
        Assert.True(credit.TakeAsync().AsTask().IsCompletedSuccessfully);
        Assert.True(credit.TakeAsync().AsTask().IsCompletedSuccessfully);
        Assert.False(credit.TakeAsync().AsTask().IsCompleted);
    }

    [Fact]
    public async Task When_there_is_nobody_left_to_give_everything_goes_through()
    {
        var credit = new Credit(0);
        var take = credit.TakeAsync().AsTask();

        credit.Lift();
        await take.WaitAsync(Person.Patience);
        credit.Give();
        for (var i = 0; i < 100_000; i++)
        {
            Assert.True(credit.TakeAsync().AsTask().IsCompletedSuccessfully);
        }
    }

    [Fact]
    public async Task The_reader_goes_on_in_its_own_time_and_not_in_the_givers()
    {
        var credit = new Credit(0);
        using var giving = new ThreadLocal<bool>();
        var reader = IsReaderInsideGiveAsync();

        giving.Value = true;
        credit.Give();
        giving.Value = false;

        Assert.False(await reader.WaitAsync(Person.Patience));

        async Task<bool> IsReaderInsideGiveAsync()
        {
            await credit.TakeAsync();
            return giving.Value;
        }
    }

    [Fact]
    public async Task A_reader_and_a_giver_at_once_lose_nothing()
    {
        const int Frames = 200_000;
        var credit = new Credit(4);
        var reader = Task.Run(async () =>
        {
            for (var i = 0; i < Frames; i++)
            {
                await credit.TakeAsync();
            }
        });

        for (var i = 4; i < Frames; i++)
        {
            credit.Give();
        }

        await reader.WaitAsync(Person.Patience);
        Assert.False(credit.IsSpent);
        Assert.False(credit.TakeAsync().AsTask().IsCompleted);
    }
}
