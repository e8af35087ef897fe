using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Broadcast.Bench.Native;

namespace Broadcast.Bench.Hostile;

/// <summary>One connection of somebody who means no good. It sends what it is told to, byte by byte, and believes nothing.</summary>
internal sealed class Intruder : IDisposable
{
    private const string JsonForm = "broadcast.v1+json";

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly CancellationToken _enough;
    private readonly int _port;
    private byte[] _read = new byte[16 * 1024];
    private int _start;
    private int _end;

    private Intruder(int port, CancellationToken enough) => (_port, _enough) = (port, enough);

    /// <summary>Connects, and says nothing.</summary>
    /// <param name="assault">What it belongs to.</param>
    /// <param name="cramped">With small buffers, as far from this machine.</param>
    public static async Task<Intruder> ConnectAsync(Assault assault, bool cramped = false)
    {
        var intruder = new Intruder(assault.Port, assault.Enough);
        try
        {
            if (cramped)
            {
                intruder._socket.ReceiveBufferSize = 4096;
            }

            // Of many addresses, so that ports never run out.
            intruder._socket.Bind(new IPEndPoint(assault.NextAddress(), 0));
            await intruder._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, assault.Port), assault.Enough);
            return intruder;
        }
        catch (Exception)
        {
            intruder.Dispose();
            throw;
        }
    }

    /// <summary>Connects and comes in.</summary>
    /// <param name="assault">What it belongs to.</param>
    /// <param name="name">As whom: in the query, or in the hello.</param>
    /// <param name="json">Whether it speaks broadcast.v1+json.</param>
    /// <param name="cramped">With small buffers.</param>
    public static async Task<Intruder> JoinAsync(Assault assault, string name, bool json = false, bool cramped = false)
    {
        var intruder = await ConnectAsync(assault, cramped);
        try
        {
            await intruder.UpgradeAsync(Uri.EscapeDataString(name), json);
            if (json)
            {
                await intruder.SendAsync(Frames.Line($$"""{"type":"hello","name":"{{name}}"}"""));
            }

            // The welcome, or its own join line.
            _ = await intruder.ReadTextAsync() ?? throw new InvalidDataException($"{name} was not let in");
            return intruder;
        }
        catch (Exception)
        {
            intruder.Dispose();
            throw;
        }
    }

    /// <summary>A request to come in, to the last line.</summary>
    public static string Request(int port, string query, bool json = false, string more = "") =>
        $"GET /ws?name={query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + $"Sec-WebSocket-Key: AAECAwQFBgcICQoLDA0ODw==\r\nSec-WebSocket-Version: 13\r\n{more}"
        + (json ? $"Sec-WebSocket-Protocol: {JsonForm}\r\n" : "") + "\r\n";

    public async Task UpgradeAsync(string query, bool json)
    {
        await SendAsync(Encoding.Latin1.GetBytes(Request(_port, query, json)));
        var status = await ReadStatusAsync();
        if (status != 101)
        {
            throw new InvalidDataException($"the handshake was answered {status}");
        }
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, _enough)..];
        }
    }

    /// <summary>The status of an answer of HTTP's; 0 where the connection ended without one.</summary>
    public async Task<int> ReadStatusAsync()
    {
        int length;
        while ((length = _read.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (!await FillAsync())
            {
                return 0;
            }
        }

        var head = Encoding.Latin1.GetString(_read, _start, length);
        _start += length + 4;
        return head.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) && int.TryParse(head.AsSpan(9, 3), CultureInfo.InvariantCulture, out var status) ? status : 0;
    }

    /// <summary>The next text; null where there is none any more. Pings are answered, and everything else is passed over.</summary>
    public async Task<string?> ReadTextAsync()
    {
        while (await ReadFrameAsync() is { } frame)
        {
            if (frame.First == Frames.Text)
            {
                return Encoding.UTF8.GetString(frame.Payload);
            }

            if (frame.First == Frames.Ping)
            {
                await SendAsync(Frames.Of(Frames.Pong, frame.Payload));
            }
            else if (frame.First == Frames.Close)
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>Reads up to a text of which something is true.</summary>
    /// <returns>It, or null where none came.</returns>
    public async Task<string?> ReadTextAsync(Predicate<string> isIt)
    {
        string? text;
        do
        {
            text = await ReadTextAsync();
        }
        while (text is not null && !isIt(text));
        return text;
    }

    /// <summary>Reads until it is closed.</summary>
    /// <returns>The code of the close frame; 0 where there was none.</returns>
    public async Task<int> ReadCloseAsync()
    {
        while (await ReadFrameAsync() is { } frame)
        {
            if (frame.First == Frames.Close)
            {
                return frame.Payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(frame.Payload) : 1005;
            }
        }

        return 0;
    }

    /// <summary>The next frame, or null where the connection has ended.</summary>
    public async Task<(byte First, byte[] Payload)?> ReadFrameAsync()
    {
        while (true)
        {
            if (TakeFrame() is { } frame)
            {
                return frame;
            }

            if (!await FillAsync())
            {
                return null;
            }
        }
    }

    /// <summary>Reads and drops everything until the connection ends.</summary>
    public async Task DrainAsync()
    {
        do
        {
            (_start, _end) = (0, 0);
        }
        while (await FillAsync());
    }

    /// <summary>Sends no more, and goes on reading.</summary>
    public void Finish() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Ends with a reset.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Close();
    }

    /// <summary>From now on nothing reaches it, so that it answers nothing, no acknowledgement of TCP's either: as if it had been unplugged.</summary>
    public unsafe void Vanish()
    {
        // A filter of one instruction (BPF_RET | BPF_K): of each packet keep 0 bytes. (sock_fprog: length, then a pointer.)
        var drop = stackalloc byte[8];
        new Span<byte>(drop, 8).Clear();
        drop[0] = 0x06;
        var program = stackalloc long[2];
        (program[0], program[1]) = (1, (long)drop);
        if (Libc.SetSocketOption((int)_socket.Handle, Libc.SolSocket, Libc.SoAttachFilter, program, 16) < 0)
        {
            throw new IOException("this machine takes no socket filter");
        }
    }

    public void Dispose() => _socket.Dispose();

    private (byte First, byte[] Payload)? TakeFrame()
    {
        var bytes = _read.AsSpan(_start, _end - _start);
        if (bytes.Length < 2)
        {
            return null;
        }

        var (header, length) = bytes[1] switch
        {
            < 126 => (2, (long)bytes[1]),
            126 => (4, bytes.Length >= 4 ? BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) : long.MaxValue / 2),
            _ => (10, bytes.Length >= 10 ? BinaryPrimitives.ReadInt64BigEndian(bytes[2..]) : long.MaxValue / 2),
        };
        if (bytes.Length < header + length)
        {
            return null;
        }

        _start += header + (int)length;
        return (bytes[0], bytes.Slice(header, (int)length).ToArray());
    }

    private async ValueTask<bool> FillAsync()
    {
        if (_start > 0)
        {
            _read.AsSpan(_start, _end - _start).CopyTo(_read);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _read.Length)
        {
            Array.Resize(ref _read, 2 * _read.Length);
        }

        try
        {
            var received = await _socket.ReceiveAsync(_read.AsMemory(_end), _enough);
            _end += received;
            return received > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
