using Broadcast.Fuzz.Targets;

namespace Broadcast.Fuzz;

/// <summary>Something that reads what others wrote.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Summary">What it reads, and what has to hold.</param>
/// <param name="Seeds">Inputs to begin with.</param>
/// <param name="Check">Reads one; fails with an exception where something does not hold.</param>
internal sealed record Target(string Name, string Summary, IReadOnlyList<byte[]> Seeds, Action<byte[]> Check)
{
    public static IReadOnlyList<Target> All { get; } =
    [
        FrameTarget.Target,
        HeadTarget.Target,
        QueryTarget.Target,
        JsonTarget.Target,
        FileTarget.Target,
        StateTarget.Target,
        HoconTarget.Target,
    ];

    /// <summary>Fails where something does not hold.</summary>
    public static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidDataException(what);
        }
    }
}
