using Broadcast.Cli;
using Microsoft.Extensions.Time.Testing;

namespace Broadcast.Tests.Cli;

/// <summary>Surroundings in which time passes only when the test says so, and chance always has the shortest wait.</summary>
internal static class Stage
{
    public static Surroundings WithoutWaiting(TimeProvider? clock = null, params (string Name, string Value)[] variables) =>
        new(clock ?? new FakeTimeProvider(), new NoChance(), name => variables.FirstOrDefault(variable => variable.Name == name).Value);

    private sealed class NoChance : Random
    {
        public override double NextDouble() => 0;
    }
}
