using System.Net.WebSockets;
using System.Text;

namespace Broadcast.Tests.Hosting;

/// <summary>Somebody at a real WebSocket, who gives up after a while instead of waiting for ever.</summary>
internal sealed class Person : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private byte[] _buffer = new byte[4096];

    private Person(ClientWebSocket socket) => Socket = socket;

    public ClientWebSocket Socket { get; }

    /// <summary>The line that said that this person is in; until it has come, others may still come in first.</summary>
    public string Joined { get; private set; } = "";

    public static async Task<Person> JoinAsync(Uri address, Action<ClientWebSocketOptions>? options = null)
    {
        var socket = new ClientWebSocket();
        options?.Invoke(socket.Options);
        using var deadline = new CancellationTokenSource(Patience);
        await socket.ConnectAsync(address, deadline.Token);
        var person = new Person(socket);
        person.Joined = await person.HearAsync();
        Assert.EndsWith(" joined the chat", person.Joined, StringComparison.Ordinal);
        return person;
    }

    public async Task SayAsync(string text)
    {
        using var deadline = new CancellationTokenSource(Patience);
        await Socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, deadline.Token);
    }

    public async Task SendAsync(byte[] bytes, WebSocketMessageType type, bool endOfMessage = true)
    {
        using var deadline = new CancellationTokenSource(Patience);
        await Socket.SendAsync(bytes, type, endOfMessage, deadline.Token);
    }

    /// <summary>The next line.</summary>
    public async Task<string> HearAsync() =>
        await NextAsync() ?? throw new InvalidOperationException($"Closed with {Socket.CloseStatus}: {Socket.CloseStatusDescription}");

    /// <summary>The next lines, in order, are these.</summary>
    public async Task HearsAsync(params string[] lines)
    {
        foreach (var line in lines)
        {
            Assert.Equal(line, await HearAsync());
        }
    }

    /// <summary>What comes up to and with a line.</summary>
    public async Task<List<string>> HearUntilAsync(string last)
    {
        List<string> lines = [];
        do
        {
            lines.Add(await HearAsync());
        }
        while (lines[^1] != last);
        return lines;
    }

    /// <summary>What comes until the server closes, and the code it closes with.</summary>
    public async Task<(List<string> Lines, int Code, string Reason)> HearUntilClosedAsync()
    {
        List<string> lines = [];
        while (await NextAsync() is { } line)
        {
            lines.Add(line);
        }

        return (lines, (int)Socket.CloseStatus!.Value, Socket.CloseStatusDescription ?? "");
    }

    /// <summary>Leaves with a close frame, and waits for the server's.</summary>
    public async Task LeaveAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        await Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", deadline.Token);
    }

    public ValueTask DisposeAsync()
    {
        Socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string?> NextAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        var length = 0;
        while (true)
        {
            if (length == _buffer.Length)
            {
                Array.Resize(ref _buffer, length * 2);
            }

            var received = await Socket.ReceiveAsync(_buffer.AsMemory(length), deadline.Token);
            length += received.Count;
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            Assert.Equal(WebSocketMessageType.Text, received.MessageType);
            if (received.EndOfMessage)
            {
                return Encoding.UTF8.GetString(_buffer, 0, length);
            }
        }
    }
}
