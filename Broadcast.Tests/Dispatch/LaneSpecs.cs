using System.Threading.Channels;
using Akka.Dispatch;
using Broadcast.Actors.Dispatch;
using Broadcast.Tests.Hosting;

namespace Broadcast.Tests.Dispatch;

public sealed class LaneSpecs
{
    [Fact]
    public async Task What_enters_is_done_once_in_its_order_and_one_at_a_time()
    {
        const int enterers = 8, each = 20_000;
        var lane = new Lane();
        var done = Channel.CreateUnbounded<(int Enterer, int Number)>();
        var inside = 0;

        await Task.WhenAll(Enumerable.Range(0, enterers).Select(enterer => Task.Factory.StartNew(
            () =>
            {
                for (var number = 0; number < each; number++)
                {
                    var mine = (enterer, number);
                    lane.Enter(new Run(() =>
                    {
                        Assert.Equal(1, Interlocked.Increment(ref inside));
                        done.Writer.TryWrite(mine);
                        Interlocked.Decrement(ref inside);
                    }));
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        var next = new int[enterers];
        using var deadline = new CancellationTokenSource(Person.Patience);
        for (var i = 0; i < enterers * each; i++)
        {
            var (enterer, number) = await done.Reader.ReadAsync(deadline.Token);
            Assert.Equal(next[enterer]++, number);
        }
    }

    [Fact]
    public async Task What_enters_from_within_comes_behind_what_was_there()
    {
        var lane = new Lane();
        var done = Channel.CreateUnbounded<string>();
        lane.Enter(new Run(() =>
        {
            lane.Enter(new Run(() => done.Writer.TryWrite("second")));
            lane.Enter(new Run(() => done.Writer.TryWrite("third")));
            done.Writer.TryWrite("first");
        }));
        using var deadline = new CancellationTokenSource(Person.Patience);
        foreach (var expected in new[] { "first", "second", "third" })
        {
            Assert.Equal(expected, await done.Reader.ReadAsync(deadline.Token));
        }
    }

    private sealed class Run(Action action) : IRunnable
    {
        void IRunnable.Run() => action();

        public void Execute() => action();
    }
}
