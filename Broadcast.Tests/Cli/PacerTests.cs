using Broadcast.Cli;
using Microsoft.Extensions.Time.Testing;

namespace Broadcast.Tests.Cli;

public sealed class PacerTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Lines_go_out_as_they_come_where_the_server_sets_no_limit()
    {
        var pacer = new Pacer(_time);
        for (var n = 0; n < 1000; n++)
        {
            Assert.Equal(TimeSpan.Zero, pacer.Wait);
            pacer.Spend();
        }
    }

    [Fact]
    public void After_half_a_burst_they_go_out_a_little_more_slowly_than_the_server_allows()
    {
        var pacer = new Pacer(_time);
        pacer.Keep(perSecond: 10, burst: 6);
        for (var n = 0; n < 3; n++)
        {
            Assert.Equal(TimeSpan.Zero, pacer.Wait);
            pacer.Spend();
        }

        var began = _time.GetUtcNow();
        for (var n = 0; n < 9; n++)
        {
            Assert.InRange(pacer.Wait, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(120));
            _time.Advance(pacer.Wait + TimeSpan.FromTicks(1));
            Assert.Equal(TimeSpan.Zero, pacer.Wait);
            pacer.Spend();
        }

        Assert.InRange(_time.GetUtcNow() - began, TimeSpan.FromSeconds(0.99), TimeSpan.FromSeconds(1.01));
    }
}
