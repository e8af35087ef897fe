using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Sockets;
using Akka.Hosting;
using Broadcast.Actors.Sessions;
using Broadcast.Host.Configuration;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Broadcast.Host.Connections;

/// <summary><c>GET /ws</c>: who may upgrade does, and lives on as a <see cref="WebSocketConnection"/>.</summary>
internal sealed class ChatEndpoint(
    BroadcastOptions options, IRequiredActor<SessionsActor> sessions, RefusalLog refusals, TimeProvider time)
{
    /// <summary>Where the chat is.</summary>
    public const string Path = "/ws";

    private const string RetryAfterSeconds = "5";

    private readonly OriginPolicy _origins = new(options.Origins, options.Hosts);
    private readonly ConnectionLimit _limit = new(options.Connections);

    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        // As text: two paths would be compared without regard to case.
        if (context.Request.Path.Value != Path)
        {
            await AnswerAsync(context, StatusCodes.Status404NotFound, $"There is nothing here. The chat is at {Path}.");
            return;
        }

        if (!context.WebSockets.IsWebSocketRequest)
        {
            var address = string.Create(CultureInfo.InvariantCulture, $"ws://{context.Request.Host}{Path}?name=NAME");
            await AnswerAsync(
                context, StatusCodes.Status400BadRequest, $"This is a WebSocket: connect to {address} with a WebSocket client.");
            return;
        }

        if (_origins.Refusal(context.Request.Headers.Origin, context.Request.Host) is { } why)
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden, why);
            return;
        }

        if (!_limit.TryEnter())
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds;
            await RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, "The server is full: try again later.");
            return;
        }

        try
        {
            await ConnectAsync(context);
        }
        finally
        {
            _limit.Exit();
        }
    }

    [SuppressMessage(
        "Reliability",
        "CA2000:Dispose objects before losing scope",
        Justification = "The framework's WebSocket, disposed before both sides have closed, resets the connection; it holds nothing else.")]
    private async Task ConnectAsync(HttpContext context)
    {
        var upgrade = (SessionUpgrade)context.Features.GetRequiredFeature<IHttpUpgradeFeature>();
        var name = RequestedName.FromQuery(context.Request.QueryString.Value ?? "");
        var socket = await context.WebSockets.AcceptWebSocketAsync();
        var lifetime = context.Features.GetRequiredFeature<IConnectionLifetimeFeature>();
        var transport = context.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
        var connection = new WebSocketConnection(
            socket, upgrade.Stream!, upgrade.Transport!, () => StopReading(transport), lifetime.Abort, time);
        await connection.RunAsync(sessions.ActorRef, name);
        if (connection.Offence is { } offence)
        {
            refusals.Warn(context.Connection.RemoteIpAddress, offence.Text);
        }
    }

    private static void StopReading(Socket socket)
    {
        try
        {
            // A cancelled read would have the server reset the connection; a read that ends lets it close as usual.
            socket.Shutdown(SocketShutdown.Receive);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }
    }

    private Task RefuseAsync(HttpContext context, int status, string why)
    {
        refusals.Warn(context.Connection.RemoteIpAddress, why);
        return AnswerAsync(context, status, why);
    }

    private static Task AnswerAsync(HttpContext context, int status, string line)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(line + "\n");
    }
}
