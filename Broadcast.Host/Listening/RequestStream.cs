using System.Text;

namespace Broadcast.Host.Listening;

/// <summary>
/// What HTTP reads a request from. It lets raw UTF-8 into the request line: the first system's client sends
/// <c>?name=Zoë</c> as it is typed, and the server's HTTP parser refuses bytes above 0x7F. They are percent-encoded before
/// it sees them, in the first line of a connection; everything else passes through untouched.
/// </summary>
/// <param name="receive">Receives from the socket, as <see cref="Stream.ReadAsync(Memory{byte}, CancellationToken)"/> reads.</param>
internal sealed class RequestStream(Func<Memory<byte>, CancellationToken, ValueTask<int>> receive) : Stream
{
    // %XX
    private const int EncodedLength = 3;

    private bool _inLine = true;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

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

    /// <summary>Reads what has come; into an empty buffer nothing, once something has.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_inLine)
        {
            return await receive(buffer, cancellationToken);
        }

        // Any of the bytes may take the room of three.
        var read = await receive(buffer[..(buffer.Length / EncodedLength)], cancellationToken);
        return Encode(buffer.Span, read);
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    // From the back, so that nothing is overwritten before it has moved.
    private int Encode(Span<byte> buffer, int read)
    {
        var newline = buffer[..read].IndexOf((byte)'\n');
        _inLine = newline < 0;
        var line = _inLine ? read : newline;
        var encoded = 0;
        foreach (var octet in buffer[..line])
        {
            encoded += Ascii.IsValid(octet) ? 0 : 1;
        }

        if (encoded == 0)
        {
            return read;
        }

        var grown = encoded * (EncodedLength - 1);
        buffer[line..read].CopyTo(buffer[(line + grown)..]);
        var to = line + grown;
        for (var from = line - 1; from >= 0; from--)
        {
            if (Ascii.IsValid(buffer[from]))
            {
                buffer[--to] = buffer[from];
            }
            else
            {
                to -= EncodedLength;
                _ = Encoding.ASCII.GetBytes($"%{buffer[from]:X2}", buffer[to..]);
            }
        }

        return read + grown;
    }
}
