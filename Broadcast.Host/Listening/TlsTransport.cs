using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Net.Sockets;

namespace Broadcast.Host.Listening;

/// <summary>TLS on top of TCP (RFC 8446, RFC 5246). Whoever reads first shakes hands.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "It ends as every transport does.")]
internal sealed class TlsTransport : Transport
{
    private readonly SslStream _stream;
    private readonly TlsCertificate _certificate;

    /// <param name="socket">Accepted.</param>
    /// <param name="certificate">Who the server says it is.</param>
    public TlsTransport(Socket socket, TlsCertificate certificate)
        : base(socket)
    {
        _stream = new SslStream(new NetworkStream(socket));
        _certificate = certificate;
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_stream.IsAuthenticated)
        {
            await _stream.AuthenticateAsServerAsync(_certificate.Present, cancellationToken);
        }

        return await _stream.ReadAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override async ValueTask<int?> ReceiveAtOnceAsync(Memory<byte> buffer) => await _stream.ReadAsync(buffer);

    /// <inheritdoc/>
    public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default) =>
        _stream.WriteAsync(bytes, cancellationToken);

    /// <inheritdoc/>
    public override void FinishSending()
    {
        _ = SayGoodbyeAsync();
        base.FinishSending();
    }

    /// <inheritdoc/>
    public override void CloseInOrder()
    {
        _ = SayGoodbyeAsync();
        base.CloseInOrder();
        _stream.Dispose();
    }

    /// <inheritdoc/>
    public override void Cut()
    {
        base.Cut();
        _stream.Dispose();
    }

    /// <inheritdoc/>
    protected override bool TrySendAtOnce(ReadOnlyMemory<byte> bytes, out ValueTask rest)
    {
        rest = SendAsync(bytes);
        return rest.IsCompletedSuccessfully;
    }

    // close_notify (RFC 8446 6.1), which a socket takes at once or not at all: nobody waits for it.
    private async Task SayGoodbyeAsync()
    {
        try
        {
            await _stream.ShutdownAsync();
        }
        catch (Exception e) when (e.IsGone() || e is InvalidOperationException)
        {
            // It is gone, or has been said goodbye; or a write is under way for ever, or nobody has shaken hands.
        }
    }
}
