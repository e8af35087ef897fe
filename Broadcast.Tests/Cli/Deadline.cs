namespace Broadcast.Tests.Cli;

/// <summary>Nothing in these tests is waited for without end.</summary>
internal static class Deadline
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    public static Task<T> InTimeAsync<T>(this Task<T> task) => task.WaitAsync(Limit);

    public static Task InTimeAsync(this Task task) => task.WaitAsync(Limit);

    public static Task<T> InTimeAsync<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Limit);
}
