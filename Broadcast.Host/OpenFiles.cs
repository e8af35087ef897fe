using System.Runtime.InteropServices;

namespace Broadcast.Host;

/// <summary>How many files and sockets this process may have open: <c>ulimit -n</c>.</summary>
internal static partial class OpenFiles
{
    // What the process needs beside its connections.
    private const long Kept = 256;

    private static readonly int Which = OperatingSystem.IsMacOS() ? 8 : 7;

    /// <summary>How many connections that leaves room for; 0 where there is no limit.</summary>
    public static int RoomForConnections() =>
        OperatingSystem.IsWindows() || GetResourceLimit(Which, out var limit) != 0 || limit.Soft > int.MaxValue ? 0 : RoomForConnections((long)limit.Soft);

    /// <summary>How many connections a limit leaves room for: 256 under it, or half of a small one.</summary>
    public static int RoomForConnections(long limit) => (int)Math.Max(limit - Kept, limit / 2);

    [LibraryImport("libc", EntryPoint = "getrlimit"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetResourceLimit(int resource, out ResourceLimit limit);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct ResourceLimit
    {
        public readonly ulong Soft;
        public readonly ulong Hard;
    }
}
