using Akka.Dispatch;

namespace Broadcast.Actors.Dispatch;

/// <summary>
/// A line of work that one thread of the pool does at a time, in the order in which it came. Many may enter, at any
/// time; nobody ever waits.
/// </summary>
internal sealed class Lane : IThreadPoolWorkItem
{
    // After so much the pool's thread is given back for a moment, so that sockets are read, too, while the lane is full:
    // after some steps of the room, which looks for what has come in after each.
    private const int MostAtOnce = 128;

    private const int Idle = 0;
    private const int Busy = 1;

    private readonly WaitingLine<IRunnable> _line = new();
    private int _state;

    /// <summary>Gets in line.</summary>
    public void Enter(IRunnable run)
    {
        _line.Add(run);
        ScheduleUnlessBusy();
    }

    /// <inheritdoc/>
    public void Execute()
    {
        for (var done = 0; done < MostAtOnce; done++)
        {
            if (!_line.TryTake(out var run))
            {
                // Whoever enters from here on schedules; who did just before is looked for once more.
                _ = Interlocked.Exchange(ref _state, Idle);
                if (!_line.IsEmpty)
                {
                    ScheduleUnlessBusy();
                }

                return;
            }

            run.Run();
        }

        Schedule();
    }

    private void ScheduleUnlessBusy()
    {
        if (Interlocked.Exchange(ref _state, Busy) == Idle)
        {
            Schedule();
        }
    }

    private void Schedule() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
}
