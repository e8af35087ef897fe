using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Broadcast.Host.Listening;

/// <summary>
/// The system call itself: on the way of every delivery, <see cref="Socket.Send(ReadOnlySpan{byte})"/> would cost a tenth
/// more (docs/performance.md has the figures).
/// </summary>
internal static partial class SocketSend
{
    /// <summary>Sends what a socket takes at once.</summary>
    /// <param name="socket">Not blocking. It may be closed: its number, which may be another's by then, is held for the call.</param>
    /// <param name="bytes">At least one.</param>
    /// <returns>How many it took; 0 where it is full or gone, which sending the rest in the usual way will tell.</returns>
    public static int SendAtOnce(this Socket socket, ReadOnlySpan<byte> bytes)
    {
        try
        {
            // The runtime ignores SIGPIPE.
            return OperatingSystem.IsWindows()
                ? socket.Send(bytes, SocketFlags.None, out _)
                : (int)Math.Max(0, Send(socket.SafeHandle, in MemoryMarshal.GetReference(bytes), bytes.Length, flags: 0));
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "send"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Send(SafeHandle socket, in byte bytes, nint length, int flags);
}
