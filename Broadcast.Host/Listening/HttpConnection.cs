using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Broadcast.Host.Listening;

/// <summary>
/// A connection for as long as it speaks HTTP. The server's HTTP reads the request and answers it; when the answer was a
/// 101, it ends, and with it go its buffers, its context and its timers. What is left is the socket, and whoever took it
/// over.
/// </summary>
internal sealed class HttpConnection : DefaultConnectionContext
{
    // Waits without a buffer; reads in pieces of the usual size.
    private static readonly StreamPipeReaderOptions Reading = new(useZeroByteReads: true, leaveOpen: true);

    private readonly Socket _socket;
    private readonly PipeReader _input;
    private Action<Socket, byte[]>? _life;
    private Action? _stillborn;
    private bool _isAborted;

    /// <param name="id">What the server's HTTP calls it.</param>
    /// <param name="socket">The socket, accepted and not blocking.</param>
    public HttpConnection(string id, Socket socket)
        : base(id)
    {
        _socket = socket;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        _input = PipeReader.Create(new RequestStream(ReceiveAsync), Reading);
        Transport = new HttpTransport(new HttpInput(_input), new SocketWriter(socket));
        Features.Set(this);
    }

    /// <summary>Says who takes over when HTTP has ended.</summary>
    /// <param name="life">Is given the socket, and what came behind the request.</param>
    /// <param name="stillborn">Is called instead where the peer was gone before it could be answered.</param>
    public void HandOver(Action<Socket, byte[]> life, Action stillborn) => (_life, _stillborn) = (life, stillborn);

    /// <inheritdoc/>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        Volatile.Write(ref _isAborted, true);
        _socket.Close(timeout: 0);
    }

    /// <summary>HTTP has ended.</summary>
    public override async ValueTask DisposeAsync()
    {
        byte[] behind = _input.TryRead(out var read) ? read.Buffer.ToArray() : [];
        await _input.CompleteAsync();
        if (_life is { } life && !Volatile.Read(ref _isAborted))
        {
            life(_socket, behind);
        }
        else
        {
            _socket.CloseInOrder();
            _stillborn?.Invoke();
        }

        await base.DisposeAsync();
    }

    private async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await _socket.ReceiveAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (e.IsGone())
        {
            throw new ConnectionResetException("The peer has gone.", e);
        }
    }

    private sealed record HttpTransport(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>What HTTP reads from. HTTP's end is not the connection's.</summary>
    private sealed class HttpInput(PipeReader input) : PipeReader
    {
        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => input.ReadAsync(cancellationToken);

        public override bool TryRead(out ReadResult result) => input.TryRead(out result);

        public override void AdvanceTo(SequencePosition consumed) => input.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => input.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => input.CancelPendingRead();

        public override void Complete(Exception? exception = null)
        {
        }
    }
}
