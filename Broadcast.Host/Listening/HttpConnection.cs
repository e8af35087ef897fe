using System.Buffers;
using System.IO.Pipelines;
using Broadcast.Actors;
using Broadcast.Actors.Door;
using Microsoft.AspNetCore.Connections;

namespace Broadcast.Host.Listening;

/// <summary>
/// A connection for as long as it speaks HTTP. The server's HTTP reads the request and answers it; when the answer was a
/// 101, it ends, and with it go its buffers, its context and its timers. What is left is the transport, and whoever took it
/// over. That has to happen within a time from the accept, whatever the peer sends or does not send: the server's HTTP
/// has no clock for one that sends nothing.
/// </summary>
internal sealed class HttpConnection : DefaultConnectionContext, IVisitor
{
    // How long a peer that has been refused may take to read that and to close.
    private static readonly TimeSpan LingerTime = TimeSpan.FromSeconds(2);

    private const int DropBytes = 4096;

    // Waits without a buffer; reads in pieces of the usual size.
    private static readonly StreamPipeReaderOptions Reading = new(useZeroByteReads: true, leaveOpen: true);

    private const int Speaking = 0;
    private const int HandedOver = 1;
    private const int Cut = 2;

    private readonly Transport _transport;
    private readonly PipeReader _input;
    private readonly TimeSpan _handshake;
    private readonly TimeProvider _time;
    private readonly ITimer _deadline;
    private readonly CancellationTokenRegistration _unbinding;
    private readonly Action<HttpConnection> _answered;
    private readonly long _begun;
    private bool _isAnew;
    private Action<Transport, byte[]>? _life;
    private Action? _stillborn;
    private int _state = Speaking;

    /// <param name="id">What the server's HTTP calls it.</param>
    /// <param name="transport">Where it reads and writes.</param>
    /// <param name="handshake">How long all of it may take; infinite where that does not matter.</param>
    /// <param name="time">Measures it.</param>
    /// <param name="answered">Is called when it has been answered, or has gone.</param>
    /// <param name="unbound">That nobody is listened for any more: who has not finished asking by then is not waited for.</param>
    public HttpConnection(string id, Transport transport, TimeSpan handshake, TimeProvider time, Action<HttpConnection> answered, CancellationToken unbound)
        : base(id)
    {
        _transport = transport;
        _handshake = handshake;
        _time = time;
        _answered = answered;
        _begun = time.GetTimestamp();
        LocalEndPoint = transport.LocalEndPoint;
        RemoteEndPoint = transport.RemoteEndPoint;
        _input = PipeReader.Create(new RequestStream(ReceiveAsync), Reading);
        Transport = new HttpTransport(new HttpInput(_input), new SocketWriter(transport));
        Features.Set(this);
        _deadline = time.CreateTimer(static connection => ((HttpConnection)connection!).OnLate(), this, handshake, Timeout.InfiniteTimeSpan);
        _unbinding = unbound.UnsafeRegister(static connection => ((HttpConnection)connection!).OnUnbound(), this);
    }

    /// <summary>Says who takes over when HTTP has ended.</summary>
    /// <param name="life">Is given the transport, and what came behind the request.</param>
    /// <param name="stillborn">Is called instead where the peer was gone before it could be answered.</param>
    public void HandOver(Action<Transport, byte[]> life, Action stillborn) => (_life, _stillborn) = (life, stillborn);

    /// <inheritdoc/>
    public bool TryCut()
    {
        var isUnanswered = Interlocked.CompareExchange(ref _state, Cut, Speaking) == Speaking;
        if (isUnanswered)
        {
            _transport.Cut();
        }

        return isUnanswered;
    }

    /// <inheritdoc/>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        _ = Interlocked.CompareExchange(ref _state, Cut, Speaking);
        _transport.Cut();
    }

    /// <summary>HTTP has ended.</summary>
    public override async ValueTask DisposeAsync()
    {
        byte[] behind = _input.TryRead(out var read) ? read.Buffer.ToArray() : [];
        await _input.CompleteAsync();
        await _deadline.DisposeAsync();
        await _unbinding.DisposeAsync();
        if (_life is { } life && Interlocked.CompareExchange(ref _state, HandedOver, Speaking) == Speaking)
        {
            life(_transport, behind);
        }
        else
        {
            _stillborn?.Invoke();
            await LingerAsync();
            _transport.CloseInOrder();
        }

        _answered(this);
        await base.DisposeAsync();
    }

    // The reader finds the end.
    private void OnLate()
    {
        if (!_isAnew && _time.HasOverslept(_begun, _handshake, _time.GetTimestamp()))
        {
            _isAnew = true;
            _ = _deadline.Change(_handshake, Timeout.InfiniteTimeSpan);
            return;
        }

        if (Interlocked.CompareExchange(ref _state, Cut, Speaking) == Speaking)
        {
            _transport.ShutDown();
        }
    }

    // Who is being answered is, and who sends a request bit by bit does not hold up the end.
    private void OnUnbound()
    {
        if (Volatile.Read(ref _state) == Speaking)
        {
            _transport.StopListening();
        }
    }

    // RFC 9112 9.6: an answer is not read if a reset overtakes it, as it does where bytes have not been read.
    private async Task LingerAsync()
    {
        using var enough = new CancellationTokenSource(LingerTime);
        var buffer = ArrayPool<byte>.Shared.Rent(DropBytes);
        try
        {
            _transport.FinishSending();
            while (await _transport.ReceiveAsync(buffer, enough.Token) > 0)
            {
            }
        }
        catch (Exception e) when (e.IsGone() || e is OperationCanceledException or InvalidOperationException)
        {
            // The peer was faster, or has had its time; or TLS was never agreed on.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await _transport.ReceiveAsync(buffer, cancellationToken);
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
