using System.Diagnostics.CodeAnalysis;

namespace Broadcast.Cli;

/// <summary>The descriptors of standard input, output and error.</summary>
internal static class Descriptors
{
    private const int OfStandardError = 2;

    /// <summary>
    /// Puts <c>/dev/null</c>, for reading alone, where the process was started with one closed: input has ended then, and
    /// printing fails. The next thing that is opened would be there otherwise, and what is printed would go to the server, or
    /// the input's thread would read what wakes the one that waits for signals.
    /// </summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "What was closed stays open until the process ends.")]
    public static void FillClosed()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        while (true)
        {
            var lowest = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            if (lowest.DangerousGetHandle() > OfStandardError)
            {
                lowest.Dispose();
                return;
            }

            // Nobody owns it any more, so nobody closes it.
            lowest.SetHandleAsInvalid();
        }
    }
}
