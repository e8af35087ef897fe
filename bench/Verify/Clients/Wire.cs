using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Broadcast.Verify.Clients;

/// <summary>
/// One WebSocket connection (RFC 6455) over a socket of its own, which reads when it is told to, ends as it is told to, and
/// meets the fate that it is given.
/// </summary>
internal sealed class Wire : IDisposable
{
    private const int Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Socket _socket;
    private readonly Channel<byte[]> _outgoing = Channel.CreateUnbounded<byte[]>();
    private readonly CancellationTokenSource _over = new();

    private byte[] _read = new byte[1 << 16];
    private int _from;
    private int _to;
    private TaskCompletionSource? _gate;
    private Fate? _fate;
    private bool _isStalled;
    private bool _isReset;
    private bool _isClosing;
    private bool _isDisposed;

    private Wire(Socket socket) => _socket = socket;

    /// <summary>Whether something has been done to it on purpose, so that its end is no surprise.</summary>
    public bool IsHarmed => HarmedAt is not null;

    /// <summary>When that was first done.</summary>
    public long? HarmedAt { get; private set; }

    /// <summary>When it was connected.</summary>
    public long DialledAt { get; } = Stopwatch.GetTimestamp();

    /// <summary>Whether it reads.</summary>
    public bool IsReading => _gate is null;

    /// <summary>Connects and upgrades.</summary>
    /// <param name="port">Where.</param>
    /// <param name="target">The request's target.</param>
    /// <param name="subprotocol">What it offers; null for nothing.</param>
    /// <param name="isNarrow">Whether its socket takes little that nobody reads.</param>
    /// <param name="deadline">When it has to be done.</param>
    /// <exception cref="IOException">The server is not there, or has refused it.</exception>
    public static async Task<Wire> DialAsync(int port, string target, string? subprotocol, bool isNarrow, CancellationToken deadline)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var wire = new Wire(socket);
        try
        {
            if (isNarrow)
            {
                socket.ReceiveBufferSize = 4096;
            }

            await socket.ConnectAsync(IPAddress.Loopback, port, deadline);
            await socket.SendAsync(
                Encoding.ASCII.GetBytes(
                    $"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + $"Sec-WebSocket-Version: 13\r\n{(subprotocol is null ? "" : $"Sec-WebSocket-Protocol: {subprotocol}\r\n")}\r\n"),
                deadline);
            await wire.ReadHeadAsync(deadline);
            _ = wire.WriteAsync();
            return wire;
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            wire.Dispose();
            throw e is OperationCanceledException ? e : new IOException(e.Message, e);
        }
    }

    public void Send(string text) => _outgoing.Writer.TryWrite(Frame(Text, Encoding.UTF8.GetBytes(text)));

    public void SendBinary() => _outgoing.Writer.TryWrite(Frame(Binary, [1, 2, 3]));

    public void SendPing() => _outgoing.Writer.TryWrite(Frame(Ping, []));

    /// <summary>Says goodbye.</summary>
    public void SendClose() => _outgoing.Writer.TryWrite(Frame(Close, [1000 >> 8, 1000 & 0xFF]));

    /// <summary>Ends the stream behind what has been sent: FIN.</summary>
    public void Finish() => _outgoing.Writer.TryComplete();

    /// <summary>Ends it at once: RST.</summary>
    public void Reset()
    {
        HarmedAt ??= Stopwatch.GetTimestamp();
        _isReset = true;
        if (!_isDisposed)
        {
            _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        Dispose();
    }

    /// <summary>From now on it meets this.</summary>
    public void Meet(Fate fate) => _fate = fate;

    /// <summary>What was to happen to it does not.</summary>
    public void Spare() => _fate = null;

    /// <summary>Reads no further until told to go on.</summary>
    public void Pause() => _gate ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void GoOn()
    {
        _gate?.SetResult();
        _gate = null;
    }

    /// <summary>What it brings next.</summary>
    public async Task<Arrived> ReceiveAsync()
    {
        try
        {
            while (true)
            {
                if (First() is not { } frame)
                {
                    if (!await ReadMoreAsync())
                    {
                        return new Ended(Code: null, "the stream ended");
                    }

                    continue;
                }

                switch (frame.Opcode)
                {
                    case Text:
                        return new TextFrame(Strict.GetString(frame.Payload.Span));
                    case Close:
                        await AnswerCloseAsync(frame.Payload);
                        return frame.Payload.Length < 2
                            ? new Ended(1005, "")
                            : new Ended(BinaryPrimitives.ReadUInt16BigEndian(frame.Payload.Span), Strict.GetString(frame.Payload.Span[2..]));
                    case Ping:
                        _ = _outgoing.Writer.TryWrite(Frame(Pong, frame.Payload.Span));
                        break;
                }
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            return new Ended(Code: null, _isReset ? "reset" : e.Message);
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException)
        {
            return new Broke(e.Message);
        }
    }

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _over.Cancel();
            _ = _outgoing.Writer.TryComplete();
            _socket.Dispose();
            _over.Dispose();
        }
    }

