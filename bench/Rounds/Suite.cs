namespace Broadcast.Bench.Rounds;

/// <summary>Everything, in rounds.</summary>
internal static class Suite
{
    public static Task<int> RunAsync(IReadOnlyList<string> words) => throw new UsageException(string.Join(' ', words));
}
