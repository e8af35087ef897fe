using System.Globalization;

namespace Broadcast.Cli;

/// <summary>The time without a server: since when, when to try again, and when to give up. It belongs to the chat client's loop.</summary>
internal sealed class Absence : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly TimeSpan _limit;
    private readonly Backoff _backoff;
    private readonly Alarm _redial;
    private readonly Alarm _giveUp;
    private long? _since;
    private long _openSince;

    /// <summary>Has not begun.</summary>
    /// <param name="surroundings">Time and chance.</param>
    /// <param name="limit">How long it may last; zero where there is no coming back at all.</param>
    /// <param name="tell">To the loop.</param>
    public Absence(Surroundings surroundings, TimeSpan limit, Action<Happening> tell)
    {
        _clock = surroundings.Clock;
        _limit = limit;
        _backoff = new Backoff(surroundings.Chance);
        _redial = new Alarm(_clock, tell);
        _giveUp = new Alarm(_clock, tell);
    }

    /// <summary>A lost server is waited for.</summary>
    public bool IsPossible => _limit != TimeSpan.Zero;

    /// <summary>It has begun.</summary>
    public bool IsUnderWay => _since is not null;

    /// <summary>How long it may last, as people say it.</summary>
    public string Limit => Words(_limit);

    /// <summary>A connection is open, which need not mean that one is let in.</summary>
    public void Opened() => _openSince = _clock.GetTimestamp();

    /// <summary>The connection has ended. An absence that goes on already goes on.</summary>
    /// <param name="retryAfter">What the server has asked for.</param>
    public void Begin(TimeSpan retryAfter)
    {
        _backoff.Had(_clock.GetElapsedTime(_openSince));
        if (_since is null)
        {
            _since = _clock.GetTimestamp();
            if (_limit != Timeout.InfiniteTimeSpan)
            {
                _giveUp.Set(_limit);
            }
        }

        _redial.Set(_backoff.Next(retryAfter));
    }

    /// <summary>An attempt has failed.</summary>
    /// <param name="retryAfter">What the server has asked for.</param>
    public void TryAgain(TimeSpan retryAfter) => _redial.Set(_backoff.Next(retryAfter));

    /// <summary>One is in again.</summary>
    /// <returns>How long it was, as people say it; null where there was none.</returns>
    public string? End()
    {
        var away = _since is { } since ? Words(_clock.GetElapsedTime(since)) : null;
        _since = null;
        _redial.Stop();
        _giveUp.Stop();
        return away;
    }

    /// <summary>The server is to be dialled now.</summary>
    public bool IsTimeToDial(Rang rang) => _redial.HasRung(rang);

    /// <summary>It has lasted too long.</summary>
    public bool IsTooLong(Rang rang) => _giveUp.HasRung(rang);

    /// <inheritdoc/>
    public void Dispose()
    {
        _redial.Dispose();
        _giveUp.Dispose();
    }

    /// <summary>A length of time, as exactly as a person wants it.</summary>
    internal static string Words(TimeSpan time) => time switch
    {
        { TotalSeconds: < 9.95 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s"),
        { TotalMinutes: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s"),
        { TotalHours: < 2 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0} h"),
    };
}
