namespace Broadcast.Cli;

/// <summary>
/// How fast lines go out, so that the server has no reason to slow them or to send one away: a little under what it allows.
/// </summary>
internal sealed class Pacer(TimeProvider clock)
{
    // Clocks differ, and what goes out again after a lost connection counts as well.
    private const double Share = 0.9;

    private double _perSecond;
    private double _burst;
    private double _left;
    private long _at = clock.GetTimestamp();

    /// <summary>How long the next line has to wait; zero where it need not.</summary>
    public TimeSpan Wait
    {
        get
        {
            Refill();
            return _perSecond == 0 || _left >= 1 ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - _left) / _perSecond);
        }
    }

    /// <summary>What the server allows; after each welcome it counts anew.</summary>
    /// <param name="perSecond">Lines a second; 0 for any number.</param>
    /// <param name="burst">Lines at once.</param>
    public void Keep(long perSecond, long burst)
    {
        _perSecond = perSecond * Share;
        _burst = Math.Max(1, burst / 2);
        _left = _burst;
        _at = clock.GetTimestamp();
    }

    /// <summary>A line goes out.</summary>
    public void Spend()
    {
        Refill();
        _left--;
    }

    private void Refill()
    {
        var now = clock.GetTimestamp();
        _left = Math.Min(_burst, _left + (clock.GetElapsedTime(_at, now).TotalSeconds * _perSecond));
        _at = now;
    }
}
