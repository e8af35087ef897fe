using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Akka.Hosting;
using Broadcast.Actors.Door;
using Broadcast.Actors.Sessions;
using Broadcast.Actors.Wire;
using Broadcast.Host.Configuration;
using Broadcast.Host.Listening;
using Microsoft.AspNetCore.Http.Features;

namespace Broadcast.Host.Connections;

/// <summary><c>GET /ws</c>: who may upgrade does, and lives on as a <see cref="WebSocketConnection"/>.</summary>
internal sealed class ChatEndpoint(
    BroadcastOptions options,
    ConnectionLimit limit,
    AccessPolicy access,
    Reception reception,
    IRequiredActor<SessionsActor> sessions,
    RefusalLog refusals,
    TimeProvider time)
{
    /// <summary>Where the chat is.</summary>
    public const string Path = "/ws";

    // The sentence once more, where clients of WebSockets can read it: most frameworks drop the body.
    private const string Refusal = "Broadcast-Refusal";

    private const string RetryAfterSeconds = "5";

    private readonly OriginPolicy _origins = new(options.Origins, options.Hosts);

    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        if (Handshake.NamesUser(context))
        {
            await AnswerAsync(context, StatusCodes.Status400BadRequest, "The request's target has a user in front of the host: leave it out.");
            return;
        }

        // As text: two paths would be compared without regard to case.
        if (context.Request.Path.Value != Path)
        {
            await AnswerAsync(context, StatusCodes.Status404NotFound, $"There is nothing here. The chat is at {Path}.");
            return;
        }

        var isGet = context.Request.Method == HttpMethods.Get;
        if (!isGet || !Handshake.IsMeant(context))
        {
            if (!isGet)
            {
                // RFC 9110 15.5.6.
                context.Response.Headers.Allow = HttpMethods.Get;
            }

            var scheme = options.Tls.AreGiven ? "wss" : "ws";
            var address = string.Create(CultureInfo.InvariantCulture, $"{scheme}://{context.Request.Host}{Path}?name=NAME");
            await AnswerAsync(
                context,
                isGet ? StatusCodes.Status400BadRequest : StatusCodes.Status405MethodNotAllowed,
                $"This is a WebSocket: connect to {address} with a WebSocket client.");
            return;
        }

        if (context.Request.Headers.SecWebSocketVersion != Handshake.Version)
        {
            // RFC 6455 4.4 and RFC 9110 15.5.22.
            context.Response.Headers.SecWebSocketVersion = Handshake.Version;
            context.Response.Headers.Upgrade = "websocket";
            await AnswerAsync(
                context,
                StatusCodes.Status426UpgradeRequired,
                $"Another version of WebSocket is spoken here: send Sec-WebSocket-Version: {Handshake.Version}, once.");
            return;
        }

        if (Handshake.Refusal(context.Request.Headers) is { } fault)
        {
            await AnswerAsync(context, StatusCodes.Status400BadRequest, fault);
            return;
        }

        if (_origins.Refusal(context.Request.Headers.Origin, context.Request.Host) is { } why)
        {
            await RefuseAsync(context, why);
            return;
        }

        await AdmitAsync(context);
    }

    // Who may come in takes a place, and gives it back in the end.
    private async Task AdmitAsync(HttpContext context)
    {
        if (!limit.TryEnter())
        {
            await RefuseAsync(context, CloseReason.Full);
            return;
        }

        Action leave = limit.Exit;
        try
        {
            var from = ClientAddress.Of(context.Connection.RemoteIpAddress);
            if (from is { } address)
            {
                if (await reception.KnockAsync(address) is { } refusal)
                {
                    await RefuseAsync(context, refusal);
                    leave();
                    return;
                }

                leave += () => reception.Gone(address);
            }

            var (standing, why) = await access.StandingOfAsync(context, from);
            if (standing is not null)
            {
                await UpgradeAsync(context, standing, leave);
                return;
            }

            await (why is null ? RefuseStrangerAsync(context, from) : RefuseTokenAsync(context, why));
            leave();
        }
        catch
        {
            leave();
            throw;
        }
    }

    // The answer to a proper handshake (RFC 6455 4.2.2), after which HTTP ends.
    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "RFC 6455 4.2.2 says SHA-1.")]
    private async Task UpgradeAsync(HttpContext context, Standing standing, Action leave)
    {
        var key = context.Request.Headers.SecWebSocketKey.ToString();
        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.Connection = "Upgrade";
        context.Response.Headers.SecWebSocketAccept =
            Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
        var form = WireForm.Plain;
        if (Handshake.Protocols(context.Request.Headers).Contains(JsonForm.Subprotocol, StringComparer.Ordinal))
        {
            form = WireForm.Json;
            context.Response.Headers.SecWebSocketProtocol = JsonForm.Subprotocol;
        }

        _ = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();

        var name = RequestedName.FromQuery(context.Request.QueryString.Value ?? "");
        context.Features.GetRequiredFeature<HttpConnection>().HandOver(
            (transport, behind) =>
                new WebSocketConnection(transport, behind, options.MessageBytes, leave, refusals, time).Open(sessions.ActorRef, name, form, standing),
            leave);
    }

    // Whoever tries keys is to have to wait for each.
    private async Task RefuseStrangerAsync(HttpContext context, Neighbourhood? from)
    {
        if (from is { } address)
        {
            reception.Mistaken(address);
        }

        await Task.Delay(SessionActor.MistakeTime, time, context.RequestAborted);
        context.Response.Headers.WWWAuthenticate = "Bearer";
        await RefuseAsync(context, access.Refusal);
    }

    // It is a good one, and no guess. RFC 6750 3.1: what is wrong is in the token.
    private Task RefuseTokenAsync(HttpContext context, CloseReason why)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        return RefuseAsync(context, why);
    }

    private Task RefuseAsync(HttpContext context, CloseReason why)
    {
        refusals.Warn(context.Connection.RemoteIpAddress, why.Text);
        context.Response.Headers[Refusal] = why.Text;
        if (why.ComeBack)
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds;
        }

        return AnswerAsync(context, why.Code, why.Text);
    }

    // One request for each connection: what comes behind one that was refused is nobody's (RFC 9112 11.2).
    private static Task AnswerAsync(HttpContext context, int status, string line)
    {
        var body = Encoding.UTF8.GetBytes(line + "\n");
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = body.Length;
        context.Response.Headers.Connection = status == StatusCodes.Status426UpgradeRequired ? "Upgrade, close" : "close";
        return context.Response.Body.WriteAsync(body).AsTask();
    }
}
