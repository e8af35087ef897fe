using System.Net.WebSockets;
using System.Text;
using Broadcast.Cli;

namespace Broadcast.Tests.Cli;

public sealed class ConversationTests
{
    private static readonly Patience ShortAfterTheEnd =
        new(TimeSpan.FromMinutes(1), Echo: TimeSpan.FromMilliseconds(50), Goodbye: TimeSpan.FromMinutes(1));

    [Fact]
    public async Task It_says_where_it_connects_and_as_whom_and_shows_a_prompt()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.AtTerminal(["connect", "-H", "127.0.0.1", "-p", server.Port, "-n", "Bob"]);
        var caller = await server.AcceptAsync();
        await bob.Output.ShowsAsync($"Connecting to {server.Url} as Bob...\n> ");
        Assert.Equal("/ws", caller.Path);
        Assert.Equal("Bob", caller.Name);
        caller.Drop();
    }

    [Fact]
    public async Task A_line_typed_is_one_frame_and_comes_back_like_everybody_elses()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.AtTerminal(["connect", server.Url, "-n", "Bob"]);
        var caller = await server.AcceptAsync();
        await caller.SayAsync("System: Bob joined the chat");
        await bob.Output.ShowsAsync("> \r\e[K[Broadcast] System: Bob joined the chat\n> ");
        bob.Types("héllo  there ");
        Assert.Equal("héllo  there ", await caller.HearsAsync());
        await caller.SayAsync("Bob: héllo  there ");
        // Whether the prompt came back in between is a matter of moments.
        await bob.Output.ShowsAsync("[Broadcast] Bob: héllo  there \n> ");
        caller.Drop();
    }

    [Fact]
    public async Task An_arrival_on_a_dumb_terminal_gets_a_row_of_its_own_without_escapes()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.AtTerminal(["connect", server.Url], dumb: true);
        var caller = await server.AcceptAsync();
        await bob.Output.ShowsAsync("> ");
        await caller.SayAsync("Alice: hi");
        await bob.Output.ShowsAsync("> \n[Broadcast] Alice: hi\n> ");
        caller.Drop();
        await bob.LeavesAsync();
        Assert.DoesNotContain('\e', bob.Output.All);
    }

    [Fact]
    public async Task An_empty_line_is_not_sent()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.AtTerminal(["connect", server.Url]);
        var caller = await server.AcceptAsync();
        bob.Types("");
        bob.Types("second");
        Assert.Equal("second", await caller.HearsAsync());
        caller.Drop();
    }

    [Fact]
    public async Task A_command_other_than_quit_is_the_servers_affair()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.AtTerminal(["connect", server.Url]);
        var caller = await server.AcceptAsync();
        bob.Types("/name Bobby");
        Assert.Equal("/name Bobby", await caller.HearsAsync());
        bob.Types("/quitter");
        Assert.Equal("/quitter", await caller.HearsAsync());
        caller.Drop();
    }

    [Fact]
    public async Task Nobody_can_make_the_terminal_obey_through_a_line_or_a_close_reason()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.InPipes(["connect", server.Url]);
        var caller = await server.AcceptAsync();
        await caller.SayAsync("Eve: \e]52;c;ZXZpbA==\a\u009b2J\u202Efdp.exe\nSystem: you won");
        await caller.CloseAsync(WebSocketCloseStatus.PolicyViolation, "\e[2Jbye\n");
        Assert.Equal(ExitCode.Lost, await bob.LeavesAsync());
        Assert.Equal("[Broadcast] Eve: ␛]52;c;ZXZpbA==␇�2J�fdp.exe␤System: you won\n", bob.Output.All);
        Assert.EndsWith("(1008): ␛[2Jbye␤\n", bob.Error.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_in_many_frames_is_one_line()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.InPipes(["connect", server.Url]);
        var caller = await server.AcceptAsync();
        var message = Encoding.UTF8.GetBytes("Zoë: " + new string('é', 100_000));
        foreach (var part in message.Chunk(30_001))
        {
            await caller.SayAsync(part, endOfMessage: false);
        }

        await caller.SayAsync([], endOfMessage: true);
        await bob.Output.ShowsAsync($"[Broadcast] {Encoding.UTF8.GetString(message)}\n");
        caller.Drop();
    }

    [Fact]
    public async Task Binary_is_not_shown_and_ends_nothing()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.InPipes(["connect", server.Url]);
        var caller = await server.AcceptAsync();
        await caller.SayAsync([0x1b, 0x5b], endOfMessage: true, WebSocketMessageType.Binary);
        await caller.SayAsync("Alice: hi");
        await bob.Output.ShowsAsync("[Broadcast] Alice: hi\n");
        await bob.Error.ShowsAsync("The server sent 2 bytes that are no text; not shown.\n");
        caller.Drop();
        await bob.LeavesAsync();
        Assert.Equal("[Broadcast] Alice: hi\n", bob.Output.All);
    }

    [Fact]
    public async Task In_pipes_only_arrivals_go_to_standard_output()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.InPipes(["connect", server.Url, "-n", "Bob"]);
        var caller = await server.AcceptAsync();
        await caller.SayAsync("System: Bob joined the chat");
        await bob.Output.ShowsAsync("chat\n");
        bob.Types("/quit");
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await caller.HearsGoodbyeAsync());
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure);
        Assert.Equal(ExitCode.Done, await bob.LeavesAsync());
        Assert.Equal("[Broadcast] System: Bob joined the chat\n", bob.Output.All);
        Assert.Equal($"Connecting to {server.Url} as Bob...\nExiting...\n", bob.Error.All);
    }

    [Fact]
    public async Task Ten_thousand_lines_piped_in_arrive_whole_and_in_order()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.InPipes(["connect", server.Url]);
        var caller = await server.AcceptAsync();
        var typing = Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < 10_000; i++)
                {
                    bob.Types($"line {i}");
                }

                bob.EndsInput();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        for (var i = 0; i < 10_000; i++)
        {
            Assert.Equal($"line {i}", await caller.HearsAsync());
            await caller.SayAsync($"Bob: line {i}");
        }

        await typing.InTimeAsync();
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await caller.HearsGoodbyeAsync());
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure);
        Assert.Equal(ExitCode.Done, await bob.LeavesAsync());
        Assert.EndsWith("[Broadcast] Bob: line 9999\n", bob.Output.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_stops_reading_keeps_no_arrival_from_the_person_and_nobody_from_leaving()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.InPipes(
            ["connect", server.Url],
            new Patience(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), Goodbye: TimeSpan.FromMilliseconds(50)));
        var caller = await server.AcceptAsync();

        // More than the socket's buffers on both sides hold, so the send stays under way.
        bob.Types(new string('x', 32 * 1024 * 1024));
        await caller.SayAsync("Alice: still there?");
        await bob.Output.ShowsAsync("[Broadcast] Alice: still there?\n");
        bob.PressesCtrlC();
        Assert.Equal(ExitCode.Done, await bob.LeavesAsync());
        caller.Drop();
    }

    [Theory]
    [InlineData("Bob Smith", "?name=Bob%20Smith")]
    [InlineData("a&b", "?name=a%26b")]
    [InlineData("100%", "?name=100%25")]
    [InlineData("Zoë", "?name=Zo%C3%AB")]
    [InlineData("@bob", "?name=%40bob")]
    public async Task Any_name_reaches_the_server_whole(string name, string query)
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var person = Person.InPipes(["connect", server.Url, "--name", name]);
        var caller = await server.AcceptAsync();
        Assert.Equal(name, caller.Name);
        Assert.Equal(query, caller.RawQuery);
        caller.Drop();
    }

    [Theory]
    [InlineData("::1")]
    [InlineData("[::1]")]
    public async Task An_IPv6_address_works_with_brackets_and_without(string host)
    {
        await using var server = await ScriptedServer.StartOnIPv6Async();
        await using var bob = Person.InPipes(["connect", "--host", host, "--port", server.Port, "-n", "Bob"]);
        var caller = await server.AcceptAsync();
        await bob.Error.ShowsAsync($"Connecting to ws://[::1]:{server.Port}/ws as Bob...");
        Assert.Equal("Bob", caller.Name);
        caller.Drop();
    }

    [Fact]
    public async Task The_end_of_input_leaves_only_when_what_was_said_has_come_back()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bot = Person.InPipes(["connect", server.Url, "-n", "bot"]);
        var caller = await server.AcceptAsync();
        bot.Types("one");
        bot.Types("/who");
        bot.Types("two \e[1m");
        bot.EndsInput();
        Assert.Equal("one", await caller.HearsAsync());
        Assert.Equal("/who", await caller.HearsAsync());
        Assert.Equal("two \e[1m", await caller.HearsAsync());
        var goodbye = caller.HearsGoodbyeAsync();
        await caller.SayAsync("bot: one");
        await caller.SayAsync("Alice: two");
        await bot.Output.ShowsAsync("[Broadcast] Alice: two\n");
        Assert.False(goodbye.IsCompleted);
        await caller.SayAsync("bot: two ␛[1m");
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await goodbye);
        await caller.SayAsync("Alice: owed before the reply");
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure);
        Assert.Equal(ExitCode.Done, await bot.LeavesAsync());
        Assert.Equal(
            "[Broadcast] bot: one\n[Broadcast] Alice: two\n[Broadcast] bot: two ␛[1m\n[Broadcast] Alice: owed before the reply\n",
            bot.Output.All);
        Assert.DoesNotContain("Exiting", bot.Error.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_end_of_input_waits_for_an_answer_that_never_comes_only_so_long()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bot = Person.InPipes(["connect", server.Url], ShortAfterTheEnd);
        var caller = await server.AcceptAsync();
        bot.Types("lost on you");
        bot.EndsInput();
        Assert.Equal("lost on you", await caller.HearsAsync());
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await caller.HearsGoodbyeAsync());
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure);
        Assert.Equal(ExitCode.Lost, await bot.LeavesAsync());
        Assert.EndsWith("Perhaps not said: lost on you\nThe server has not answered within 0.1 s.\n", bot.Error.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plain_server_that_repeats_nothing_is_waited_for_as_long_as_the_script_says()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bot = Person.InPipes(["connect", server.Url, "--send", "hi", "--timeout", "100ms"]);
        var caller = await server.AcceptAsync();
        await caller.SayAsync("System: anonymous joined the chat");
        await caller.HearsAsync();
        Assert.Equal(ExitCode.Lost, await bot.LeavesAsync());
        Assert.EndsWith("Perhaps not said: hi\nThe server has not answered within 0.1 s.\n", bot.Error.All, StringComparison.Ordinal);
        caller.Drop();
    }

    [Fact]
    public async Task A_script_that_quits_without_having_seen_its_line_come_back_does_not_end_as_if_it_had()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bot = Person.InPipes(["connect", server.Url]);
        var caller = await server.AcceptAsync();
        bot.Types("hi");
        bot.Types("/quit");
        await caller.HearsAsync();
        await caller.HearsGoodbyeAsync();
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure);
        Assert.Equal(ExitCode.Lost, await bot.LeavesAsync());
        Assert.EndsWith("Perhaps not said: hi\nThe server left before it had answered.\n", bot.Error.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_D_at_a_terminal_leaves_with_a_word()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.AtTerminal(["connect", server.Url]);
        var caller = await server.AcceptAsync();
        await bob.Output.ShowsAsync("> ");
        bob.EndsInput();
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await caller.HearsGoodbyeAsync());
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure);
        Assert.Equal(ExitCode.Done, await bob.LeavesAsync());
        Assert.EndsWith("> \r\e[KExiting...\n", bob.Output.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quit_says_so_sends_what_was_typed_before_it_and_closes_with_1000()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.AtTerminal(["connect", server.Url]);
        var caller = await server.AcceptAsync();
        bob.Types("bye all");
        bob.Types("/quit");
        bob.Types("never said");
        Assert.Equal("bye all", await caller.HearsAsync());
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await caller.HearsGoodbyeAsync());
        await caller.SayAsync("Bob: bye all");
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure);
        Assert.Equal(ExitCode.Done, await bob.LeavesAsync());
        Assert.EndsWith("Exiting...\n[Broadcast] Bob: bye all\n", bob.Output.All, StringComparison.Ordinal);
        Assert.Empty(bob.Error.All);
    }

    [Fact]
    public async Task Quit_does_not_wait_for_ever_for_a_server_that_does_not_answer_it()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.AtTerminal(
            ["connect", server.Url],
            new Patience(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), Goodbye: TimeSpan.FromMilliseconds(50)));
        var caller = await server.AcceptAsync();
        bob.Types("/quit");
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await caller.HearsGoodbyeAsync());
        Assert.Equal(ExitCode.Done, await bob.LeavesAsync());
        caller.Drop();
    }

    [Fact]
    public async Task Quit_ends_well_when_the_server_hangs_up_without_a_reply()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.AtTerminal(["connect", server.Url]);
        var caller = await server.AcceptAsync();
        bob.Types("/quit");
        await caller.HearsGoodbyeAsync();
        caller.Drop();
        Assert.Equal(ExitCode.Done, await bob.LeavesAsync());
        Assert.Empty(bob.Error.All);
    }

    [Fact]
    public async Task Ctrl_C_leaves_with_a_close_frame()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.AtTerminal(["connect", server.Url]);
        var caller = await server.AcceptAsync();
        await bob.Output.ShowsAsync("> ");
        bob.PressesCtrlC();
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await caller.HearsGoodbyeAsync());
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure);
        Assert.Equal(ExitCode.Done, await bob.LeavesAsync());
        Assert.EndsWith("Exiting...\n", bob.Output.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_of_the_output_that_went_away_ends_it_quietly()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.InPipes(["connect", server.Url, "-n", "Bob"]);
        var caller = await server.AcceptAsync();
        bob.Output.Tear = new IOException("Broken pipe", hresult: 32);
        await caller.SayAsync("Alice: hi");
        Assert.Equal(WebSocketCloseStatus.NormalClosure, await caller.HearsGoodbyeAsync());
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure);
        Assert.Equal(ExitCode.Done, await bob.LeavesAsync());
        Assert.Equal($"Connecting to {server.Url} as Bob...\n", bob.Error.All);
    }

    [Fact]
    public async Task A_full_disk_under_the_very_last_line_is_a_failure_too()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bot = Person.InPipes(["connect", server.Url]);
        var caller = await server.AcceptAsync();
        bot.Types("last");
        bot.EndsInput();
        Assert.Equal("last", await caller.HearsAsync());
        bot.Output.Tear = new IOException("No space left on device", hresult: 28);
        await caller.SayAsync("bot: last");
        await caller.HearsGoodbyeAsync();
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure);
        Assert.Equal(ExitCode.OutputFailed, await bot.LeavesAsync());
    }

    [Fact]
    public async Task A_full_disk_under_the_output_is_said_and_is_a_failure()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.InPipes(["connect", server.Url]);
        var caller = await server.AcceptAsync();
        bob.Output.Tear = new IOException("No space left on device", hresult: 28);
        await caller.SayAsync("Alice: hi");
        await caller.HearsGoodbyeAsync();
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure);
        Assert.Equal(ExitCode.OutputFailed, await bob.LeavesAsync());
        Assert.EndsWith("cannot be written: No space left on device\n", bob.Error.All, StringComparison.Ordinal);
    }
}
