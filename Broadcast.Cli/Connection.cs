using System.Net.WebSockets;
using System.Text;
using Broadcast.Cli.Wire;

namespace Broadcast.Cli;

/// <summary>
/// One open socket, from a successful dial to its end. At any time at most one receive and one send are under way; each
/// tells the chat client's loop when it is over, and the loop asks for the next.
/// </summary>
internal sealed class Connection(WebSocket socket, Action<Happening> tell)
{
    // Closing a socket that the server has left is a courtesy; it delays nobody for longer.
    private static readonly TimeSpan CourtesyLimit = TimeSpan.FromMilliseconds(500);

    private readonly Incoming _incoming = new(socket);

    /// <summary>The server speaks <c>broadcast.v1+json</c>.</summary>
    public bool IsJson { get; } = socket.SubProtocol == JsonForm.Subprotocol;

    /// <summary>A frame is being sent.</summary>
    public bool IsSending { get; private set; }

    /// <summary>Why the socket takes no more, once it does not.</summary>
    public Exception? SendFailure { get; private set; }

    /// <summary>Waits for what comes next, and tells it.</summary>
    public void ReceiveNext() => _ = ReceiveAsync();

    /// <summary>Sends a frame; tells <see cref="Sent"/> or <see cref="SendFailed"/>.</summary>
    public void Send(string frame)
    {
        IsSending = true;
        _ = SendAsync(frame);
    }

    /// <summary>The loop has heard <see cref="Sent"/>.</summary>
    public void WasSent() => IsSending = false;

    /// <summary>The loop has heard <see cref="SendFailed"/>: nothing more can be sent.</summary>
    public void SendingFailed(Exception cause) => SendFailure = cause;

    /// <summary>Sends the close frame; what is owed may still arrive.</summary>
    public async Task CloseAsync(WebSocketCloseStatus code)
    {
        try
        {
            await socket.CloseOutputAsync(code, statusDescription: null, CancellationToken.None);
        }
        catch (Exception failed) when (IsOfSocket(failed))
        {
            // There is nobody left to say goodbye to; the reading side tells.
        }
    }

    /// <summary>Ends it, with a close frame where the socket still takes one.</summary>
    public async Task EndAsync(WebSocketCloseStatus code)
    {
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            await Task.WhenAny(CloseAsync(code), Task.Delay(CourtesyLimit, CancellationToken.None));
        }

        socket.Dispose();
    }

    private async Task ReceiveAsync() => tell(new OfConnection(this, await _incoming.NextAsync()));

    private async Task SendAsync(string frame)
    {
        try
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            tell(new OfConnection(this, new Sent()));
        }
        catch (Exception failed) when (IsOfSocket(failed))
        {
            tell(new OfConnection(this, new SendFailed(failed)));
        }
    }

    private static bool IsOfSocket(Exception failed) =>
        failed is WebSocketException or IOException or InvalidOperationException or OperationCanceledException;
}
