using System.Globalization;

namespace Broadcast.Verify;

/// <summary>What stands on the command line.</summary>
internal sealed record Options(int Seeds, int From, int Steps, bool IsChaos, double Minutes, bool IsSelfTest)
{
    public static Options Parse(IReadOnlyList<string> words)
    {
        var options = new Options(Seeds: 20, From: 1, Steps: 300, IsChaos: false, Minutes: 0, IsSelfTest: false);
        for (var place = 0; place < words.Count; place++)
        {
            options = words[place] switch
            {
                "--seeds" => options with { Seeds = (int)Number(words, ++place) },
                "--from" => options with { From = (int)Number(words, ++place) },
                "--steps" => options with { Steps = (int)Number(words, ++place) },
                "--minutes" => options with { Minutes = Number(words, ++place) },
                "--chaos" => options with { IsChaos = true },
                "--selftest" => options with { IsSelfTest = true },
                var other => throw new UsageException($"{other} is not known here: --seeds N, --from SEED, --steps N, --chaos, --minutes N, --selftest"),
            };
        }

        return options;
    }

    private static double Number(IReadOnlyList<string> words, int place) =>
        place < words.Count && double.TryParse(words[place], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new UsageException($"{words[place - 1]} wants a number");
}

/// <summary>Somebody has called it in a way that it does not know.</summary>
internal sealed class UsageException : Exception
{
    public UsageException(string message)
        : base(message)
    {
    }

    public UsageException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public UsageException()
    {
    }
}
