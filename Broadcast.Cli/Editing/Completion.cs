namespace Broadcast.Cli.Editing;

/// <summary>What a word that was begun may become.</summary>
/// <param name="Start">Where the word begins.</param>
/// <param name="Matches">What may stand there instead, in the order in which the candidates were given.</param>
internal sealed record Completion(int Start, IReadOnlyList<string> Matches)
{
    private const string AfterAddressed = ": ";

    // No name is longer, and no line so long that looking through it would be noticed.
    private const int LongestWord = 128;

    /// <summary>
    /// Names may hold spaces, so the longest piece in front of the cursor that begins a candidate is the word. Commands,
    /// which begin with a slash, stand only at the beginning of the line.
    /// </summary>
    /// <returns>Null where nothing begins so.</returns>
    public static Completion? Of(string beforeCursor, IReadOnlyCollection<string> candidates)
    {
        for (var start = Math.Max(0, beforeCursor.Length - LongestWord); start < beforeCursor.Length; start++)
        {
            if (start > 0 && !char.IsWhiteSpace(beforeCursor[start - 1]))
            {
                continue;
            }

            var begun = beforeCursor[start..];
            var matches = candidates
                .Where(candidate => candidate.StartsWith(begun, StringComparison.OrdinalIgnoreCase) && (start == 0 || candidate[0] != '/'))
                .ToList();
            if (matches.Count > 0)
            {
                return new Completion(start, matches);
            }
        }

        return null;
    }

    /// <summary>What all matches begin with, in the first one's letters.</summary>
    public string Common()
    {
        var common = Matches[0];
        foreach (var match in Matches)
        {
            var same = 0;
            while (same < common.Length && same < match.Length && char.ToUpperInvariant(common[same]) == char.ToUpperInvariant(match[same]))
            {
                same++;
            }

            common = common[..(same > 0 && char.IsHighSurrogate(common[same - 1]) ? same - 1 : same)];
        }

        return common;
    }

    /// <summary>A match with what is typed behind it anyway: a name at the beginning of a line is somebody spoken to.</summary>
    public string Finished(string match) => match[0] == '/' ? match : match + (Start == 0 ? AfterAddressed : " ");
}
