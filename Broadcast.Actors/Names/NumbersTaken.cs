using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Broadcast.Actors.Names;

/// <summary>A set of numbers as the runs it consists of, so that the lowest one missing is found at a run's end. Immutable.</summary>
internal sealed class NumbersTaken
{
    // No two runs overlap or touch.
    private readonly ImmutableSortedSet<Run> _runs;

    private NumbersTaken(ImmutableSortedSet<Run> runs) => _runs = runs;

    /// <summary>No number.</summary>
    public static NumbersTaken None { get; } = new(
        ImmutableSortedSet.Create<Run>(Comparer<Run>.Create((x, y) => x.First.CompareTo(y.First))));

    /// <summary>Whether no number is in it.</summary>
    public bool IsEmpty => _runs.IsEmpty;

    /// <summary>The lowest number, from this one up, that is not in it.</summary>
    public int FirstFreeFrom(int number) => RunOf(number) is { } run ? run.Last + 1 : number;

    /// <summary>With the number.</summary>
    public NumbersTaken Add(int number)
    {
        if (RunOf(number) is not null)
        {
            return this;
        }

        var runs = _runs;
        var joined = new Run(number, number);
        if (RunOf(number - 1) is { } below)
        {
            runs = runs.Remove(below);
            joined = joined with { First = below.First };
        }

        if (RunOf(number + 1) is { } above)
        {
            runs = runs.Remove(above);
            joined = joined with { Last = above.Last };
        }

        return new NumbersTaken(runs.Add(joined));
    }

    /// <summary>Without the number.</summary>
    public NumbersTaken Remove(int number)
    {
        if (RunOf(number) is not { } run)
        {
            return this;
        }

        var runs = _runs.Remove(run);
        runs = run.First < number ? runs.Add(run with { Last = number - 1 }) : runs;
        runs = number < run.Last ? runs.Add(run with { First = number + 1 }) : runs;
        return new NumbersTaken(runs);
    }

    // The set orders runs by where they begin: the one that could hold the number begins there or is the last before.
    private Run? RunOf(int number)
    {
        var index = _runs.IndexOf(new Run(number, number));
        if (index >= 0)
        {
            return _runs[index];
        }

        var before = ~index - 1;
        return before >= 0 && _runs[before].Last >= number ? _runs[before] : null;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Run(int First, int Last);
}
