using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Broadcast.Tests;

/// <summary>What holds for every test of a run.</summary>
internal static class TestRun
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255:The 'ModuleInitializer' attribute should not be used in libraries", Justification = "Nothing else runs before all of xunit's tests.")]
    internal static void Begin()
    {
        // Properties are checked on the test's own thread: on every core at once they would starve the sockets of the
        // tests beside them, whose deadlines are long but not endless.
        Environment.SetEnvironmentVariable("CsCheck_Threads", "1");

        // A test kit's shutdown blocks a thread of the pool, which grows by one or two a second otherwise.
        _ = ThreadPool.SetMinThreads(32, 32);
    }
}
