namespace Broadcast.Verify;

/// <summary>Everything that is done here is done in turns, one at a time: what one client did and heard is nobody's at the same time.</summary>
internal static class Turns
{
    public static Task<T> RunAsync<T>(Func<Task<T>> what) =>
        Task.Factory.StartNew(what, CancellationToken.None, TaskCreationOptions.None, new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler).Unwrap();
}
