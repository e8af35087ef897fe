using System.Threading.Channels;

namespace Broadcast.Cli;

/// <summary>
/// Reads lines on a thread of its own, for reading a terminal blocks and nothing may wait for it: the thread is a
/// background one, so the process can end under it.
/// </summary>
/// <remarks>
/// It reads <see cref="Ahead"/> lines at most and ends; the loop starts the next one when those have been sent. So a
/// large file piped in is read no faster than the server takes it, and no thread ever waits for another.
/// </remarks>
internal sealed class LineReader(TextReader input, ChannelWriter<Happening> happenings)
{
    /// <summary>How many lines are read before the loop is asked for more.</summary>
    public const int Ahead = 64;

    /// <summary>Starts reading; ends in <see cref="ReadAheadEnded"/> or <see cref="InputEnded"/>.</summary>
    public void ReadOn() => new Thread(Read) { IsBackground = true, Name = "input" }.Start();

    private void Read()
    {
        try
        {
            for (var i = 0; i < Ahead; i++)
            {
                if (input.ReadLine() is not { } line)
                {
                    happenings.TryWrite(new InputEnded());
                    return;
                }

                happenings.TryWrite(new Typed(line));
            }

            happenings.TryWrite(new ReadAheadEnded());
        }
        catch (Exception unreadable) when (unreadable is IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            // A terminal that was hung up, or input that was closed from the start: nothing more will come.
            happenings.TryWrite(new InputEnded());
        }
    }
}
