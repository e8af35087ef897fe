using Akka.Dispatch;

namespace Broadcast.Actors.Dispatch;

/// <summary>
/// A line of work that one thread of the pool does at a time, in the order in which it came. Many may enter, at any
/// time; nobody ever waits.
/// </summary>
internal sealed class Lane : IThreadPoolWorkItem
{
    // After so much the pool's thread is given back for a moment, so that sockets are read, too, while the lane is full.
    private const int MostAtOnce = 1024;

    private const int Idle = 0;
    private const int Busy = 1;

    // Enter appends behind the last; Execute, of which there is one at a time, takes from the first. The first one has
    // been done already: it is there so that the line is never without an element.
    private Work _first;
    private Work _last;
    private int _state;

    public Lane() => _first = _last = new Work(null);

    /// <summary>Gets in line.</summary>
    public void Enter(IRunnable run)
    {
        var work = new Work(run);
        Volatile.Write(ref Interlocked.Exchange(ref _last, work).Next, work);
        ScheduleUnlessBusy();
    }

    /// <inheritdoc/>
    public void Execute()
    {
        for (var done = 0; done < MostAtOnce; done++)
        {
            if (Volatile.Read(ref _first.Next) is not { } next)
            {
                // Whoever enters from here on schedules; who was just about to is looked for once more.
                _ = Interlocked.Exchange(ref _state, Idle);
                if (Volatile.Read(ref _first.Next) is not null)
                {
                    ScheduleUnlessBusy();
                }

                return;
            }

            var run = next.Run!;
            next.Run = null;
            _first = next;
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

    private sealed class Work(IRunnable? run)
    {
        public IRunnable? Run = run;
        public Work? Next;
    }
}
