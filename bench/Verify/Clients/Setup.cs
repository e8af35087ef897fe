using System.Diagnostics;

namespace Broadcast.Verify.Clients;

/// <summary>What all clients of a history share. They take turns on one scheduler, so nobody is in anybody's way.</summary>
/// <param name="grace">How long the server waits for one who is away.</param>
/// <param name="isRough">Whether connections break, and the server with them.</param>
/// <param name="deadline">When the history has to be over.</param>
internal sealed class Setup(TimeSpan grace, bool isRough, CancellationToken deadline)
{
    private TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<long> _gone = [];
    private long _at;

    public CancellationToken Deadline { get; } = deadline;

    public TimeSpan Grace { get; } = grace;

    public bool IsRough { get; } = isRough;

    /// <summary>The place of what happens next, among all that happens.</summary>
    public long NextPlace() => ++_at;

    /// <summary>Where the server is, as soon as there is one.</summary>
    public Task<int> PortAsync() => _port.Task.WaitAsync(Deadline);

    public void ServerIs(int port) => _port.TrySetResult(port);

    /// <summary>From now on there is none, or not for long.</summary>
    public void ServerIsGone()
    {
        _gone.Add(Stopwatch.GetTimestamp());
        _port = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>When the server that was there at a moment was ended; null where it has not been.</summary>
    public long? EndOfServerAt(long moment)
    {
        foreach (var gone in _gone)
        {
            if (gone > moment)
            {
                return gone;
            }
        }

        return null;
    }
}
