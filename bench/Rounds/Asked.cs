using System.Globalization;
using Broadcast.Bench.Scenarios;
using Broadcast.Bench.Servers;

namespace Broadcast.Bench.Rounds;

/// <summary>What of it all is to be run.</summary>
internal sealed record Asked(IReadOnlyList<Step> Steps, int Rounds, bool OnlyVerdict, bool IsAdded, IReadOnlyList<string> Only)
{
    public bool IsMeant(string peer) => Only.Count == 0 || Only.Contains(peer, StringComparer.Ordinal);

    public static Asked Read(IReadOnlyList<string> words)
    {
        var (isQuick, onlyVerdict, isAdded) = (false, false, false);
        int? rounds = null;
        List<string> only = [], scenarios = [];
        for (var place = 0; place < words.Count; place++)
        {
            switch (words[place])
            {
                case "--quick":
                    isQuick = true;
                    break;
                case "--verdict":
                    onlyVerdict = true;
                    break;
                case "--add":
                    isAdded = true;
                    break;
                case "--rounds" when place + 1 < words.Count:
                    rounds = int.Parse(words[++place], CultureInfo.InvariantCulture);
                    break;
                case "--only" when place + 1 < words.Count:
                    only.AddRange(words[++place].Split(',').Select(name => Peer.Named(name).Name));
                    break;
                case var name when Scenario.All.Any(scenario => scenario.Name == name):
                    scenarios.Add(name);
                    break;
                default:
                    throw new UsageException($"{words[place]} is neither an option nor a scenario");
            }
        }

        var steps = (isQuick ? Step.Quick : Step.Full).Where(step => scenarios.Count == 0 || scenarios.Contains(step.Scenario));
        return new Asked([.. steps], rounds ?? (isQuick ? 1 : 3), onlyVerdict, isAdded, only);
    }
}
