using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Broadcast.Tests.Cli;

/// <summary>A WebSocket server on a free loopback port that does what the test says, and nothing of itself.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    public const string Subprotocol = "broadcast.v1+json";

    private readonly WebApplication _app;
    private readonly Channel<Caller> _callers = Channel.CreateUnbounded<Caller>();

    private ScriptedServer(WebApplication app, string? subprotocol)
    {
        _app = app;
        SpeaksSubprotocol = subprotocol;
    }

    /// <summary>What the next callers are answered with; null for plain.</summary>
    public string? SpeaksSubprotocol { get; set; }

    /// <summary>What the next callers are answered with instead of a socket.</summary>
    public int? Answers { get; set; }

    public Uri Address { get; private set; } = new("http://localhost");

    public string Port => Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public string Url => $"ws://{Address.Authority}/ws";

    public static Task<ScriptedServer> StartAsync() => StartAsync(IPAddress.Loopback, answer: null, secure: null);

    /// <summary>One that speaks <c>broadcast.v1+json</c>.</summary>
    public static Task<ScriptedServer> StartJsonAsync() => StartAsync(IPAddress.Loopback, answer: null, secure: null, Subprotocol);

    public static Task<ScriptedServer> StartOnIPv6Async() => StartAsync(IPAddress.IPv6Loopback, answer: null, secure: null);

    /// <summary>One that opens no socket but answers every request with a status.</summary>
    public static Task<ScriptedServer> AnsweringAsync(int status) => StartAsync(IPAddress.Loopback, status, secure: null);

    /// <summary>What else its answers have.</summary>
    public Dictionary<string, string> Fields { get; } = new(StringComparer.Ordinal);

    public static Task<ScriptedServer> WithTlsAsync(System.Security.Cryptography.X509Certificates.X509Certificate2 certificate) =>
        StartAsync(IPAddress.Loopback, answer: null, listen => listen.UseHttps(certificate));

    public async Task<Caller> AcceptAsync() => await _callers.Reader.ReadAsync().InTimeAsync();

    public async ValueTask DisposeAsync()
    {
        _callers.Writer.TryComplete();
        while (_callers.Reader.TryRead(out var caller))
        {
            caller.Drop();
        }

        await _app.DisposeAsync();
    }

    private static async Task<ScriptedServer> StartAsync(IPAddress on, int? answer, Action<ListenOptions>? secure, string? subprotocol = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(on, 0, listen => secure?.Invoke(listen)));
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(host => host.ShutdownTimeout = TimeSpan.Zero);
        var app = builder.Build();
        var server = new ScriptedServer(app, subprotocol) { Answers = answer };
        app.UseWebSockets();
        app.Run(context => server.TakeAsync(context));
        await app.StartAsync().InTimeAsync();
        var bound = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>();
        server.Address = new Uri(bound.Addresses.Single());
        return server;
    }

    private async Task TakeAsync(HttpContext context)
    {
        if (Answers is { } status)
        {
            context.Response.StatusCode = status;
            foreach (var (field, value) in Fields)
            {
                context.Response.Headers[field] = value;
            }

            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(SpeaksSubprotocol);
        var caller = new Caller(context, socket);
        await _callers.Writer.WriteAsync(caller);
        await caller.Gone;
    }
}

/// <summary>The server's end of one connection.</summary>
internal sealed class Caller(HttpContext context, WebSocket socket)
{
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _buffer = new byte[1024 * 1024];

    public Task Gone => _gone.Task;

    public string Path { get; } = context.Request.Path;

    public string RawQuery { get; } = context.Request.QueryString.Value!;

    public string? Name { get; } = context.Request.Query["name"];

    public Task SayAsync(string line) => SayAsync(Encoding.UTF8.GetBytes(line), endOfMessage: true);

    public Task SayAsync(byte[] part, bool endOfMessage, WebSocketMessageType type = WebSocketMessageType.Text) =>
        socket.SendAsync(part, type, endOfMessage, CancellationToken.None).InTimeAsync();

    /// <summary>The next line from the client.</summary>
    public async Task<string> HearsAsync()
    {
        var received = await socket.ReceiveAsync(_buffer, CancellationToken.None).InTimeAsync();
        Assert.Equal(WebSocketMessageType.Text, received.MessageType);
        Assert.True(received.EndOfMessage);
        return Encoding.UTF8.GetString(_buffer, 0, received.Count);
    }

    /// <summary>The next frame from the client is this JSON, whatever the order of its fields.</summary>
    public async Task HearsAsync(JsonNode expected)
    {
        var heard = await HearsAsync();
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(heard)), $"Expected {expected.ToJsonString()}, but heard {heard}");
    }

    /// <summary>Lets the client in as the first one here, who has said hello.</summary>
    public async Task WelcomesAsync(string name = "Bob", string epoch = "e1", long seq = 0, bool resumed = false, string token = "secret", string members = "")
    {
        var who = resumed ? "" : $$"""
            ,"members":[{{members}}],"memberCount":1
            """;
        await SayAsync($$$"""
            {"type":"welcome","epoch":"{{{epoch}}}","seq":{{{seq}}},"you":{"id":"7","name":"{{{name}}}"},"token":"{{{token}}}","resumed":{{{(resumed ? "true" : "false")}}}{{{who}}},"limits":{"messageBytes":1000,"nameLength":32,"unanswered":32}}
            """);
    }

    /// <summary>The next thing from the client is its close frame; gives the code.</summary>
    public async Task<WebSocketCloseStatus?> HearsGoodbyeAsync()
    {
        var received = await socket.ReceiveAsync(_buffer, CancellationToken.None).InTimeAsync();
        Assert.Equal(WebSocketMessageType.Close, received.MessageType);
        return received.CloseStatus;
    }

    public async Task CloseAsync(WebSocketCloseStatus code, string? reason = null)
    {
        await socket.CloseOutputAsync(code, reason, CancellationToken.None).InTimeAsync();
        _gone.TrySetResult();
    }

    /// <summary>The connection breaks, with no close frame.</summary>
    public void Drop()
    {
        context.Abort();
        _gone.TrySetResult();
    }
}
