using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;

/// <summary>
/// Runs in the server in front of everything else. On SIGUSR1 it collects what is garbage, and writes to
/// <c>broadcast-heap.PID</c> in the temporary folder how many bytes are alive, how many the heap has committed, and how
/// many exceptions have been thrown so far.
/// </summary>
[SuppressMessage("Design", "CA1050:Declare types in namespaces", Justification = "The runtime looks for it by this name.")]
[SuppressMessage("Design", "MA0047:Declare types in namespaces", Justification = "The runtime looks for it by this name.")]
internal static class StartupHook
{
    private const PosixSignal User1 = (PosixSignal)10;

    private static PosixSignalRegistration? _registration;
    private static long _exceptions;

    /// <summary>What the runtime calls.</summary>
    public static void Initialize()
    {
        AppDomain.CurrentDomain.FirstChanceException += static (_, _) => Interlocked.Increment(ref _exceptions);
        _registration = PosixSignalRegistration.Create(User1, static context =>
        {
            context.Cancel = true;
            Tell();
        });
    }

    private static void Tell()
    {
        for (var times = 0; times < 2; times++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        var path = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"broadcast-heap.{Environment.ProcessId}"));
        var info = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{GC.GetTotalMemory(forceFullCollection: false)} {info.TotalCommittedBytes} {Interlocked.Read(ref _exceptions)}");

        // Whoever waits for the file is to find it whole.
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
    }
}
