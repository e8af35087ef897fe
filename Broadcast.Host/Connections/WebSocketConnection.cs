using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Akka.Actor;
using Broadcast.Actors.Sessions;
using Broadcast.Actors.Wire;
using Microsoft.AspNetCore.Connections;

namespace Broadcast.Host.Connections;

/// <summary>
/// One WebSocket. It is the only reader: it tells the session what the peer says, one frame for one credit. It writes
/// nothing itself; the session writes through it.
/// </summary>
[SuppressMessage(
    "Design", "CA1001:Types that own disposable fields should be disposable", Justification = "They hold memory and nothing else; the server closes the connection.")]
internal sealed class WebSocketConnection : IConnection
{
    /// <summary>How many frames a peer may be ahead of the room.</summary>
    public const int FramesAhead = 32;

    // A line usually fits; longer ones grow the buffer, up to the limit that the stream enforces.
    private const int FirstBuffer = 1024;

    private static readonly TimeSpan OpeningTime = TimeSpan.FromSeconds(10);

    // How long a peer may take to close after our close frame, before the socket is cut.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(2);

    private readonly ConnectionContext _connection;
    private readonly Socket _socket;
    private readonly SessionStream _stream;
    private readonly WebSocket _webSocket;
    private readonly TimeProvider _time;
    private readonly Credit _credit = new(FramesAhead);
    private readonly TaskCompletionSource _attached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private IActorRef _session = ActorRefs.Nobody;
    private bool _hungUp;
    private ITimer? _deadline;

    /// <summary>A connection that has been upgraded.</summary>
    /// <param name="connection">Where it reads.</param>
    /// <param name="socket">Where the session writes.</param>
    /// <param name="messageBytes">The largest message it takes, in bytes.</param>
    /// <param name="time">Measures silence and the time to close.</param>
    public WebSocketConnection(ConnectionContext connection, Socket socket, int messageBytes, TimeProvider time)
    {
        _connection = connection;
        _socket = socket;
        _time = time;
        _stream = new SessionStream(connection.Transport.Input.AsStream(), messageBytes, time) { OnControl = OnControlAsync };

        // Pings are the sessions' affair: one timer for all of them.
        _webSocket = WebSocket.CreateFromStream(
            _stream, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = Timeout.InfiniteTimeSpan });
    }

    /// <inheritdoc/>
    public long LastHeard => _credit.IsSpent ? _time.GetTimestamp() : _stream.LastHeard;

    /// <summary>What the peer did to be sent away, if it did.</summary>
    public CloseReason? Offence { get; private set; }

    /// <summary>Lives from the upgrade until the socket may be closed.</summary>
    /// <param name="sessions">Where a session is to be had.</param>
    /// <param name="name">The name that the peer gave.</param>
    public async Task RunAsync(IActorRef sessions, RequestedName name)
    {
        sessions.Tell(new Open(this, name.Text, name.IsUnreadable));
        await _attached.Task.WaitAsync(OpeningTime, _time);
        var closedByPeer = await ReadAsync();
        await _finished.Task;
        if (!closedByPeer)
        {
            await DrainAsync();
        }

        // Set, where it is, before the session has finished.
        _deadline?.Dispose();
    }

    /// <inheritdoc/>
    public void Attach(IActorRef session)
    {
        _session = session;
        _attached.TrySetResult();
    }

    /// <inheritdoc/>
    public WriteOutcome Write(ReadOnlyMemory<byte> frames)
    {
        try
        {
            var taken = _socket.Send(frames.Span, SocketFlags.None, out var error);
            if (error is not (SocketError.Success or SocketError.WouldBlock))
            {
                return WriteOutcome.Gone;
            }

            if (error == SocketError.Success && taken == frames.Length)
            {
                return WriteOutcome.Taken;
            }

            _ = SendAsync(error == SocketError.Success ? frames[taken..] : frames);
            return WriteOutcome.UnderWay;
        }
        catch (ObjectDisposedException)
        {
            return WriteOutcome.Gone;
        }
    }

    /// <inheritdoc/>
    public void Grant() => _credit.Give();

    /// <inheritdoc/>
    public void Finish(bool said)
    {
        if (said)
        {
            _deadline = _time.CreateTimer(
                static connection => ((WebSocketConnection)connection!).OnDeadline(), this, DrainTime, DrainTime);
        }
        else
        {
            _connection.Abort();
        }

        _credit.Lift();
        _finished.TrySetResult();
    }

    // First the peer is waited for no longer: the socket closes as usual. If even that has not happened by the second
    // time, because the peer takes nothing, the socket is cut.
    private void OnDeadline()
    {
        if (_hungUp)
        {
            _deadline!.Dispose();
            _connection.Abort();
            return;
        }

        _hungUp = true;
        StopReading();
    }

    private void StopReading()
    {
        try
        {
            // A cancelled read would leave the WebSocket half way; a read that ends lets everything end as usual.
            _socket.Shutdown(SocketShutdown.Receive);
        }
        catch (Exception e) when (IsGone(e))
        {
            // It is closed already.
        }
    }

    private static bool IsGone(Exception e) =>
        e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException or WebSocketException;

    private async Task SendAsync(ReadOnlyMemory<byte> frames)
    {
        try
        {
            while (!frames.IsEmpty)
            {
                frames = frames[await _socket.SendAsync(frames)..];
            }

            _session.Tell(Written.Instance);
        }
        catch (Exception e) when (IsGone(e))
        {
            _session.Tell(Lost.Instance);
        }
    }

    // Until the peer has closed (true), or there is nothing more to be read from it as frames.
    private async Task<bool> ReadAsync()
    {
        try
        {
            while (true)
            {
                await _credit.TakeAsync();
                if (await ReceiveAsync() is not { } text)
                {
                    _session.Tell(new PeerClosed((ushort)_webSocket.CloseStatus!.Value));
                    return true;
                }

                _session.Tell(new Received(text));
            }
        }
        catch (Exception e) when (IsGone(e))
        {
            // The parser says itself what it found, see OnControlAsync.
            if (_stream.Offence is { } offence)
            {
                Offend(offence);
            }
            else if (Offence is null)
            {
                _session.Tell(Lost.Instance);
            }

            return false;
        }
    }

    // One whole text message; null for a close frame.
    private async ValueTask<string?> ReceiveAsync()
    {
        // Waits without a buffer, so that an idle connection holds none.
        var received = await _webSocket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
        if (received.EndOfMessage || received.MessageType == WebSocketMessageType.Close)
        {
            return received.MessageType == WebSocketMessageType.Close ? null : "";
        }

        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            var length = 0;
            while (!received.EndOfMessage)
            {
                if (length == buffer.Length)
                {
                    var longer = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.CopyTo(longer, 0);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = longer;
                }

                received = await _webSocket.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }

                length += received.Count;
            }

            return Encoding.UTF8.GetString(buffer, 0, length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask OnControlAsync(Opcode opcode, ReadOnlyMemory<byte> payload)
    {
        if (opcode == Opcode.Close)
        {
            // The parser knows the code, we know the sentence.
            Offend(CloseReason.FromCode(BinaryPrimitives.ReadUInt16BigEndian(payload.Span)));
            return;
        }

        await _credit.TakeAsync();
        _session.Tell(new Pinged(payload));
    }

    private void Offend(CloseReason offence)
    {
        Offence = offence;
        _session.Tell(new Offended(offence));
    }

    private async Task DrainAsync()
    {
        try
        {
            await _stream.DrainAsync();
        }
        catch (Exception e) when (IsGone(e))
        {
            // It is gone: that is what was waited for.
        }
    }
}
