using System.Globalization;
using Broadcast.Verify.Orders;

namespace Broadcast.Verify.Histories;

/// <summary>What the server is told, by the seed.</summary>
internal sealed record Settings(
    int LogEntries, long LogBytes, int GraceMilliseconds, int AnnounceUpTo, int LinesPerSecond, int Burst, int RenamesPerMinute, int MessageBytes, int NameLength, int PingMilliseconds)
{
    public TimeSpan Grace => TimeSpan.FromMilliseconds(GraceMilliseconds);

    public static Settings Of(Random random, bool isChaos) => new(
        LogEntries: One<int>(random, isChaos ? [256, 1024, 8192] : [8, 32, 32, 128, 1024, 8192]),
        LogBytes: One<long>(random, isChaos ? [1 << 20, 8 << 20] : [65536, 1 << 20, 8 << 20]),
        // Behind a start that a busy machine takes its time for.
        GraceMilliseconds: One<int>(random, isChaos ? [2_000, 6_000] : [0, 300, 1_000, 4_000]),
        AnnounceUpTo: One(random, [1000, 1000, 1000, -1, 0, 3, 6]),
        LinesPerSecond: One(random, [0, 0, 0, 100, 400]),
        Burst: One(random, [1, 10, 200]),
        RenamesPerMinute: One(random, [0, 0, 2, 10]),
        MessageBytes: One(random, [65536, 65536, 4096, 512]),
        NameLength: One(random, [32, 32, 32, 8]),
        PingMilliseconds: One(random, [15_000, 15_000, 200]));

    public Ground Ground(bool isChaos) => new(AnnounceUpTo, LogEntries, LogBytes, NameLength, isChaos);

    public IEnumerable<string> Arguments() => new[]
    {
        $"log.entries={LogEntries}", $"log.bytes={LogBytes}", $"resume.grace={(GraceMilliseconds == 0 ? "0" : $"{GraceMilliseconds}ms")}", $"room.announce-up-to={AnnounceUpTo}",
        $"limits.lines-per-second={LinesPerSecond}", $"limits.burst={Burst}", $"limits.renames-per-minute={RenamesPerMinute}",
        $"limits.message-bytes={MessageBytes}", $"limits.name-length={NameLength}", $"keep-alive.interval={PingMilliseconds}ms", "keep-alive.timeout=60s",
    }.SelectMany(setting => new[] { "--set", string.Create(CultureInfo.InvariantCulture, $"broadcast.{setting}") });

    private static T One<T>(Random random, T[] those) => those[random.Next(those.Length)];
}
