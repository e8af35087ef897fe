using System.Collections.Immutable;

namespace Broadcast.Actors.Names;

/// <summary>
/// Which names are taken, and by whom. Immutable. The lowest free number behind a name is found without trying them
/// all: in a room of 20,000 people called anonymous that would be 20,000 tries for each who comes.
/// </summary>
public sealed class NamesTaken
{
    private const int LowestNumber = 2;

    // Every form of every name taken.
    private readonly ImmutableDictionary<string, long> _owners;

    // For each form that numbers stand behind: which of them are taken.
    private readonly ImmutableDictionary<string, Numbers> _numbers;

    private NamesTaken(ImmutableDictionary<string, long> owners, ImmutableDictionary<string, Numbers> numbers)
    {
        _owners = owners;
        _numbers = numbers;
    }

    /// <summary>No name is taken.</summary>
    public static NamesTaken None { get; } = new(
        ImmutableDictionary.Create<string, long>(StringComparer.Ordinal), ImmutableDictionary.Create<string, Numbers>(StringComparer.Ordinal));

    /// <summary>Who has the name, or one that it could be taken for; null where it is free.</summary>
    public long? OwnerOf(DisplayName name)
    {
        foreach (var form in name.Comparable.Forms)
        {
            if (_owners.TryGetValue(form, out var owner))
            {
                return owner;
            }
        }

        return null;
    }

    /// <summary>The name itself where it is free, or else the name with the lowest number that is.</summary>
    public DisplayName FirstFree(DisplayName wanted)
    {
        if (OwnerOf(wanted) is null)
        {
            return wanted;
        }

        var stem = NumberedForm.Read(wanted.Numbered(LowestNumber).Comparable.Forms[0])!.Value.Stem;
        var numbers = _numbers.GetValueOrDefault(stem, Numbers.None);
        foreach (var number in numbers.Free())
        {
            var name = wanted.Numbered(number);
            if (OwnerOf(name) is null)
            {
                return name;
            }
        }

        throw new InvalidOperationException("There is always a higher number.");
    }

    /// <summary>The name is taken from now on.</summary>
    /// <exception cref="ArgumentException">It is taken already.</exception>
    public NamesTaken Claim(DisplayName name, long owner)
    {
        var (owners, numbers) = (_owners, _numbers);
        foreach (var form in name.Comparable.Forms)
        {
            owners = owners.Add(form, owner);
            if (NumberedForm.Read(form) is { } numbered)
            {
                numbers = numbers.SetItem(
                    numbered.Stem, numbers.GetValueOrDefault(numbered.Stem, Numbers.None).Take(numbered.Number));
            }
        }

        return new NamesTaken(owners, numbers);
    }

    /// <summary>The name is free from now on.</summary>
    public NamesTaken Release(DisplayName name)
    {
        var (owners, numbers) = (_owners, _numbers);
        foreach (var form in name.Comparable.Forms)
        {
            owners = owners.Remove(form);
            if (NumberedForm.Read(form) is { } numbered && numbers.TryGetValue(numbered.Stem, out var taken))
            {
                var left = taken.Give(numbered.Number);
                numbers = left.IsNone ? numbers.Remove(numbered.Stem) : numbers.SetItem(numbered.Stem, left);
            }
        }

        return new NamesTaken(owners, numbers);
    }

    // The numbers taken: all from 2 up to a top, but for some holes, and perhaps some above the top.
    private sealed record Numbers(int Top, ImmutableSortedSet<int> Holes, ImmutableSortedSet<int> Above)
    {
        public static Numbers None { get; } = new(LowestNumber, [], []);

        public bool IsNone => Top == LowestNumber && Above.IsEmpty;

        public IEnumerable<int> Free() => Holes.Concat(Enumerable.Range(Top, int.MaxValue - Top).Where(number => !Above.Contains(number)));

        public Numbers Take(int number)
        {
            if (number < Top)
            {
                return this with { Holes = Holes.Remove(number) };
            }

            var above = Above.Add(number);
            var top = Top;
            while (above.Contains(top))
            {
                above = above.Remove(top++);
            }

            return this with { Top = top, Above = above };
        }

        public Numbers Give(int number)
        {
            if (number >= Top)
            {
                return this with { Above = Above.Remove(number) };
            }

            var holes = Holes.Add(number);
            var top = Top;
            while (top > LowestNumber && holes.Contains(top - 1))
            {
                holes = holes.Remove(--top);
            }

            return this with { Top = top, Holes = holes };
        }
    }
}
