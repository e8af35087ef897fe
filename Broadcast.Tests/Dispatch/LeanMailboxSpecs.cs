using Akka.Actor;
using Broadcast.Actors.Dispatch;

namespace Broadcast.Tests.Dispatch;

public sealed class LeanMailboxSpecs
{
    private const int Busy = 1;
    private const int Idle = 0;

    // The very steps of an actor's two sides, at the same moment, over and over: one puts a message in and looks whether
    // the actor is at work; the actor goes to rest and looks whether there is a message. If each sees what was before,
    // nobody runs the actor, and the message lies there until the next one comes.
    [Fact]
    public async Task A_message_that_comes_as_its_actor_goes_to_rest_is_seen_by_one_of_the_two()
    {
        const int rounds = 200_000;
        var messages = new LeanMessages();
        var envelope = new Envelope("hi", ActorRefs.NoSender);
        var status = Busy;
        var (isRun, isSeen) = (new bool[rounds], new bool[rounds]);
        int[] met = [0, 0];

        await Task.WhenAll(
            OnItsThreadAsync(0, round =>
            {
                messages.Enqueue(ActorRefs.Nobody, envelope);
                isRun[round] = Volatile.Read(ref status) == Idle;
                Meet(0);
            }),
            OnItsThreadAsync(1, round =>
            {
                _ = Interlocked.Exchange(ref status, Idle);
                isSeen[round] = messages.HasMessages;
                Meet(1);
                Assert.True(messages.TryDequeue(out _));
                _ = Interlocked.Exchange(ref status, Busy);
            }));

        Assert.DoesNotContain(false, isRun.Zip(isSeen, (run, seen) => run || seen));

        Task OnItsThreadAsync(int side, Action<int> play) => Task.Factory.StartNew(
            () =>
            {
                for (var round = 0; round < rounds; round++)
                {
                    Meet(side);
                    play(round);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        // Both go on at the same moment, as far as two processors can: whoever is first turns round until the other is
        // there, and makes way for it where there is only one.
        void Meet(int side)
        {
            var mine = Interlocked.Increment(ref met[side]);
            for (var turns = 1; Volatile.Read(ref met[1 - side]) < mine; turns++)
            {
                if (turns % 1000 == 0)
                {
                    _ = Thread.Yield();
                }
            }
        }
    }
}
