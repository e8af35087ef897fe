using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Broadcast.Host.Connections;
using Microsoft.AspNetCore.Connections;

namespace Broadcast.Host.Listening;

/// <summary>Accepts connections on one of the sockets that are bound already, and gives each to HTTP.</summary>
/// <param name="socket">Bound and listening.</param>
/// <param name="transportOn">What goes on top of an accepted socket.</param>
/// <param name="reception">Is told of those that have no answer yet.</param>
/// <param name="handshake">How long a connection may take to be answered; infinite where it does not matter.</param>
/// <param name="mostDescriptors">The descriptors that a connection may have: those under this one.</param>
/// <param name="refusals">Where it says that a connection could not be accepted.</param>
/// <param name="time">Measures it.</param>
internal sealed class SocketListener(
    Socket socket, Func<Socket, Transport> transportOn, Reception reception, TimeSpan handshake, int mostDescriptors, RefusalLog refusals, TimeProvider time)
    : IConnectionListener, IDisposable
{
    // The kernel lets a socket's buffer grow to megabytes, and says that there is room again when a third of it is free:
    // that is much to hold for a stuck reader, and long for a slow one to show that it is alive.
    private const int SendBufferBytes = 128 * 1024;

    // The system's own words for it do not say whose limit it is.
    private const string NoDescriptors = "no descriptors are left for connections; raise the limit of open files (ulimit -n, or LimitNOFILE of systemd)";

    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);

    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "Without a timer there is nothing to dispose of.")]
    private readonly CancellationTokenSource _unbound = new();

    private long _lastId;

    /// <inheritdoc/>
    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Socket? accepted = null;
            try
            {
                accepted = await socket.AcceptAsync(cancellationToken);
                if (accepted.SafeHandle.DangerousGetHandle() is var descriptor && descriptor >= mostDescriptors
                    && (!await TryMakeRoomAsync(cancellationToken) || descriptor >= mostDescriptors + OpenFiles.Stretch))
                {
                    // The process needs some of its own.
                    accepted.Dispose();
                    continue;
                }

                accepted.NoDelay = true;
                accepted.SendBufferSize = SendBufferBytes;
                return Welcome(transportOn(accepted));
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                // Unbound.
                return null;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                // The peer went while it was being accepted.
                accepted?.Dispose();
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.TooManyOpenSockets)
            {
                accepted?.Dispose();
                _ = await TryMakeRoomAsync(cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // There is no memory left, say. HTTP would take any exception for the end of listening, and the server
                // would live on and let nobody in.
                accepted?.Dispose();
                refusals.Warn("a connection", e.Message);
                await Task.Delay(Breath, cancellationToken);
            }
        }
    }

    private HttpConnection Welcome(Transport transport)
    {
        var from = transport.RemoteEndPoint;
        var connection = new HttpConnection(
            $"{Interlocked.Increment(ref _lastId)}", transport, handshake, time, answered => reception.Answered(answered, from), _unbound.Token);
        reception.Arrived(connection, from);
        return connection;
    }

    // Who says nothing has a descriptor, too. Where everybody is in, they come back as people leave, and until then there is
    // nothing to do but wait.
    private async Task<bool> TryMakeRoomAsync(CancellationToken cancellationToken)
    {
        refusals.Warn("a connection", NoDescriptors);
        var isMade = await reception.TryMakeRoomAsync();
        if (!isMade)
        {
            await Task.Delay(Breath, cancellationToken);
        }

        return isMade;
    }

    /// <inheritdoc/>
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => DisposeAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        socket.Dispose();
        _unbound.Cancel();
    }
}
