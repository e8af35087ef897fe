using System.Net.WebSockets;
using Broadcast.Cli;

namespace Broadcast.Tests.Cli;

public sealed class LostServerTests
{
    [Theory]
    [InlineData(1000, null, "The server ended the conversation (1000).")]
    [InlineData(1001, "restarting soon", "The server is shutting down (1001): restarting soon")]
    [InlineData(1003, "text only", "The server takes nothing but text (1003): text only")]
    [InlineData(1007, null, "The server was sent text that is not valid UTF-8 (1007).")]
    [InlineData(1008, "replaced", "The server turned this client away (1008): replaced")]
    [InlineData(1009, "A line has at most 65536 bytes.", "The line was too long for the server (1009): A line has at most 65536 bytes.")]
    [InlineData(1011, null, "The server failed (1011).")]
    [InlineData(1012, null, "The server is restarting (1012).")]
    [InlineData(1013, null, "The server is too busy; try again later (1013).")]
    [InlineData(4000, "moved", "The server closed the connection (4000): moved")]
    public async Task A_server_that_closes_ends_it_at_once_with_its_reason_and_status_2(int code, string? reason, string sentence)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.AtTerminal(["connect", server.Url]);
        var caller = await server.AcceptAsync();
        await bob.Output.ShowsAsync("> ");
        await caller.CloseAsync((WebSocketCloseStatus)code, reason);

        // Nobody typed anything and input has not ended: it does not sit at a dead prompt.
        Assert.Equal(ExitCode.Lost, await bob.LeavesAsync());
        Assert.Equal(sentence + "\n", bob.Error.All);
        Assert.EndsWith("> \r\e[K", bob.Output.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_vanishes_ends_it_at_once_with_status_2()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.AtTerminal(["connect", server.Url]);
        var caller = await server.AcceptAsync();
        caller.Drop();
        Assert.Equal(ExitCode.Lost, await bob.LeavesAsync());
        Assert.StartsWith("The connection to the server was lost: ", bob.Error.All, StringComparison.Ordinal);
        Assert.Single(bob.Error.All, c => c == '\n');
    }

    [Fact]
    public async Task A_line_that_is_too_long_shows_the_servers_refusal_even_while_it_is_being_sent()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.InPipes(["connect", server.Url]);
        var caller = await server.AcceptAsync();
        bob.Types(new string('x', 32 * 1024 * 1024));
        await caller.CloseAsync(WebSocketCloseStatus.MessageTooBig, "A line has at most 65536 bytes.");
        Assert.Equal(ExitCode.Lost, await bob.LeavesAsync());
        Assert.EndsWith("(1009): A line has at most 65536 bytes.\n", bob.Error.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_lost_before_the_last_line_came_back_is_no_success()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bot = Person.InPipes(["connect", server.Url]);
        var caller = await server.AcceptAsync();
        bot.Types("did you hear me?");
        bot.EndsInput();
        await caller.HearsAsync();
        await caller.CloseAsync(WebSocketCloseStatus.EndpointUnavailable);
        Assert.Equal(ExitCode.Lost, await bot.LeavesAsync());
    }

    [Fact]
    public async Task A_line_refused_just_before_leaving_is_no_success()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.InPipes(["connect", server.Url]);
        var caller = await server.AcceptAsync();
        bob.Types("too long, let us say");
        bob.Types("/quit");
        await caller.HearsAsync();
        await caller.HearsGoodbyeAsync();
        await caller.CloseAsync(WebSocketCloseStatus.MessageTooBig);
        Assert.Equal(ExitCode.Lost, await bob.LeavesAsync());
    }

    [Fact]
    public async Task A_script_whose_lines_the_server_does_not_take_ends_in_time_and_says_how_many()
    {
        await using var server = await ScriptedServer.StartAsync();
        var short50 = TimeSpan.FromMilliseconds(50);
        await using var bot = Person.InPipes(["connect", server.Url], new Patience(TimeSpan.FromMinutes(1), Echo: short50, Goodbye: short50));
        var caller = await server.AcceptAsync();
        bot.Types(new string('x', 32 * 1024 * 1024));
        bot.Types("and this");
        bot.EndsInput();
        Assert.Equal(ExitCode.Lost, await bot.LeavesAsync());
        Assert.EndsWith("The server took no more lines: the last 2 were not sent.\n", bot.Error.All, StringComparison.Ordinal);
        caller.Drop();
    }

    [Fact]
    public async Task A_message_without_end_is_given_up()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.InPipes(["connect", server.Url]);
        var caller = await server.AcceptAsync();
        for (var i = 0; i < 5; i++)
        {
            await caller.SayAsync(new byte[1024 * 1024], endOfMessage: false);
        }

        Assert.Equal(ExitCode.Lost, await bob.LeavesAsync());
        Assert.EndsWith("more than 4 MiB, which is no chat line; gave up on it.\n", bob.Error.All, StringComparison.Ordinal);
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, await caller.HearsGoodbyeAsync());
        Assert.Empty(bob.Output.All);
        caller.Drop();
    }
}
