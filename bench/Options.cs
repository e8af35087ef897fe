using System.Globalization;

namespace Broadcast.Bench;

/// <summary>What stands on the command line as <c>--key value</c>.</summary>
internal sealed class Options
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public Options(IReadOnlyList<string> words)
    {
        for (var place = 0; place < words.Count; place += 2)
        {
            if (!words[place].StartsWith("--", StringComparison.Ordinal) || place + 1 == words.Count)
            {
                throw new UsageException($"--key value was expected, not {words[place]}");
            }

            _values[words[place][2..]] = words[place + 1];
        }
    }

    public string Text(string key, string usual)
    {
        _asked.Add(key);
        return _values.GetValueOrDefault(key, usual);
    }

    public string? Text(string key)
    {
        _asked.Add(key);
        return _values.GetValueOrDefault(key);
    }

    public int Number(string key, int usual) => (int)Real(key, usual);

    public double Real(string key, double usual) => Text(key) is { } text ? Parse(text) : usual;

    public IReadOnlyList<double> Numbers(string key, string usual) => [.. Text(key, usual).Split(',').Select(Parse)];

    /// <summary>Refuses keys that nobody has asked for.</summary>
    public void RefuseOthers()
    {
        if (_values.Keys.FirstOrDefault(key => !_asked.Contains(key)) is { } unknown)
        {
            throw new UsageException($"--{unknown} is not known here; there are {string.Join(", ", _asked.Select(key => "--" + key))}");
        }
    }

    private static double Parse(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new UsageException($"{text} is no number");
}
