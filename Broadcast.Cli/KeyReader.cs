using System.Threading.Channels;
using Broadcast.Cli.Editing;

namespace Broadcast.Cli;

/// <summary>
/// Reads keys on a thread of its own, for reading a terminal blocks and nothing may wait for it: the thread is a
/// background one, so the process can end under it. A person types no faster than the loop takes it.
/// </summary>
internal sealed class KeyReader(Stream keys, ChannelWriter<Happening> happenings)
{
    // Longer than a terminal takes within a sequence, shorter than a person between two keys that belong together.
    private const int PauseMilliseconds = 100;

    /// <summary>Starts reading; ends in <see cref="InputEnded"/>.</summary>
    public void Start() => new Thread(Read) { IsBackground = true, Name = "keys" }.Start();

    private void Read()
    {
        var parser = new KeyParser();
        var bytes = new byte[4096];
        try
        {
            while (true)
            {
                var since = Environment.TickCount64;
                var count = keys.Read(bytes);
                if (count == 0)
                {
                    break;
                }

                if (Environment.TickCount64 - since > PauseMilliseconds)
                {
                    parser.Pause();
                }

                foreach (var key in parser.Parse(bytes.AsSpan(0, count)))
                {
                    happenings.TryWrite(new Pressed(key));
                }
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            // The terminal was hung up: nothing more will come.
        }

        happenings.TryWrite(new InputEnded());
    }
}
