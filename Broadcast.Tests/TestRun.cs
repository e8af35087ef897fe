using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Broadcast.Tests;

/// <summary>What holds for every test of a run.</summary>
internal static class TestRun
{
    private const int Interrupt = 2;
    private const nint Default = 0;

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255:The 'ModuleInitializer' attribute should not be used in libraries", Justification = "Nothing else runs before all of xunit's tests.")]
    internal static void Begin()
    {
        // Properties are checked on the test's own thread: on every core at once they would starve the sockets of the
        // tests beside them, whose deadlines are long but not endless.
        Environment.SetEnvironmentVariable("CsCheck_Threads", "1");

        // A test kit's shutdown blocks a thread of the pool, which grows by one or two a second otherwise.
        _ = ThreadPool.SetMinThreads(32, 32);

        // A run in the background of a shell ignores SIGINT, and so would the servers that tests start and interrupt.
        if (OperatingSystem.IsLinux() && IsIgnored(Interrupt))
        {
            _ = signal(Interrupt, Default);
        }
    }

    private static bool IsIgnored(int number)
    {
        var ignored = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        return (ulong.Parse(ignored.AsSpan("SigIgn:".Length), NumberStyles.AllowHexSpecifier | NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture)
            & (1UL << (number - 1))) != 0;
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [SuppressMessage("Interoperability", "SYSLIB1054", Justification = "One call, with nothing to marshal.")]
    [SuppressMessage("Style", "IDE1006", Justification = "It is called so.")]
    private static extern nint signal(int number, nint handler);
}
