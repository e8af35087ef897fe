using Broadcast.Actors.Wire;

namespace Broadcast.Host.Connections;

/// <summary>
/// What the framework's WebSocket takes for its transport. Reads pass through, behind <see cref="FrameHeaders"/>;
/// writes (its pongs, and the close frame of an error that it found) do not reach the socket but are told to the
/// session, which is the only writer.
/// </summary>
internal sealed class SessionStream(Stream transport, int messageBytes, TimeProvider time) : Stream
{
    private readonly FrameHeaders _headers = new(messageBytes);
    private long _lastHeard = time.GetTimestamp();

    /// <summary>What takes the parser's control frames: the opcode and the payload.</summary>
    public Func<Opcode, ReadOnlyMemory<byte>, ValueTask>? OnControl { get; set; }

    /// <summary>What the peer did that ends its connection; null while it has done nothing of the sort.</summary>
    public CloseReason? Offence => _headers.Offence;

    /// <summary>When the last byte came, as a timestamp.</summary>
    public long LastHeard => Volatile.Read(ref _lastHeard);

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The end of the stream comes with the peer's, or with its <see cref="Offence"/>.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Offence is not null)
        {
            return 0;
        }

        var read = await transport.ReadAsync(buffer, cancellationToken);
        if (read > 0)
        {
            Volatile.Write(ref _lastHeard, time.GetTimestamp());
            _ = _headers.Follow(buffer.Span[..read], out read);
        }

        return read;
    }

    /// <summary>Reads and drops what still comes, until the peer has closed: its side of the WebSocket, or its socket.</summary>
    public async Task DrainAsync()
    {
        var waste = new byte[4096];
        while (!_headers.CloseSeen && await transport.ReadAsync(waste) is > 0 and var read)
        {
            _ = _headers.Follow(waste.AsSpan(0, read), out _);
        }
    }

    /// <summary>Takes one whole control frame from the parser.</summary>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Unmasked and at most 125 bytes of payload, so its header has two bytes (RFC 6455 5.5). The parser uses its
        // buffer again once this returns.
        var opcode = (Opcode)(buffer.Span[0] & 0x0F);
        return OnControl!(opcode, buffer[2..].ToArray());
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
