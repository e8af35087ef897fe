using System.Buffers;
using System.Net.WebSockets;
using System.Text;

namespace Broadcast.Cli;

/// <summary>The reading side of a socket: puts the frames of a message together, one message at a time.</summary>
internal sealed class Incoming(WebSocket socket)
{
    /// <summary>The largest message that is taken; far beyond any chat line, far below what would hurt.</summary>
    public const int MostBytes = 4 * 1024 * 1024;

    private const int ReadBytes = 16 * 1024;

    private readonly ArrayBufferWriter<byte> _message = new(ReadBytes);

    /// <summary>What the server does next. Never throws for a socket that is gone: that is what happened, then.</summary>
    public async Task<Happening> NextAsync()
    {
        try
        {
            return await ReadMessageAsync();
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or InvalidOperationException or OperationCanceledException)
        {
            return new Dropped(gone);
        }
    }

    private async Task<Happening> ReadMessageAsync()
    {
        _message.ResetWrittenCount();
        while (true)
        {
            var received = await socket.ReceiveAsync(_message.GetMemory(ReadBytes), CancellationToken.None);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return new Closed(socket.CloseStatus, socket.CloseStatusDescription);
            }

            _message.Advance(received.Count);
            if (_message.WrittenCount > MostBytes)
            {
                return new ArrivedTooLarge();
            }

            if (received.EndOfMessage)
            {
                return received.MessageType == WebSocketMessageType.Text
                    ? new Arrived(Encoding.UTF8.GetString(_message.WrittenSpan))
                    : new ArrivedBinary(_message.WrittenCount);
            }
        }
    }
}
