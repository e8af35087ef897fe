using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Broadcast.Actors.Wire;
using Broadcast.Tests.Wire;

namespace Broadcast.Tests.Hosting;

/// <summary>A peer that writes its own bytes, so that it can do what no proper client does.</summary>
internal sealed class RawPeer : IDisposable
{
    private static readonly byte[] Mask = [1, 2, 3, 4];

    private readonly TcpClient _tcp;
    private readonly Stream _stream;
    private readonly byte[] _buffer = new byte[1 << 16];
    private byte[] _left = [];

    private RawPeer(TcpClient tcp, Stream stream)
    {
        _tcp = tcp;
        _stream = stream;
    }

    /// <param name="port">Where.</param>
    /// <param name="receiveBuffer">How much the peer's own socket takes unread, in bytes; 0 for the system's default.</param>
    /// <param name="over">What its bytes go over; null for the socket itself.</param>
    public static async Task<RawPeer> ConnectAsync(int port, int receiveBuffer = 0, Func<Stream, Task<Stream>>? over = null)
    {
        var tcp = new TcpClient(AddressFamily.InterNetwork) { NoDelay = true };
        if (receiveBuffer > 0)
        {
            tcp.ReceiveBufferSize = receiveBuffer;
        }

        using var deadline = new CancellationTokenSource(Person.Patience);
        await tcp.ConnectAsync(IPAddress.Loopback, port, deadline.Token);
        Stream stream = tcp.GetStream();
        return new RawPeer(tcp, over is null ? stream : await over(stream));
    }

    /// <summary>Connects and upgrades; <paramref name="target"/> goes out as UTF-8, as it stands.</summary>
    public static async Task<RawPeer> JoinAsync(int port, string target, int receiveBuffer = 0, string headers = "")
    {
        var peer = await ConnectAsync(port, receiveBuffer);
        await peer.SendAsync(Encoding.UTF8.GetBytes(Upgrade(target, headers)));
        var head = await peer.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        return peer;
    }

    /// <summary>An upgrade request (RFC 6455 1.2).</summary>
    public static string Upgrade(string target, string headers = "", string host = "127.0.0.1") =>
        $"GET {target} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + $"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{headers}\r\n";

    public static byte[] ClientFrame(Opcode opcode, ReadOnlySpan<byte> payload, bool fin = true)
    {
        var header = new List<byte> { (byte)((fin ? 0x80 : 0) | (int)opcode) };
        var length = new byte[8];
        switch (payload.Length)
        {
            case < 126:
                header.Add((byte)(0x80 | payload.Length));
                break;
            case <= ushort.MaxValue:
                header.Add(0x80 | 126);
                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)payload.Length);
                header.AddRange(length[..2]);
                break;
            default:
                header.Add(0x80 | 127);
                BinaryPrimitives.WriteUInt64BigEndian(length, (ulong)payload.Length);
                header.AddRange(length);
                break;
        }

        header.AddRange(Mask);
        var masked = payload.ToArray();
        for (var i = 0; i < masked.Length; i++)
        {
            masked[i] ^= Mask[i % 4];
        }

        return [.. header, .. masked];
    }

    public async Task SendAsync(byte[] bytes)
    {
        using var deadline = new CancellationTokenSource(Person.Patience);
        await _stream.WriteAsync(bytes, deadline.Token);
    }

    /// <summary>Closes the sending side: FIN.</summary>
    public void FinishSending() => _tcp.Client.Shutdown(SocketShutdown.Send);

    public Task SayAsync(string text) => SendAsync(ClientFrame(Opcode.Text, Encoding.UTF8.GetBytes(text)));

    /// <summary>The head of an HTTP answer; what comes behind it stays to be read.</summary>
    public async Task<string> ReadHeadAsync()
    {
        while (true)
        {
            var end = _left.AsSpan().IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                var head = Encoding.ASCII.GetString(_left, 0, end);
                _left = _left[(end + 4)..];
                return head;
            }

            Assert.True(await ReadMoreAsync(), "the answer's head");
        }
    }

    /// <summary>Reads so many bytes, whatever they are, and forgets them.</summary>
    public async Task SkipAsync(int bytes)
    {
        using var deadline = new CancellationTokenSource(Person.Patience);
        for (var left = bytes - _left.Length; left > 0;)
        {
            var read = await _stream.ReadAsync(_buffer.AsMemory(0, Math.Min(left, _buffer.Length)), deadline.Token);
            Assert.True(read > 0, "closed by the server");
            left -= read;
        }

        _left = [];
    }

    /// <summary>The frames up to and with the first of a kind; what comes behind it stays to be read.</summary>
    public async Task<List<Frame>> ReadUntilAsync(Func<Frame, bool> isIt)
    {
        List<Frame> frames = [];
        do
        {
            int length;
            while (Frame.First(_left, out length) is null)
            {
                Assert.True(await ReadMoreAsync(), "closed by the server");
            }

            frames.Add(Frame.First(_left, out length)!);
            _left = _left[length..];
        }
        while (!isIt(frames[^1]));
        return frames;
    }

    /// <summary>Every whole frame until the server has closed its side.</summary>
    public async Task<List<Frame>> ReadToEndAsync() => Frame.All(await ReadAllAsync());

    /// <summary>Every byte until the server has closed its side.</summary>
    public async Task<byte[]> ReadAllAsync()
    {
        while (await ReadMoreAsync())
        {
        }

        return _left;
    }

    /// <summary>Waits until the server has closed, whatever it sends and however it closes.</summary>
    public async Task ClosedByServerAsync()
    {
        try
        {
            while (await ReadMoreAsync())
            {
            }
        }
        catch (IOException)
        {
            // Reset is closed, too.
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _tcp.Dispose();
    }

    private async Task<bool> ReadMoreAsync()
    {
        using var deadline = new CancellationTokenSource(Person.Patience);
        var read = await _stream.ReadAsync(_buffer, deadline.Token);
        _left = [.. _left, .. _buffer.AsSpan(0, read)];
        return read > 0;
    }
}
