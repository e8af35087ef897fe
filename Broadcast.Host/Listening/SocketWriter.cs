using System.Buffers;
using System.IO.Pipelines;

namespace Broadcast.Host.Listening;

/// <summary>
/// What HTTP writes to: straight to the transport, nothing in between. So the 101 is on its way before anybody else
/// writes, and once HTTP has ended nothing of it is left.
/// </summary>
internal sealed class SocketWriter(Transport transport) : PipeWriter
{
    private readonly ArrayBufferWriter<byte> _written = new(512);

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc/>
    public override long UnflushedBytes => _written.WrittenCount;

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0) => _written.GetMemory(sizeHint);

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => _written.GetSpan(sizeHint);

    /// <inheritdoc/>
    public override void Advance(int bytes) => _written.Advance(bytes);

    /// <inheritdoc/>
    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await transport.SendAsync(_written.WrittenMemory, cancellationToken);
            _written.ResetWrittenCount();
            return new FlushResult(isCanceled: false, isCompleted: false);
        }
        catch (Exception e) when (e.IsGone())
        {
            // HTTP takes a completed reader for a peer that has gone.
            return new FlushResult(isCanceled: false, isCompleted: true);
        }
    }

    /// <inheritdoc/>
    public override void CancelPendingFlush()
    {
    }

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
    }
}
