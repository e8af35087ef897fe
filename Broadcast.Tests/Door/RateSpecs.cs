using Broadcast.Actors.Door;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace Broadcast.Tests.Door;

public sealed class RateSpecs
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void After_a_burst_one_more_is_allowed_each_time_its_share_of_the_time_has_passed()
    {
        var rate = new Rate(10, TimeSpan.FromSeconds(1), burst: 3, _time);
        Pace pace = default;
        Assert.Equal([true, true, true, false, false], Enumerable.Range(0, 5).Select(_ => rate.Allows(ref pace, Now)));

        _time.Advance(TimeSpan.FromMilliseconds(99.9));
        Assert.False(rate.Allows(ref pace, Now));
        _time.Advance(TimeSpan.FromMilliseconds(0.1));
        Assert.True(rate.Allows(ref pace, Now));
        Assert.False(rate.Allows(ref pace, Now));
    }

    [Fact]
    public void Who_has_rested_may_do_a_whole_burst_again_and_no_more()
    {
        var rate = new Rate(10, TimeSpan.FromSeconds(1), burst: 3, _time);
        Pace pace = default;
        while (rate.Allows(ref pace, Now))
        {
        }

        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => rate.Allows(ref pace, Now)));
    }

    [Fact]
    public void Zero_is_no_limit()
    {
        var rate = new Rate(0, TimeSpan.FromSeconds(1), burst: 1, _time);
        Pace pace = default;
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.True(rate.Allows(ref pace, Now)));
    }

    [Fact]
    public void To_look_whether_there_is_room_takes_none()
    {
        var rate = new Rate(1, TimeSpan.FromMinutes(1), burst: 1, _time);
        Pace pace = default;
        Assert.All(Enumerable.Range(0, 10), _ => Assert.True(rate.HasRoom(pace, Now)));
        Assert.True(rate.Allows(ref pace, Now));
        Assert.False(rate.HasRoom(pace, Now));
    }

    [Fact]
    public void In_any_stretch_of_time_no_more_are_allowed_than_a_burst_and_what_the_time_is_worth() =>
        Gen.Select(Gen.Int[1, 50], Gen.Int[1, 50], Gen.Int[0, 300].Array[1, 200]).Sample((perSecond, burst, pauses) =>
        {
            var time = new FakeTimeProvider();
            var rate = new Rate(perSecond, TimeSpan.FromSeconds(1), burst, time);
            Pace pace = default;
            List<double> allowed = [];
            var at = 0.0;
            foreach (var pause in pauses)
            {
                at += pause;
                time.Advance(TimeSpan.FromMilliseconds(pause));
                if (rate.Allows(ref pace, time.GetTimestamp()))
                {
                    allowed.Add(at);
                }
            }

            for (var first = 0; first < allowed.Count; first++)
            {
                for (var last = first; last < allowed.Count; last++)
                {
                    // The share of one is a whole number of ticks, which may be one tick short.
                    Assert.True(last - first + 1 <= burst + (perSecond * (allowed[last] - allowed[first]) / 1000) + 0.01);
                }
            }
        });

    private long Now => _time.GetTimestamp();
}
