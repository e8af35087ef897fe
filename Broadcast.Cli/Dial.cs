using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using Broadcast.Cli.Wire;

namespace Broadcast.Cli;

/// <summary>The outcome of dialling: an open socket, which is the caller's to dispose, or a sentence that says why there is none.</summary>
internal sealed record Dial(WebSocket? Socket, string? Problem)
{
    /// <summary>The server was reached, and wants nobody of that name, from here, or at that path: the next time, too.</summary>
    public bool IsRefused { get; private init; }

    /// <summary>When the server wants to be asked again (RFC 9110 10.2.3); zero where it did not say.</summary>
    public TimeSpan RetryAfter { get; private init; }

    // A server that vanished without a word is noticed after both have passed.
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan PongWithin = TimeSpan.FromSeconds(20);

    // Whoever asks for more is asked sooner.
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(1);

    private const HttpStatusCode NoAnswer = default;

    /// <summary>Opens a WebSocket to the address within the limit.</summary>
    /// <exception cref="OperationCanceledException">The person wants to go.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The open socket is the caller's; one that failed is disposed in the catch.")]
    public static async Task<Dial> OpenAsync(
        ServerAddress address, Credentials credentials, TimeSpan limit, TimeProvider clock, CancellationToken leave)
    {
        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = PingAfter;
        socket.Options.KeepAliveTimeout = PongWithin;
        socket.Options.AddSubProtocol(JsonForm.Subprotocol);
        socket.Options.CollectHttpResponseDetails = true;
        var check = credentials.ApplyTo(socket.Options, clock);
        if (address.Uri.IsLoopback)
        {
            // A proxy has a localhost of its own.
            socket.Options.Proxy = null;
        }

        using var timer = new CancellationTokenSource(limit, clock);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(leave, timer.Token);
        try
        {
            await socket.ConnectAsync(address.Uri, patience.Token);
            return new Dial(socket, Problem: null);
        }
        catch (Exception failed) when (failed is OperationCanceledException or WebSocketException)
        {
            var (status, fields) = (socket.HttpStatusCode, socket.HttpResponseHeaders);
            socket.Dispose();
            leave.ThrowIfCancellationRequested();
            return new Dial(Socket: null, Explain(address, status, fields, check.Refusal, failed, limit))
            {
                IsRefused = status is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound,
                RetryAfter = uint.TryParse(Field(fields, "Retry-After"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                    ? TimeSpan.FromSeconds(Math.Min(seconds, LongestRetry.TotalSeconds))
                    : TimeSpan.Zero,
            };
        }
    }

    private static string? Field(IReadOnlyDictionary<string, IEnumerable<string>>? fields, string name) =>
        fields?.TryGetValue(name, out var values) == true ? values.FirstOrDefault() : null;

    private static string Explain(
        ServerAddress address,
        HttpStatusCode status,
        IReadOnlyDictionary<string, IEnumerable<string>>? fields,
        string? refusal,
        Exception failed,
        TimeSpan limit) => failed switch
        {
            _ when status is not (NoAnswer or HttpStatusCode.SwitchingProtocols) =>
                FailedDial.Answered(address, status, Field(fields, "Broadcast-Refusal"), IsKeyTaken(Field(fields, "WWW-Authenticate"))),
            _ when refusal is not null => FailedDial.NotTrusted(address, refusal),
            OperationCanceledException => FailedDial.TimedOut(address, limit),
            _ => FailedDial.Because(address, failed),
        };

    // RFC 6750 3.1: it has arrived, and what is wrong is in it.
    private static bool IsKeyTaken(string? challenge) => challenge?.Contains("invalid_token", StringComparison.Ordinal) == true;
}
