using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Broadcast.Tests.Hosting;

/// <summary>
/// Somebody on one connection that speaks broadcast.v1+json, written from docs/protocol.md: it applies what it hears to
/// its <see cref="View"/>, and does nothing of itself.
/// </summary>
internal sealed class JsonPerson : IAsyncDisposable
{
    public const string Form = "broadcast.v1+json";

    private readonly CancellationToken _giveUp;
    private byte[] _buffer = new byte[4096];

    private JsonPerson(ClientWebSocket socket, RoomView view, CancellationToken giveUp)
    {
        Socket = socket;
        View = view;
        _giveUp = giveUp;
    }

    public ClientWebSocket Socket { get; }

    public RoomView View { get; }

    /// <summary>The last frame, as it came.</summary>
    public string Heard { get; private set; } = "";

    public Welcome Welcome { get; private set; } = null!;

    public Who Who => Welcome.You;

    /// <summary>Connects, and says nothing.</summary>
    /// <param name="address">Where.</param>
    /// <param name="view">What is known from an earlier connection.</param>
    /// <param name="giveUp">When the connection is to be taken for dead; the server hears nothing of that from a stalled network.</param>
    public static async Task<JsonPerson> ConnectAsync(Uri address, RoomView? view = null, CancellationToken giveUp = default)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(Form);
        try
        {
            await InTimeAsync(deadline => socket.ConnectAsync(address, deadline), giveUp);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        Assert.Equal(Form, socket.SubProtocol);
        return new JsonPerson(socket, view ?? new RoomView(), giveUp);
    }

    /// <summary>Comes in as somebody new, and has heard that.</summary>
    public static async Task<JsonPerson> JoinAsync(Uri address, string name)
    {
        var person = await ConnectAsync(address);
        Assert.False((await person.HelloAsync(name)).Resumed);
        var joined = await person.HearAsync();
        Assert.Equal(new Joined(joined is Joined { Seq: null } ? null : person.Welcome.Seq + 1, person.Who), joined);
        return person;
    }

    /// <summary>Comes on a new connection as whoever it was, from where it had come to.</summary>
    public async Task<JsonPerson> ComeBackAsync(Uri address)
    {
        var person = await ConnectAsync(address, View);
        _ = await person.HelloAsync("Whatever", Resume(Welcome));
        return person;
    }

    /// <summary>What a hello says of where its sender was.</summary>
    public object Resume(Welcome from) => new { token = from.Token, epoch = from.Epoch, seq = View.Seq };

    public async Task<Welcome> HelloAsync(string name, object? resume = null)
    {
        await SendAsync(new { type = "hello", name, resume });
        return await WelcomedAsync();
    }

    /// <summary>The welcome, which is the next frame.</summary>
    public async Task<Welcome> WelcomedAsync()
    {
        Welcome = Assert.IsType<Welcome>(await NextAsync());
        View.Apply(Welcome);
        return Welcome;
    }

    public Task SayAsync(string text, long n) => SendAsync(new { type = "say", text, n });

    public Task WhisperAsync(string to, string text, long n) => SendAsync(new { type = "whisper", to, text, n });

    public Task RenameAsync(string name, long n) => SendAsync(new { type = "rename", name, n });

    public Task SendAsync(object frame) => SendAsync(JsonSerializer.Serialize(frame));

    public Task SendAsync(string json) => SendAsync(Encoding.UTF8.GetBytes(json), WebSocketMessageType.Text);

    public Task SendAsync(byte[] bytes, WebSocketMessageType type) =>
        InTimeAsync(deadline => Socket.SendAsync(bytes, type, endOfMessage: true, deadline), _giveUp);

    /// <summary>What comes next.</summary>
    public async Task<Arrival> HearAsync()
    {
        var arrival = await NextAsync()
            ?? throw new InvalidOperationException($"Closed with {Socket.CloseStatus}: {Socket.CloseStatusDescription}");
        View.Apply(arrival, Heard);
        return arrival;
    }

    /// <summary>What comes next, in order, is this.</summary>
    public async Task HearsAsync(params Arrival[] arrivals)
    {
        foreach (var arrival in arrivals)
        {
            Assert.Equal(arrival, await HearAsync());
        }
    }

    /// <summary>What comes next is an error of this kind.</summary>
    /// <returns>Its sentence.</returns>
    public async Task<string> HearsErrorAsync(string code, long? n = null, string? name = null)
    {
        var error = Assert.IsType<Error>(await HearAsync());
        Assert.Equal((code, n, name), (error.Code, error.N, error.Name));
        return error.Text;
    }

    /// <summary>What comes up to and with the first of a kind.</summary>
    public async Task<List<Arrival>> HearUntilAsync<T>(Func<T, bool> isIt)
        where T : Arrival
    {
        List<Arrival> heard = [];
        do
        {
            heard.Add(await HearAsync());
        }
        while (heard[^1] is not T it || !isIt(it));
        return heard;
    }

    /// <summary>What comes until the server closes, and the code it closes with.</summary>
    public async Task<(List<Arrival> Heard, int Code, string Reason)> HearUntilClosedAsync()
    {
        List<Arrival> heard = [];
        while (await NextAsync() is { } arrival)
        {
            View.Apply(arrival, Heard);
            heard.Add(arrival);
        }

        return (heard, (int)Socket.CloseStatus!.Value, Socket.CloseStatusDescription ?? "");
    }

    /// <summary>Goes with a close frame, and waits for the server's; with another code than 1000 it means to come back.</summary>
    public Task CloseAsync(WebSocketCloseStatus code) => InTimeAsync(deadline => Socket.CloseAsync(code, "", deadline), _giveUp);

    public ValueTask DisposeAsync()
    {
        Socket.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>What comes next, as it came; the view hears nothing of it.</summary>
    public async Task<string> HearRawAsync()
    {
        _ = await NextAsync();
        return Heard;
    }

    private async Task<Arrival?> NextAsync()
    {
        var length = 0;
        while (true)
        {
            if (length == _buffer.Length)
            {
                Array.Resize(ref _buffer, length * 2);
            }

            ValueWebSocketReceiveResult received = default;
            await InTimeAsync(async deadline => received = await Socket.ReceiveAsync(_buffer.AsMemory(length), deadline), _giveUp);
            length += received.Count;
            if (received.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            Assert.Equal(WebSocketMessageType.Text, received.MessageType);
            if (received.EndOfMessage)
            {
                Heard = Encoding.UTF8.GetString(_buffer, 0, length);
                return Arrival.Read(Heard);
            }
        }
    }

    private static async Task InTimeAsync(Func<CancellationToken, Task> act, CancellationToken giveUp)
    {
        using var deadline = new CancellationTokenSource(Person.Patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, giveUp);
        try
        {
            await act(either.Token);
        }
        catch (Exception e) when (deadline.IsCancellationRequested)
        {
            throw new TimeoutException($"Nothing for {Person.Patience}", e);
        }
    }
}
