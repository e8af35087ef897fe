using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Broadcast.Verify.Servers;

/// <summary>The calls of the system that the framework has not.</summary>
[SuppressMessage(
    "Interoperability", "CA5392:Use DefaultDllImportSearchPaths attribute for P/Invokes", Justification = "It is about Windows; libc is loaded long before.")]
internal static partial class Libc
{
    public const int SigUser1 = 10, SigTerm = 15, SigContinue = 18, SigStop = 19;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Mount(string source, string target, string type, ulong flags, string data);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unmount(string target, int flags);
}
