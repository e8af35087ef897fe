using System.Net.WebSockets;
using Broadcast.Cli;
using Broadcast.Tests.Cli.Editing;

namespace Broadcast.Tests.Cli;

/// <summary>Conversations of somebody who types key by key, seen on a screen.</summary>
public sealed class TypingTests
{
    private const int Columns = 60;

    [Fact]
    public async Task What_is_half_typed_stays_whole_under_what_arrives()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.AtKeys(["connect", server.Url, "-n", "Bob"], Columns);
        var caller = await server.AcceptAsync();
        bob.Presses("half 宽 a");
        await bob.Output.ShowsAsync("> half 宽 a ");
        for (var i = 0; i < 50; i++)
        {
            await caller.SayAsync($"Alice: line {i} 😀");
        }

        await caller.SayAsync("Alice: last");
        bob.Presses("nd b");
        await bob.Output.ShowsAsync("Alice: last\n");
        bob.Presses("\r");
        Assert.Equal("half 宽 and b", await caller.HearsAsync());
        await caller.SayAsync("Bob: half 宽 and b");
        await bob.Output.ShowsAsync("[Broadcast] Bob: half");
        bob.Presses("\u0004");
        await caller.HearsGoodbyeAsync();
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure);
        Assert.Equal(ExitCode.Done, await bob.LeavesAsync());

        var screen = Shown(bob);
        Assert.Equal($"Connecting to {server.Url} as Bob...", screen.Lines[0]);
        Assert.Equal(
            [.. Enumerable.Range(0, 50).Select(i => $"[Broadcast] Alice: line {i} 😀"), "[Broadcast] Alice: last"],
            screen.Lines.Where(line => line.Contains("Alice", StringComparison.Ordinal)));
        Assert.Equal(["> half 宽 and b", "[Broadcast] Bob: half 宽 and b", "Exiting...", ""], screen.Lines.TakeLast(4));
        Assert.False(bob.Raw!.IsRaw);
    }

    [Fact]
    public async Task A_pasted_block_is_sent_line_by_line_after_Enter_and_not_before()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.AtKeys(["connect", server.Url], Columns);
        var caller = await server.AcceptAsync();
        bob.Presses("\e[200~one\r\rtwo\e[201~");
        await bob.Output.ShowsAsync("> one␤␤two ");
        var heard = caller.HearsAsync();
        Assert.False(heard.IsCompleted);
        bob.Presses("!\r");
        Assert.Equal("one", await heard);
        Assert.Equal("two!", await caller.HearsAsync());
        caller.Drop();
    }

    [Fact]
    public async Task Tab_knows_the_commands_and_who_has_been_heard()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.AtKeys(["connect", server.Url], Columns);
        var caller = await server.AcceptAsync();
        await caller.SayAsync("Bob Smith: hi");
        await bob.Output.ShowsAsync("hi\n");
        bob.Presses("bo\thello\r/na\tRobert\r");
        Assert.Equal("Bob Smith: hello", await caller.HearsAsync());
        Assert.Equal("/name Robert", await caller.HearsAsync());
        caller.Drop();
    }

    [Fact]
    public async Task What_was_half_typed_when_the_server_went_away_is_shown_once_more()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.AtKeys(["connect", server.Url], Columns);
        var caller = await server.AcceptAsync();
        bob.Presses("long thought");
        await bob.Output.ShowsAsync("> long thought ");
        caller.Drop();
        Assert.Equal(ExitCode.Lost, await bob.LeavesAsync());
        Assert.Equal(["Not sent: long thought", ""], Shown(bob).Lines.TakeLast(2));
        Assert.DoesNotContain(Shown(bob).Lines, line => line.StartsWith('>'));
        Assert.False(bob.Raw!.IsRaw);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ctrl_Z_gives_the_terminal_back_and_afterwards_the_line_is_there_again(bool asKey)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.AtKeys(["connect", server.Url], Columns);
        var caller = await server.AcceptAsync();
        bob.Presses("half");
        await bob.Output.ShowsAsync("> half ");
        if (asKey)
        {
            bob.Presses("\u001a");
        }
        else
        {
            bob.Raw!.Tells(new StopAsked());
        }

        await bob.Output.ShowsAsync("\e[?7h\r\e[K");
        await caller.SayAsync("Alice: meanwhile");
        await bob.Output.ShowsAsync("Alice: meanwhile\n");
        Assert.Equal(1, bob.Raw!.Stops);
        Assert.False(bob.Raw.IsRaw);
        Assert.Equal("", Shown(bob).LastRow);
        bob.Raw.Tells(new Continued());
        await bob.Output.ShowsAsync("Alice: meanwhile\n\e[?7l\r> half ");
        Assert.True(bob.Raw.IsRaw);
        bob.Presses(" done\r");
        Assert.Equal("half done", await caller.HearsAsync());
        caller.Drop();
    }

    [Fact]
    public async Task A_window_that_becomes_narrower_breaks_no_line()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.AtKeys(["connect", server.Url], Columns);
        var caller = await server.AcceptAsync();
        await caller.SayAsync("Alice: hi");
        await bob.Output.ShowsAsync("hi\n");
        bob.Presses("a line that is longer than half of the window");
        await bob.Output.ShowsAsync("of the window ");
        var before = bob.Output.All;
        bob.Raw!.Columns = 30;
        bob.Raw.Tells(new Resized());
        await bob.Output.ShowsAsync("\e[1A\r\e[J");
        caller.Drop();
        await bob.LeavesAsync();

        var screen = new ScreenModel(Columns);
        screen.Show(before);
        screen.Resize(30);
        screen.Show(bob.Output.All[before.Length..]);
        Assert.Equal(["[Broadcast] Alice: hi", "Not sent: a line that is longer than half of the window", ""], screen.Lines.TakeLast(3));
    }

    private static ScreenModel Shown(Person person)
    {
        var screen = new ScreenModel(Columns);
        screen.Show(person.Output.All);
        return screen;
    }
}
