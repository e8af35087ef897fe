using System.Runtime.InteropServices;

namespace Broadcast.Host;

/// <summary>How many files and sockets this process may have open: <c>ulimit -n</c>.</summary>
internal static partial class OpenFiles
{
    // What the process needs beside its connections: 225 to 245 of its own (with a journal, TLS and tokens), what is spare,
    // and some for those who are told that it is full.
    private const long Kept = 320;

    // What it may need at any moment, and may be ended by the runtime where it does not get it.
    private const long Spare = 32;

    /// <summary>How many more a connection may have where others have just made room for it.</summary>
    public const int Stretch = 16;

    private static readonly int Which = OperatingSystem.IsMacOS() ? 8 : 7;
    private static readonly long? Limit =
        OperatingSystem.IsWindows() || GetResourceLimit(Which, out var limit) != 0 || limit.Soft > int.MaxValue ? null : (long)limit.Soft;

    /// <summary>How many connections that leaves room for; 0 where there is no limit.</summary>
    public static int RoomForConnections() => Limit is { } limit ? RoomForConnections(limit) : 0;

    /// <summary>How many connections a limit leaves room for: 320 under it, and one at least.</summary>
    public static int RoomForConnections(long limit) => (int)Math.Max(limit - Kept, 1);

    /// <summary>
    /// The descriptors that a connection may have, those under this one. The lowest that is free is given (POSIX.1-2017,
    /// 2.14), so a higher one says how many are in use, whoever has them.
    /// </summary>
    public static int MostDescriptors() => Limit is { } limit ? (int)Math.Max(limit - Spare, 1) : int.MaxValue;

    [LibraryImport("libc", EntryPoint = "getrlimit"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetResourceLimit(int resource, out ResourceLimit limit);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct ResourceLimit
    {
        public readonly ulong Soft;
        public readonly ulong Hard;
    }
}
