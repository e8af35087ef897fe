using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace Broadcast.Host.Listening;

/// <summary>
/// Lets raw UTF-8 into the request line: the first system's client sends <c>?name=Zoë</c> as it is typed, and the
/// server's HTTP parser refuses bytes above 0x7F. They are percent-encoded before it sees them, in the first request
/// line of a connection; everything else passes through untouched.
/// </summary>
internal sealed class RequestLineReader(PipeReader inner) : PipeReader
{
    // A request line that is longer is refused by the parser, as it is.
    private const int LongestLine = 8192;

    private State _state = State.Looking;

    // Taken out of the inner pipe, encoded, and not yet taken out of here.
    private ReadOnlySequence<byte> _line;
    private bool _wantsMore;

    private enum State
    {
        // Nothing has been passed on yet.
        Looking,

        // The encoded line comes first.
        Line,

        // Everything passes through.
        Through,
    }

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (TryReadLine(out var line))
            {
                return line;
            }

            if (TryPass(await inner.ReadAsync(cancellationToken), out var result))
            {
                return result;
            }
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        while (!TryReadLine(out result))
        {
            if (!inner.TryRead(out var read))
            {
                return false;
            }

            if (TryPass(read, out result))
            {
                return true;
            }
        }

        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_state != State.Line)
        {
            inner.AdvanceTo(consumed, examined);
            return;
        }

        _wantsMore = _line.Slice(examined).IsEmpty;
        _line = _line.Slice(consumed);
        if (_line.IsEmpty)
        {
            _state = State.Through;
        }
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    // HTTP's end is not the connection's.
    public override void Complete(Exception? exception = null)
    {
    }

    private bool TryReadLine(out ReadResult result)
    {
        result = new ReadResult(_line, isCanceled: false, isCompleted: false);
        return _state == State.Line && !_wantsMore;
    }

    // What was read, as it is to be seen; false where there is nothing to be seen of it yet.
    private bool TryPass(ReadResult read, out ReadResult result)
    {
        result = read;
        switch (_state)
        {
            case State.Looking:
                return Look(read, out result);
            case State.Line:
                _line = new ReadOnlySequence<byte>([.. _line.ToArray(), .. read.Buffer.ToArray()]);
                inner.AdvanceTo(read.Buffer.End);
                result = new ReadResult(_line, read.IsCanceled, read.IsCompleted);
                return true;
            default:
                return true;
        }
    }

    private bool Look(ReadResult read, out ReadResult result)
    {
        result = read;
        var buffer = read.Buffer;
        if (buffer.PositionOf((byte)'\n') is not { } newline)
        {
            if (read.IsCompleted || buffer.Length > LongestLine)
            {
                _state = State.Through;
            }
            else if (!read.IsCanceled)
            {
                inner.AdvanceTo(buffer.Start, buffer.End);
                return false;
            }

            return true;
        }

        var behind = buffer.GetPosition(1, newline);
        var line = buffer.Slice(0, behind).ToArray();
        if (Ascii.IsValid(line))
        {
            _state = State.Through;
            return true;
        }

        _state = State.Line;
        _line = new ReadOnlySequence<byte>(Encoded(line));
        inner.AdvanceTo(behind);
        result = new ReadResult(_line, read.IsCanceled, isCompleted: false);
        return true;
    }

    private static byte[] Encoded(byte[] line)
    {
        var encoded = new ArrayBufferWriter<byte>(line.Length * 3);
        foreach (var octet in line)
        {
            if (octet < 0x80)
            {
                encoded.Write([octet]);
            }
            else
            {
                encoded.Write(Encoding.ASCII.GetBytes($"%{octet:X2}"));
            }
        }

        return encoded.WrittenSpan.ToArray();
    }
}
