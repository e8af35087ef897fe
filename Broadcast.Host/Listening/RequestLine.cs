using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;

namespace Broadcast.Host.Listening;

/// <summary>
/// Lets raw UTF-8 into the request line: the first system's client sends <c>?name=Zoë</c> as it is typed, and the
/// server's HTTP parser refuses bytes above 0x7F. They are percent-encoded before it sees them, in the first request
/// line of a connection; everything else passes through untouched.
/// </summary>
internal static class RequestLine
{
    /// <summary>Puts the translation in front of a connection's HTTP.</summary>
    public static ConnectionDelegate Encode(ConnectionDelegate next) => connection =>
    {
        connection.Transport = new Duplex(new Reader(connection.Transport.Input), connection.Transport.Output);
        return next(connection);
    };

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class Reader(PipeReader inner) : PipeReader
    {
        // A request line that is longer is refused by the parser, as it is.
        private const int LongestLine = 8192;

        private State _state = State.Looking;
        private ReadOnlySequence<byte> _line;
        private SequencePosition _behindLine;

        private enum State
        {
            // Nothing has been passed on yet.
            Looking,

            // The encoded line is all that is seen.
            Line,

            // Everything passes through.
            Through,
        }

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            while (true)
            {
                if (_state == State.Line)
                {
                    return new ReadResult(_line, isCanceled: false, isCompleted: false);
                }

                var result = await inner.ReadAsync(cancellationToken);
                if (!Look(result))
                {
                    return result;
                }

                if (_state == State.Looking)
                {
                    inner.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                }
            }
        }

        public override bool TryRead(out ReadResult result)
        {
            result = default;
            return _state == State.Through && inner.TryRead(out result);
        }

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            if (_state != State.Line)
            {
                inner.AdvanceTo(consumed, examined);
                return;
            }

            _line = _line.Slice(consumed);
            if (_line.IsEmpty)
            {
                _state = State.Through;
                inner.AdvanceTo(_behindLine);
            }
        }

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        // Whether to go on looking, at this result's end or as the new line; if not, the result passes through.
        private bool Look(ReadResult result)
        {
            if (_state == State.Through)
            {
                return false;
            }

            var buffer = result.Buffer;
            if (buffer.PositionOf((byte)'\n') is not { } newline)
            {
                if (result.IsCompleted || result.IsCanceled || buffer.Length > LongestLine)
                {
                    _state = result.IsCanceled ? State.Looking : State.Through;
                    return false;
                }

                return true;
            }

            _behindLine = buffer.GetPosition(1, newline);
            var line = buffer.Slice(0, _behindLine).ToArray();
            if (Ascii.IsValid(line))
            {
                _state = State.Through;
                return false;
            }

            _line = new ReadOnlySequence<byte>(Encoded(line));
            _state = State.Line;
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
}
