using Broadcast.Host.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Broadcast.Tests.Hosting;

public sealed class RefusalLogSpecs : IDisposable
{
    private const string Category = "Warning Broadcast.Host.Connections.RefusalLog: ";

    private readonly FakeTimeProvider _time = new();
    private readonly CapturedLog _log = new();
    private readonly LoggerFactory _factory = new();
    private readonly RefusalLog _refusals;

    public RefusalLogSpecs()
    {
        _factory.AddProvider(_log);
        _refusals = new RefusalLog(_time, new Logger<RefusalLog>(_factory));
    }

    public void Dispose()
    {
        _factory.Dispose();
        _log.Dispose();
    }

    [Fact]
    public void The_first_refusal_is_logged_at_once()
    {
        _refusals.Warn("10.0.0.1", "no.");

        Assert.Equal([Category + "Refused 10.0.0.1: no. (0 more not listed) "], _log.Lines());
    }

    [Fact]
    public void A_thousand_refusals_in_a_second_are_one_line_and_the_next_says_how_many_are_missing()
    {
        for (var i = 0; i < 1000; i++)
        {
            _refusals.Warn("10.0.0.1", "no.");
        }

        Assert.Single(_log.Lines());
        _time.Advance(TimeSpan.FromSeconds(1));
        _refusals.Warn("10.0.0.2", "neither.");
        _refusals.Warn("10.0.0.3", "nor.");
        Assert.Equal([Category + "Refused 10.0.0.2: neither. (999 more not listed) "], _log.Lines());
    }

    [Fact]
    public void A_clock_that_is_set_back_does_not_silence_the_log()
    {
        var clock = new AdjustedClock();
        var refusals = new RefusalLog(clock, new Logger<RefusalLog>(_factory));
        refusals.Warn("10.0.0.1", "no.");
        clock.Hour = 0;
        clock.Second++;
        refusals.Warn("10.0.0.2", "no.");

        Assert.Equal(2, _log.Lines().Count);
    }

    [Fact]
    public void Refusals_from_many_threads_are_all_counted()
    {
        Parallel.For(0, 1000, _ => _refusals.Warn("10.0.0.1", "no."));
        _time.Advance(TimeSpan.FromSeconds(2));
        _refusals.Warn("10.0.0.2", "no.");

        // Whoever came between the first line and its count is in the first line's count or in the second's.
        var leftOut = _log.Lines().Sum(line => int.Parse(line.Split('(')[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(999, leftOut);
    }

    private sealed class AdjustedClock : TimeProvider
    {
        public int Hour { get; set; } = 1;

        public int Second { get; set; }

        public override long TimestampFrequency => 1;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddHours(Hour).AddSeconds(Second);

        public override long GetTimestamp() => Second;
    }
}