    // RFC 6455 5.2, masked.
    private static byte[] Frame(int opcode, ReadOnlySpan<byte> payload)
    {
        var head = payload.Length < 126 ? 2 : payload.Length <= ushort.MaxValue ? 4 : 10;
        var frame = new byte[head + 4 + payload.Length];
        frame[0] = (byte)(0x80 | opcode);
        frame[1] = (byte)(0x80 | (head == 2 ? payload.Length : head == 4 ? 126 : 127));
        if (head == 4)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)payload.Length);
        }
        else if (head == 10)
        {
            BinaryPrimitives.WriteUInt64BigEndian(frame.AsSpan(2), (ulong)payload.Length);
        }

        var mask = frame.AsSpan(head, 4);
        Random.Shared.NextBytes(mask);
        for (var i = 0; i < payload.Length; i++)
        {
            frame[head + 4 + i] = (byte)(payload[i] ^ mask[i & 3]);
        }

        return frame;
    }

    private async Task ReadHeadAsync(CancellationToken deadline)
    {
        while (true)
        {
            var end = _read.AsSpan(_from, _to - _from).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                var head = Encoding.ASCII.GetString(_read, _from, end);
                _from += end + 4;
                if (!head.StartsWith("HTTP/1.1 101 ", StringComparison.Ordinal))
                {
                    throw new IOException(head.Split('\r')[0]);
                }

                return;
            }

            var read = await _socket.ReceiveAsync(_read.AsMemory(_to), deadline);
            if (read == 0)
            {
                throw new IOException("the stream ended before the answer");
            }

            _to += read;
        }
    }

    private async Task<bool> ReadMoreAsync()
    {
        if (_from > 0)
        {
            _read.AsSpan(_from, _to - _from).CopyTo(_read);
            (_from, _to) = (0, _to - _from);
        }

        if (_to == _read.Length)
        {
            Array.Resize(ref _read, _read.Length * 2);
        }

        await GateAsync();
        var room = _read.AsMemory(_to);
        if (_fate is { IsToServer: false } fate)
        {
            if (fate.After == 0)
            {
                Suffer(fate);
                await GateAsync();
            }
            else
            {
                room = room[..Math.Min(room.Length, fate.After)];
            }
        }

        var read = await _socket.ReceiveAsync(room, _over.Token);
        await GateAsync();
        if (_fate is { IsToServer: false } after)
        {
            _fate = after with { After = Math.Max(0, after.After - read) };
        }

        _to += read;
        return read > 0;
    }

    private async Task GateAsync()
    {
        while (_gate is { } gate)
        {
            await gate.Task.WaitAsync(_over.Token);
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (var frame in _outgoing.Reader.ReadAllAsync(_over.Token))
            {
                ReadOnlyMemory<byte> rest = frame;
                while (rest.Length > 0)
                {
                    var piece = rest;
                    if (_fate is { IsToServer: true } fate)
                    {
                        if (fate.After == 0)
                        {
                            Suffer(fate);
                        }
                        else
                        {
                            piece = rest[..Math.Min(rest.Length, fate.After)];
                            _fate = fate with { After = fate.After - piece.Length };
                        }
                    }

                    if (_isStalled)
                    {
                        await Task.Delay(Timeout.InfiniteTimeSpan, _over.Token);
                    }

                    rest = rest[await _socket.SendAsync(piece, _over.Token)..];
                }
            }

            if (!_isDisposed)
            {
                _socket.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The reader finds it.
        }
    }

    private void Suffer(Fate fate)
    {
        _fate = null;
        HarmedAt ??= Stopwatch.GetTimestamp();
        switch (fate.Harm)
        {
            case Harm.Reset:
                Reset();
                throw new OperationCanceledException();
            case Harm.Finish:
                _socket.Shutdown(SocketShutdown.Send);
                throw new OperationCanceledException();
            default:
                _isStalled = true;
                Pause();
                break;
        }
    }

    // A close frame is the server's last. It is answered with its code (5.5.1), which ends both ways.
    private async Task AnswerCloseAsync(ReadOnlyMemory<byte> payload)
    {
        if (!_isClosing)
        {
            _isClosing = true;
            _ = _outgoing.Writer.TryWrite(Frame(Close, payload.Length < 2 ? [] : payload.Span[..2]));
            Finish();
        }

        if (First() is not null || _to > _from)
        {
            throw new InvalidDataException("something came behind the close frame");
        }

        await Task.Yield();
    }

    // RFC 6455 5.1 and 5.2: what a server sends is not masked, in frames that are whole and as short as they can be.
    private (int Opcode, ReadOnlyMemory<byte> Payload)? First()
    {
        var bytes = _read.AsSpan(_from, _to - _from);
        if (bytes.Length < 2)
        {
            return null;
        }

        if ((bytes[0] & 0xF0) != 0x80 || (bytes[1] & 0x80) != 0 || (bytes[0] & 0x0F) is not (Text or Close or Ping or Pong))
        {
            throw new InvalidDataException($"a frame begins with {bytes[0]:x2}{bytes[1]:x2}");
        }

        var (head, length) = (bytes[1] & 0x7F) switch
        {
            126 => (4, bytes.Length < 4 ? -1 : BinaryPrimitives.ReadUInt16BigEndian(bytes[2..])),
            127 => (10, bytes.Length < 10 ? -1 : BinaryPrimitives.ReadInt64BigEndian(bytes[2..])),
            var small => (2, (long)small),
        };
        if (length >= 0 && ((head == 4 && length < 126) || (head == 10 && length <= ushort.MaxValue)))
        {
            throw new InvalidDataException($"a length of {length} takes {head} bytes");
        }

        if (length < 0 || bytes.Length < head + length)
        {
            return null;
        }

        var frame = (bytes[0] & 0x0F, (ReadOnlyMemory<byte>)_read.AsMemory(_from + head, (int)length));
        _from += head + (int)length;
        return frame;
    }
}
