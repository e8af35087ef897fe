using Broadcast.Cli.Wire;

namespace Broadcast.Cli.Talk;

/// <summary>Who is known to be here, by what the server has told; in a large room not everybody is told of.</summary>
internal sealed class Roster
{
    // Where leaving is not told, those who have spoken would gather for ever.
    private const int Most = 10_000;

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>What they are called.</summary>
    public IReadOnlyCollection<string> Names => _names.Values;

    /// <summary>These are here, and nobody else.</summary>
    public void Replace(IEnumerable<Member> members)
    {
        _names.Clear();
        foreach (var member in members)
        {
            _names[member.Id] = member.Name;
        }
    }

    /// <summary>Takes in what has happened.</summary>
    public void Learn(Fact fact)
    {
        switch (fact)
        {
            case Said said when _names.Count < Most:
                _names[said.From.Id] = said.From.Name;
                break;
            case Joined joined when _names.Count < Most:
                _names[joined.Who.Id] = joined.Who.Name;
                break;
            case Renamed renamed:
                _names[renamed.Who.Id] = renamed.Who.Name;
                break;
            case Left left:
                _names.Remove(left.Who.Id);
                break;
            default:
                break;
        }
    }
}
