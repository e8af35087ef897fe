using System.Buffers;
using Akka.Actor;
using Broadcast.Actors.Sessions;
using Broadcast.Actors.Wire;
using Broadcast.Host.Listening;

namespace Broadcast.Host.Connections;

/// <summary>
/// One WebSocket, from the upgrade until its socket is closed. It is the socket's only reader: it tells the session what
/// the peer says, one message for one credit. It writes nothing itself; the session writes through it.
/// </summary>
internal sealed class WebSocketConnection : IConnection
{
    /// <summary>How many messages a peer may be ahead of the room.</summary>
    public const int MessagesAhead = 32;

    // A line usually fits, and many short ones.
    private const int ReadBytes = 4096;

    // How long a peer may take to close after our close frame, before it is waited for no longer.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(2);

    private readonly Transport _transport;
    private readonly FrameReader _frames;
    private readonly Action _gone;
    private readonly RefusalLog _refusals;
    private readonly TimeProvider _time;
    private readonly Credit _credit = new(MessagesAhead);

    private IActorRef _session = ActorRefs.Nobody;
    private byte[] _behind;
    private long _lastHeard;
    private volatile bool _isFinished;

    // The peer has had its time to close. What it still sends is left unread: over a socket that is closed then it is reset,
    // and one whose last bytes were read behind the shutdown would wait for room in a window that nobody opens any more.
    private volatile bool _isLate;

    // Of the peer and the session, how many have said their last: behind both there is nothing more to send.
    private int _closed;
    private int _hasGivenItsPlaceBack;

    // The socket is closed by the last of its reader and its session to end.
    private int _ended;
    private ITimer? _deadline;

    /// <summary>A connection that has been upgraded.</summary>
    /// <param name="transport">Closed in the end.</param>
    /// <param name="behind">What came behind the request.</param>
    /// <param name="messageBytes">The largest message it takes, in bytes.</param>
    /// <param name="gone">Is called in the end: its place is free.</param>
    /// <param name="refusals">Where it says that it sent the peer away.</param>
    /// <param name="time">Measures silence and the time to close.</param>
    public WebSocketConnection(
        Transport transport, byte[] behind, int messageBytes, Action gone, RefusalLog refusals, TimeProvider time)
    {
        _transport = transport;
        _behind = behind;
        _frames = new FrameReader(messageBytes);
        _gone = gone;
        _refusals = refusals;
        _time = time;
        _lastHeard = time.GetTimestamp();
    }

    /// <inheritdoc/>
    public long LastHeard => _credit.IsSpent ? _time.GetTimestamp() : Volatile.Read(ref _lastHeard);

    /// <inheritdoc/>
    public long Acknowledged => _transport.Acknowledged;

    /// <inheritdoc/>
    public bool IsGone => _transport.IsShutDown;

    /// <summary>Asks for a session.</summary>
    /// <param name="sessions">Where one is to be had.</param>
    /// <param name="name">The name that the peer gave.</param>
    /// <param name="form">The form that it has chosen.</param>
    /// <param name="standing">What the request has shown of who it is.</param>
    public void Open(IActorRef sessions, RequestedName name, WireForm form, Standing standing) =>
        sessions.Tell(new Open(this, name.Text, name.IsUnreadable, form, standing));

    /// <inheritdoc/>
    public void Attach(IActorRef session)
    {
        _session = session;
        ThreadPool.UnsafeQueueUserWorkItem(static connection => _ = connection.ReadAsync(), this, preferLocal: false);
    }

    /// <inheritdoc/>
    public bool TryWrite(ReadOnlyMemory<byte> frames)
    {
        if (_transport.TrySend(frames, out var rest))
        {
            return true;
        }

        _ = FinishAsync(rest);
        return false;
    }

    /// <inheritdoc/>
    public void Grant()
    {
        if (_credit.IsSpent)
        {
            // It was not listened to until now.
            Volatile.Write(ref _lastHeard, _time.GetTimestamp());
        }

        _credit.Give();
    }

    /// <inheritdoc/>
    public void Blame(CloseReason reason) => _refusals.Warn(_transport.RemoteEndPoint, reason.Text);

    /// <inheritdoc/>
    public void Finish(bool said)
    {
        _isFinished = true;
        if (said)
        {
            CloseHalf();
            _deadline = _time.CreateTimer(
                static connection => ((WebSocketConnection)connection!).OnLate(), this, DrainTime, Timeout.InfiniteTimeSpan);
        }
        else
        {
            // With a reset: there is nothing to wait for.
            _transport.Cut();
        }

        _credit.Lift();
        End();
    }

    private void OnLate()
    {
        _isLate = true;
        _transport.CloseInOrder();
    }

    private async Task FinishAsync(ValueTask rest)
    {
        try
        {
            await rest;
        }
        catch (Exception e) when (e.IsGone())
        {
            // The reader finds the end, behind what the peer had said.
            _transport.ShutDown();
        }
        finally
        {
            _session.Tell(Written.Instance);
        }
    }

    // Until the peer has finished sending. Behind its close frame or an offence, and when the session has ended, what
    // comes is dropped, so that a reset does not eat the close frame that says why.
    private async Task ReadAsync()
    {
        PeerSays? last = null;
        try
        {
            await TellAsync(_behind);
            _behind = [];
            while (last is null && !_isLate)
            {
                // Waits without a buffer, so that an idle connection holds none.
                var readable = _transport.ReceiveAsync(Memory<byte>.Empty);
                if (readable.IsCompleted)
                {
                    // Who sends without end has no thread to itself.
                    await Task.Yield();
                }

                _ = await readable;
                if (!await ReceiveAsync())
                {
                    last = PeerClosed.Silently;
                }
            }
        }
        catch (Exception e) when (e.IsGone())
        {
            // Told below.
        }
        finally
        {
            if (!_frames.IsOver)
            {
                _session.Tell(last ?? (object)Lost.Instance);
            }

            End();
        }
    }

    // What has come; false where the peer has finished sending.
    private async ValueTask<bool> ReceiveAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
        try
        {
            if (await _transport.ReceiveAtOnceAsync(buffer) is not { } received)
            {
                return true;
            }

            Volatile.Write(ref _lastHeard, _time.GetTimestamp());
            await TellAsync(buffer.AsMemory(0, received));
            return received > 0;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask TellAsync(Memory<byte> bytes)
    {
        while (!bytes.IsEmpty && !_frames.IsOver)
        {
            if (_isFinished)
            {
                _frames.DropTheRest();
            }

            var said = _frames.Read(bytes.Span, out var taken);
            bytes = bytes[taken..];
            if (_frames.IsOver)
            {
                CloseHalf();
            }

            switch (said)
            {
                case null:
                    continue;
                case Received or Pinged or Idled:
                    await _credit.TakeAsync();
                    break;
            }

            _session.Tell(said);
        }
    }

    // RFC 6455 7.1.1: the server is the first to close its socket. The peer then is no member any more.
    private void CloseHalf()
    {
        if (Interlocked.Increment(ref _closed) == 2)
        {
            GiveItsPlaceBack();
            _transport.FinishSending();
        }
    }

    private void GiveItsPlaceBack()
    {
        if (Interlocked.Exchange(ref _hasGivenItsPlaceBack, 1) == 0)
        {
            _gone();
        }
    }

    private void End()
    {
        if (Interlocked.Increment(ref _ended) < 2)
        {
            return;
        }

        // Set, where it is, before the session has ended.
        _deadline?.Dispose();
        GiveItsPlaceBack();
        _transport.CloseInOrder();
    }
}
