using System.Net.Sockets;

namespace Broadcast.Host.Listening;

/// <summary>TCP as it is.</summary>
internal sealed class TcpTransport : Transport
{
    /// <param name="socket">Accepted; from here on it does not block.</param>
    public TcpTransport(Socket socket)
        : base(socket) =>
        // Neither reading nor writing ever blocks: what cannot be done at once is done asynchronously.
        socket.Blocking = false;

    /// <inheritdoc/>
    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Socket.ReceiveAsync(buffer, cancellationToken);

    /// <inheritdoc/>
    public override ValueTask<int?> ReceiveAtOnceAsync(Memory<byte> buffer)
    {
        var received = Socket.Receive(buffer.Span, SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success => new ValueTask<int?>(received),
            SocketError.WouldBlock => default,
            _ => throw new SocketException((int)error),
        };
    }

    /// <inheritdoc/>
    public override async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await Socket.SendAsync(bytes, cancellationToken)..];
        }
    }

    /// <inheritdoc/>
    protected override bool TrySendAtOnce(ReadOnlyMemory<byte> bytes, out ValueTask rest)
    {
        var taken = Socket.SendAtOnce(bytes.Span);
        var isTaken = taken == bytes.Length;
        rest = isTaken ? default : SendAsync(bytes[taken..]);
        return isTaken;
    }
}
