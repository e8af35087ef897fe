using Broadcast.Cli;
using Microsoft.Extensions.Time.Testing;

namespace Broadcast.Tests.Cli;

public sealed class LookTests
{
    private static readonly Look Colored = new() { HasColors = true };

    [Fact]
    public void What_the_system_says_is_dim() =>
        Assert.Equal("\e[2m[Broadcast] \e[22m\e[2mSystem: Bob joined the chat\e[22m\n", Colored.Of(Line.OfTheSystem("Bob joined the chat")));

    [Fact]
    public void A_name_has_its_colour_wherever_it_stands()
    {
        var name = $"\e[38;5;{Palette.ColorOf("Alice")}mAlice\e[39m";
        Assert.EndsWith($"\e[22m{name}: hi Alice\n", Colored.Of(Line.Said("Alice", "hi Alice")), StringComparison.Ordinal);
        Assert.EndsWith($"\e[22m* {name}: waves\n", Colored.Of(Line.Done("Alice", "waves")), StringComparison.Ordinal);
        Assert.EndsWith($"\e[22mSystem: {name} whispers: psst\n", Colored.Of(Line.Whispered("Alice", "psst")), StringComparison.Ordinal);
        Assert.EndsWith($"\e[22m{name}: hi: you\n", Colored.Of(Line.OfPlain("Alice: hi: you")), StringComparison.Ordinal);
        Assert.EndsWith($"\e[22m* {name}: waves\n", Colored.Of(Line.OfPlain("* Alice: waves")), StringComparison.Ordinal);
    }

    [Fact]
    public void Neither_a_name_nor_a_text_brings_colours_of_its_own()
    {
        var line = Colored.Of(Line.Said("\e[31mEve", "\e[5mhi"));
        Assert.Contains("m␛[31mEve\e[39m: ␛[5mhi\n", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_colours_there_is_no_escape_in_it() =>
        Assert.Equal("[Broadcast] Alice: hi\n", Look.Simple.Of(Line.Said("Alice", "hi"), isForMe: true));

    [Fact]
    public void The_time_is_the_servers_where_it_told_and_the_prefix_can_be_left_out()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 9, 5, 3, TimeSpan.Zero));
        clock.SetLocalTimeZone(TimeZoneInfo.Utc);
        var look = new Look { HasTimes = true, HasPrefix = false, Clock = clock };
        Assert.Equal("09:05:03 Alice: hi\n", look.Of(Line.OfPlain("Alice: hi")));
        Assert.Equal("08:00:00 Alice: hi\n", look.Of(Line.Said("Alice", "hi") with { Time = new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.FromHours(2)) }));
    }

    [Fact]
    public void A_name_always_has_the_same_colour()
    {
        Assert.Equal(Palette.ColorOf("Alice"), Palette.ColorOf("Alice"));
        Assert.Equal(31, Palette.ColorOf("Zoë"));
        Assert.Equal(Palette.All.Count, Enumerable.Range(0, 1000).Select(i => Palette.ColorOf($"person {i}")).Distinct().Count());
    }

    [Fact]
    public void Every_colour_can_be_read_on_black_and_on_white() => Assert.All(Palette.All, color =>
    {
        var luminance = Luminance(color);
        Assert.True(1.05 / (luminance + 0.05) > 3.3, $"{color} on white");
        Assert.True((luminance + 0.05) / 0.05 > 3.3, $"{color} on black");
    });

    [Fact]
    public async Task The_bell_rings_where_somebody_else_says_ones_name()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.AtTerminal(["connect", server.Url, "-n", "Bob", "--bell"]);
        var caller = await server.AcceptAsync();
        await caller.SayAsync("System: Bob joined the chat");
        await caller.SayAsync("Bobby: hi all");
        await caller.SayAsync("Alice: hi bob");
        await bob.Output.ShowsAsync("\a[Broadcast] Alice: hi bob\n");
        caller.Drop();
        await bob.LeavesAsync();
        Assert.Single(bob.Output.All, c => c == '\a');
    }

    [Theory]
    [InlineData("auto", true)]
    [InlineData("always", true)]
    [InlineData("never", false)]
    public async Task Colours_can_be_had_or_not(string when, bool areThere)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.InColors(["connect", server.Url, "--color", when]);
        var caller = await server.AcceptAsync();
        await caller.SayAsync("Alice: hi");
        await bob.Output.ShowsAsync(": hi\n");
        caller.Drop();
        await bob.LeavesAsync();
        Assert.Equal(areThere, bob.Output.All.Contains("\e[38;5;", StringComparison.Ordinal));
    }

    // WCAG 2's relative luminance of a colour of xterm's cube.
    private static double Luminance(int color)
    {
        int[] levels = [0, 95, 135, 175, 215, 255];
        var at = color - 16;
        return (0.2126 * Linear(levels[at / 36])) + (0.7152 * Linear(levels[at / 6 % 6])) + (0.0722 * Linear(levels[at % 6]));
    }

    private static double Linear(int level) => level / 255.0 <= 0.03928 ? level / 255.0 / 12.92 : Math.Pow(((level / 255.0) + 0.055) / 1.055, 2.4);
}
