using System.Diagnostics.CodeAnalysis;

namespace Broadcast.Cli;

/// <summary>
/// How long to wait before the server is dialled again. Everybody has lost it at the same moment, so all of the wait is
/// left to chance, up to a limit that doubles with each attempt.
/// </summary>
[SuppressMessage("Security", "CA5394", Justification = "It spreads attempts over time; nobody gains by guessing it.")]
internal sealed class Backoff(Random chance)
{
    private const int Doublings = 6;

    private int _attempts;

    /// <summary>The longest that the first wait can be.</summary>
    public static TimeSpan Shortest { get; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The longest that any can be.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection has to have been open to be no attempt.</summary>
    public static TimeSpan Lasting { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Before the next attempt.</summary>
    /// <param name="retryAfter">What the server has asked for; the wait comes on top.</param>
    public TimeSpan Next(TimeSpan retryAfter = default)
    {
        var limit = Shortest * (1 << Math.Min(_attempts++, Doublings));
        return retryAfter + (chance.NextDouble() * (limit < Longest ? limit : Longest));
    }

    /// <summary>
    /// A connection has ended that was open for so long. One that lasted shows that the server is well; one that was closed
    /// at once was one more attempt.
    /// </summary>
    public void Had(TimeSpan open)
    {
        if (open >= Lasting)
        {
            _attempts = 0;
        }
    }
}
