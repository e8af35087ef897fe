namespace Broadcast.Cli;

/// <summary>What else there is around a process besides its terminal, so that a test can be it.</summary>
/// <param name="Clock">Tells the time, and when some has passed.</param>
/// <param name="Chance">Rolls the dice.</param>
/// <param name="Variable">Reads the environment.</param>
internal sealed record Surroundings(TimeProvider Clock, Random Chance, Func<string, string?> Variable)
{
    /// <summary>The real ones.</summary>
    public static Surroundings OfThisProcess { get; } = new(TimeProvider.System, Random.Shared, Environment.GetEnvironmentVariable);
}
