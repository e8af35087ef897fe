using System.Buffers;
using System.Text;

namespace Broadcast.Host.Listening;

/// <summary>
/// What HTTP reads a request from, of which a connection has one. It lets raw UTF-8 into the request line: the first
/// system's client sends <c>?name=Zoë</c> as it is typed, and the server's HTTP parser refuses bytes above 0x7F, so they
/// are percent-encoded before it sees them. And it keeps from the fields what the parser would let pass and another's may
/// read otherwise (RFC 9110 5.1, 5.5 and 8.6): names that are no tokens, control characters, signs in a length. Each such
/// byte is made NUL, which the parser refuses. What comes behind the head passes through untouched.
/// </summary>
/// <param name="receive">Receives from the socket, as <see cref="Stream.ReadAsync(Memory{byte}, CancellationToken)"/> reads.</param>
internal sealed class RequestStream(Func<Memory<byte>, CancellationToken, ValueTask<int>> receive) : Stream
{
    // %XX
    private const int EncodedLength = 3;

    private Part _part = Part.Start;

    // How much of the field's name is that of the length; -1 where it is another's.
    private int _matched;

    private enum Part
    {
        Start,
        Line,
        Name,
        Value,
        Length,
        Behind,
    }

    private static ReadOnlySpan<byte> ContentLength => "content-length"u8;

    // RFC 9110 5.6.2.
    private static SearchValues<byte> TokenBytes { get; } =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

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
        if (_part == Part.Behind)
        {
            return await receive(buffer, cancellationToken);
        }

        // Any of the bytes may take the room of three.
        var read = await receive(buffer[..(buffer.Length / EncodedLength)], cancellationToken);
        return _part <= Part.Line ? TakeLine(buffer.Span, read) : TakeFields(buffer.Span[..read]);
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

    private int TakeLine(Span<byte> buffer, int read)
    {
        // RFC 9112 2.2: empty lines in front of it do not count.
        var start = _part == Part.Line ? 0 : buffer[..read].IndexOfAnyExcept((byte)'\r', (byte)'\n');
        if (start < 0)
        {
            return read;
        }

        var end = buffer[start..read].IndexOf((byte)'\n');
        _part = end < 0 ? Part.Line : Part.Name;
        var line = end < 0 ? read : start + end;
        var length = Encode(buffer, line, read);
        _ = TakeFields(end < 0 ? [] : buffer[(length - read + line + 1)..length]);
        return length;
    }

    private int TakeFields(Span<byte> fields)
    {
        for (var i = 0; i < fields.Length && _part != Part.Behind; i++)
        {
            if (!IsProper(fields[i]))
            {
                fields[i] = 0;
            }
        }

        return fields.Length;
    }

    // Line ends are the parser's affair.
    private bool IsProper(byte next)
    {
        switch (next)
        {
            case (byte)'\n':
                _part = _part == Part.Name && _matched == 0 ? Part.Behind : Part.Name;
                _matched = 0;
                return true;
            case (byte)'\r':
                return true;
        }

        switch (_part)
        {
            case Part.Name when next == ':':
                _part = _matched == ContentLength.Length ? Part.Length : Part.Value;
                return true;
            case Part.Name:
                _matched = _matched >= 0 && _matched < ContentLength.Length && (next | 0x20) == ContentLength[_matched] ? _matched + 1 : -1;
                return TokenBytes.Contains(next);
            case Part.Length:
                return next is (byte)' ' or (byte)'\t' || char.IsAsciiDigit((char)next);
            default:
                return next is (byte)'\t' or (>= 0x20 and not 0x7F);
        }
    }

    // From the back, so that nothing is overwritten before it has moved.
    private static int Encode(Span<byte> buffer, int line, int read)
    {
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
