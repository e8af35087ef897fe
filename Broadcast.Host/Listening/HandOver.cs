using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Broadcast.Host.Listening;

/// <summary>
/// Lets a connection outlive its HTTP. The server's HTTP reads the request and answers 101; then it ends, and with it
/// go its buffers, its context and its timers. What is left of the connection is its socket, and whoever took it over.
/// </summary>
internal sealed class HandOver
{
    // The kernel lets a socket's buffer grow to megabytes, and says that there is room again when a third of it is free:
    // that is much to hold for a stuck reader, and long for a slow one to show that it is alive.
    private const int SendBufferBytes = 128 * 1024;

    private Func<Task>? _life;

    private HandOver(ConnectionContext connection)
    {
        Connection = connection;
        Socket = connection.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
    }

    /// <summary>The connection, which reads from the socket.</summary>
    public ConnectionContext Connection { get; }

    /// <summary>The socket, written to by one at a time: HTTP until the hand-over, then who took over.</summary>
    public Socket Socket { get; }

    /// <summary>Connection middleware, for in front of HTTP.</summary>
    public static ConnectionDelegate Offer(ConnectionDelegate next) => async connection =>
    {
        var handOver = new HandOver(connection);
        await handOver.ServeHttpAsync(next);
        if (handOver._life is { } life)
        {
            await life();
        }
    };

    /// <summary>Says who takes over when HTTP has ended. The connection is closed when the returned task completes.</summary>
    public void To(Func<Task> life) => _life = life;

    private async Task ServeHttpAsync(ConnectionDelegate next)
    {
        // Sending never blocks: what the socket does not take at once is sent asynchronously.
        Socket.Blocking = false;
        Socket.SendBufferSize = SendBufferBytes;
        var transport = Connection.Transport;
        var heartbeat = new Heartbeat(Connection.Features.Get<IConnectionHeartbeatFeature>());
        Connection.Features.Set<IConnectionHeartbeatFeature>(heartbeat);
        Connection.Features.Set(this);
        Connection.Transport = new HttpTransport(new RequestLineReader(transport.Input), new SocketWriter(Socket));
        try
        {
            await next(Connection);
        }
        finally
        {
            heartbeat.Stop();
            Connection.Transport = transport;
        }
    }

    private sealed record HttpTransport(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>The server's clock, for as long as HTTP needs one: it would keep HTTP's objects alive with the connection.</summary>
    private sealed class Heartbeat : IConnectionHeartbeatFeature
    {
        // Replaced, never changed: the server's clock reads it on a thread of its own.
        private volatile (Action<object> Action, object State)[] _beating = [];

        public Heartbeat(IConnectionHeartbeatFeature? server) =>
            server?.OnHeartbeat(static heartbeat => ((Heartbeat)heartbeat).Beat(), this);

        public void OnHeartbeat(Action<object> action, object state) => _beating = [.. _beating, (action, state)];

        public void Stop() => _beating = [];

        private void Beat()
        {
            foreach (var (action, state) in _beating)
            {
                action(state);
            }
        }
    }
}
