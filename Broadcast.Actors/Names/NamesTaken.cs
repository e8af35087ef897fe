using System.Collections.Immutable;

namespace Broadcast.Actors.Names;

/// <summary>
/// Which names are taken, and by whom. Immutable: claiming and releasing give the next value. Every operation takes time
/// in the logarithm of how many names there are: of 20,000 people called anonymous, each who comes would otherwise cost
/// 20,000 tries.
/// </summary>
public sealed class NamesTaken
{
    // The highest number that fits behind any name.
    private const int HighestNumber = 99_999;

    // Every form of every name.
    private readonly ImmutableDictionary<string, long> _owners;

    // Of the forms in _owners that are another with a number: which numbers, by the form in front.
    private readonly ImmutableDictionary<string, NumbersTaken> _numbers;

    private NamesTaken(ImmutableDictionary<string, long> owners, ImmutableDictionary<string, NumbersTaken> numbers)
    {
        _owners = owners;
        _numbers = numbers;
    }

    /// <summary>Every name is free.</summary>
    public static NamesTaken None { get; } = new(
        ImmutableDictionary.Create<string, long>(StringComparer.Ordinal),
        ImmutableDictionary.Create<string, NumbersTaken>(StringComparer.Ordinal));

    /// <summary>
    /// Who has this name or one that it could be taken for; null where it is free. Where it conflicts with the names of
    /// several, one of the others than <paramref name="asking"/>, if there is any.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="asking">Who wants it, if that is somebody who has a name.</param>
    public long? OwnerOf(DisplayName name, long? asking = null)
    {
        long? own = null;
        foreach (var form in name.Comparable.Forms)
        {
            if (_owners.TryGetValue(form, out var owner))
            {
                if (owner != asking)
                {
                    return owner;
                }

                own = owner;
            }
        }

        return own;
    }

    /// <summary>The name itself where it is free, or else the name with the lowest number, from 2, with which it is free.</summary>
    /// <remarks>
    /// Where somebody's name has two forms and others took turns claiming the numbers of one and of the other, it looks at
    /// each turn. Behind the 99,999th of a name that has no room for more, people are anonymous.
    /// </remarks>
    public DisplayName FirstFree(DisplayName wanted)
    {
        if (OwnerOf(wanted) is null)
        {
            return wanted;
        }

        var number = LowestFreeNumber(ComparableName.Of(wanted.Stem));
        return number > HighestNumber && wanted != DisplayName.Anonymous ? FirstFree(DisplayName.Anonymous) : wanted.Numbered(number);
    }

    /// <summary>The name is taken from now on.</summary>
    /// <exception cref="ArgumentException">The name is not free (see <see cref="OwnerOf"/>).</exception>
    public NamesTaken Claim(DisplayName name, long ownerId)
    {
        if (OwnerOf(name) is { } owner)
        {
            throw new ArgumentException($"The name, or one that looks like it, belongs to {owner}.", nameof(name));
        }

        var (owners, numbers) = (_owners, _numbers);
        foreach (var form in name.Comparable.Forms)
        {
            owners = owners.Add(form, ownerId);
            if (ComparableName.SplitNumber(form) is var (stem, number))
            {
                numbers = numbers.SetItem(stem, numbers.GetValueOrDefault(stem, NumbersTaken.None).Add(number));
            }
        }

        return new NamesTaken(owners, numbers);
    }

    /// <summary>The name is free from now on; nothing changes where it was.</summary>
    /// <param name="name">A name that was claimed, to the letter or one with the same forms.</param>
    public NamesTaken Release(DisplayName name)
    {
        var (owners, numbers) = (_owners, _numbers);
        foreach (var form in name.Comparable.Forms)
        {
            owners = owners.Remove(form);
            if (ComparableName.SplitNumber(form) is var (stem, number) && numbers.TryGetValue(stem, out var taken))
            {
                var left = taken.Remove(number);
                numbers = left.IsEmpty ? numbers.Remove(stem) : numbers.SetItem(stem, left);
            }
        }

        return new NamesTaken(owners, numbers);
    }

    // A number is free when it is free behind each form of the stem.
    private int LowestFreeNumber(ComparableName stem)
    {
        var number = 2;
        while (true)
        {
            var before = number;
            foreach (var form in stem.Forms)
            {
                number = _numbers.GetValueOrDefault(form, NumbersTaken.None).FirstFreeFrom(number);
            }

            if (number == before)
            {
                return number;
            }
        }
    }
}
