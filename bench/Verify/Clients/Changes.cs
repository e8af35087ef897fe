namespace Broadcast.Verify.Clients;

/// <summary>Who waits for something to become so is woken when something has changed.</summary>
internal sealed class Changes
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Signal()
    {
        var due = _next;
        _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        due.SetResult();
    }

    public async Task UntilAsync(Func<bool> isSo, CancellationToken deadline)
    {
        while (!isSo())
        {
            await _next.Task.WaitAsync(deadline);
        }
    }
}
