using System.Diagnostics.CodeAnalysis;
using System.Net;
using Broadcast.Host.Configuration;
using Broadcast.Host.Connections;
using Microsoft.AspNetCore.Connections;

namespace Broadcast.Host.Listening;

/// <summary>Gives HTTP its listeners: the sockets that are bound already, with what holds for every connection.</summary>
internal sealed class SocketListenerFactory(
    ListenSockets sockets,
    BroadcastOptions options,
    IServiceProvider services,
    RefusalLog refusals,
    TimeProvider time,
    TlsCertificate? certificate = null) : IConnectionListenerFactory
{
    /// <summary>The listener of one of <see cref="ListenSockets.EndPoints"/>; the server asks for each once.</summary>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "HTTP has it.")]
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(new SocketListener(
            sockets.Of(endpoint),
            socket => certificate is null ? new TcpTransport(socket) : new TlsTransport(socket, certificate),
            // Asked for when it listens: the actors are not there yet when the server is made.
            services.GetRequiredService<Reception>(),
            options.Handshake,
            OpenFiles.MostDescriptors(),
            refusals,
            time));
}
