using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Broadcast.Host.Connections;
using Microsoft.AspNetCore.Connections;

namespace Broadcast.Host.Listening;

/// <summary>Accepts connections on one of the sockets that are bound already, and gives each to HTTP.</summary>
/// <param name="socket">Bound and listening.</param>
/// <param name="transportOn">What goes on top of an accepted socket.</param>
/// <param name="handshake">How long a connection may take to be answered; infinite where it does not matter.</param>
/// <param name="mostDescriptors">The descriptors that a connection may have: those under this one.</param>
/// <param name="refusals">Where it says that a connection could not be accepted.</param>
/// <param name="time">Measures it.</param>
internal sealed class SocketListener(
    Socket socket, Func<Socket, Transport> transportOn, TimeSpan handshake, int mostDescriptors, RefusalLog refusals, TimeProvider time)
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

    private readonly Unanswered _unanswered = new();
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
                if (accepted.SafeHandle.DangerousGetHandle() >= mostDescriptors)
                {
                    // Connections that say nothing have descriptors, too, and the process needs some of its own.
                    throw new SocketException((int)SocketError.TooManyOpenSockets);
                }

                accepted.NoDelay = true;
                accepted.SendBufferSize = SendBufferBytes;
                var connection = new HttpConnection($"{Interlocked.Increment(ref _lastId)}", transportOn(accepted), handshake, time, _unbound.Token);
                _unanswered.Add(connection);
                return connection;
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
                refusals.Warn("a connection", NoDescriptors);
                if (!_unanswered.MakeRoom())
                {
                    // Descriptors come back as people leave; until then there is nothing to do but wait.
                    await Task.Delay(Breath, cancellationToken);
                }
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
