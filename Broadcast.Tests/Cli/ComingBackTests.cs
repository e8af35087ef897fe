using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Broadcast.Cli;
using Broadcast.Tests.Cli.Editing;
using Microsoft.Extensions.Time.Testing;

namespace Broadcast.Tests.Cli;

/// <summary>Servers that are lost and found again.</summary>
public sealed class ComingBackTests
{
    private const string Bob = """{"id":"7","name":"Bob"}""";
    private const string Time = "2026-11-24T20:15:30.123Z";
    private const string LetIn = "[Broadcast] System: come in\n";
    private const int Columns = 70;

    [Fact]
    public async Task What_was_not_answered_is_sent_again_in_order_when_it_is_back_and_what_was_missed_is_shown()
    {
        var clock = new FakeTimeProvider();
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bob = Person.WhoStays(["connect", server.Url, "-n", "Bob"], Stage.WithoutWaiting(clock));
        var caller = await InAsync(server, bob, seq: 41);
        bob.Types("one");
        bob.Types("two");
        await caller.HearsAsync();
        await caller.HearsAsync();
        await caller.SayAsync($$"""{"type":"message","seq":42,"time":"{{Time}}","from":{{Bob}},"text":"one","n":1}""");
        await bob.Output.ShowsAsync("[Broadcast] Bob: one\n");
        caller.Drop();
        await bob.Error.ShowsAsync(" Reconnecting...\n");

        caller = await server.AcceptAsync();
        await caller.HearsAsync(Json("""{"type":"hello","name":"Bob","resume":{"token":"secret","epoch":"e1","seq":42}}"""));
        bob.Types("three");
        clock.Advance(TimeSpan.FromSeconds(7.5));
        await caller.WelcomesAsync(seq: 42, resumed: true);
        await caller.HearsAsync(Json("""{"type":"say","text":"two","n":2}"""));
        await caller.HearsAsync(Json("""{"type":"say","text":"three","n":3}"""));
        await caller.SayAsync($$"""{"type":"message","seq":43,"time":"{{Time}}","from":{"id":"3","name":"Alice"},"text":"meanwhile"}""");
        await bob.Output.ShowsAsync("Back after 7.5 s.\n");
        await bob.Output.ShowsAsync("[Broadcast] Alice: meanwhile\n");
        caller.Drop();
    }

    [Fact]
    public async Task It_is_dialled_at_once_and_then_less_and_less_often_until_it_is_there()
    {
        var clock = new FakeTimeProvider();
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bob = Person.WhoStays(["connect", server.Url, "-v"], Stage.WithoutWaiting(clock));
        var caller = await InAsync(server, bob);
        server.Answers = 503;
        caller.Drop();
        await bob.Output.ShowsAsync("it is full or not ready; try again later.\n");
        await bob.Output.ShowsAsync("it is full or not ready; try again later.\n");
        server.Answers = null;
        caller = await server.AcceptAsync();
        await caller.HearsAsync();
        await caller.WelcomesAsync(resumed: true);
        await bob.Output.ShowsAsync("Back after 0 s.\n");
        caller.Drop();
    }

    [Fact]
    public async Task A_server_that_says_when_it_will_be_back_is_not_dialled_before()
    {
        var clock = new FakeTimeProvider();
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bob = Person.WhoStays(["connect", server.Url], Stage.WithoutWaiting(clock));
        var caller = await InAsync(server, bob);
        await caller.SayAsync("""{"type":"bye","reason":"restarting","retryAfterMs":2000}""");
        await caller.CloseAsync((WebSocketCloseStatus)1012, "the server is restarting");
        await bob.Error.ShowsAsync("The server is restarting (1012). Reconnecting...\n");
        clock.Advance(TimeSpan.FromMilliseconds(1999));
        var next = server.AcceptAsync();
        Assert.False(next.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        (await next).Drop();
    }

    [Fact]
    public async Task A_server_that_is_full_is_not_dialled_before_it_wants_to_be()
    {
        var clock = new FakeTimeProvider();
        await using var server = await ScriptedServer.StartJsonAsync();
        server.Fields["Retry-After"] = "5";
        await using var bob = Person.WhoStays(["connect", server.Url, "--verbose"], Stage.WithoutWaiting(clock));
        var caller = await InAsync(server, bob);
        server.Answers = 503;
        caller.Drop();
        await bob.Output.ShowsAsync("it is full or not ready; try again later.\n");
        server.Answers = null;
        clock.Advance(TimeSpan.FromMilliseconds(4999));
        var next = server.AcceptAsync();
        Assert.False(next.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        (await next).Drop();
    }

    [Fact]
    public async Task Who_was_away_too_long_is_told_so_and_under_which_name_it_goes_on_and_how_much_was_missed()
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bob = Person.WhoStays(["connect", server.Url, "-n", "Bob"], Stage.WithoutWaiting());
        var caller = await InAsync(server, bob, seq: 41);
        bob.Types("one");
        await caller.HearsAsync();
        caller.Drop();
        caller = await server.AcceptAsync();
        await caller.HearsAsync();
        await caller.WelcomesAsync("Bob-2", seq: 53, token: "another");
        await bob.Output.ShowsAsync("Back after 0 s; you were away too long: you are back as Bob-2, and you missed 12 messages.\n");
        await caller.HearsAsync(Json("""{"type":"say","text":"one","n":1}"""));
        await caller.SayAsync("""{"type":"ack","n":1,"seq":50}""");
        await bob.Output.ShowsAsync("[Broadcast] Bob-2: one\n");
        caller.Drop();
        caller = await server.AcceptAsync();
        await caller.HearsAsync(Json("""{"type":"hello","name":"Bob","resume":{"token":"another","epoch":"e1","seq":53}}"""));
        caller.Drop();
    }

    [Fact]
    public async Task A_server_that_was_started_anew_is_not_sent_again_what_may_have_been_said()
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bob = Person.WhoStays(["connect", server.Url, "-n", "Bob"], Stage.WithoutWaiting());
        var caller = await InAsync(server, bob);
        bob.Types("one");
        await caller.HearsAsync();
        caller.Drop();
        caller = await server.AcceptAsync();
        await caller.HearsAsync();
        bob.Types("two");
        await caller.WelcomesAsync(epoch: "e2");
        await caller.HearsAsync(Json("""{"type":"say","text":"two","n":2}"""));
        await bob.Error.ShowsAsync("Perhaps not said: one\n");
        await bob.Output.ShowsAsync("Back after 0 s; the server was started anew: you are back as Bob.\n");
        caller.Drop();
    }

    [Fact]
    public async Task A_plain_server_is_joined_anew_and_what_did_not_come_back_is_shown()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.WhoStays(["connect", server.Url, "-n", "Bob"], Stage.WithoutWaiting());
        var caller = await server.AcceptAsync();
        bob.Types("one");
        bob.Types("two");
        await caller.HearsAsync();
        await caller.HearsAsync();
        await caller.SayAsync("Bob: one");
        await bob.Output.ShowsAsync("[Broadcast] Bob: one\n");
        caller.Drop();
        await bob.Error.ShowsAsync("Perhaps not said: two\n");
        caller = await server.AcceptAsync();
        Assert.Equal("Bob", caller.Name);
        bob.Types("three");
        Assert.Equal("three", await caller.HearsAsync());
        await bob.Output.ShowsAsync("Back after 0 s.\n");
        caller.Drop();
    }

    [Fact]
    public async Task A_server_that_has_become_an_older_one_is_talked_to_in_plain()
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bob = Person.WhoStays(["connect", server.Url], Stage.WithoutWaiting());
        var caller = await InAsync(server, bob);
        bob.Types("one");
        await caller.HearsAsync();
        server.SpeaksSubprotocol = null;
        caller.Drop();
        caller = await server.AcceptAsync();
        bob.Types("/me waves");
        Assert.Equal("/me waves", await caller.HearsAsync());
        await bob.Error.ShowsAsync("Perhaps not said: one\n");
        caller.Drop();
    }

    [Fact]
    public async Task What_is_half_typed_stays_and_what_is_entered_meanwhile_is_counted_and_sent_afterwards()
    {
        var clock = new FakeTimeProvider();
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bob = Person.WhoStays(["connect", server.Url, "-n", "Bob"], Stage.WithoutWaiting(clock), columns: Columns);
        var caller = await InAsync(server, bob);
        bob.Presses("half a th");
        await bob.Output.ShowsAsync("> half a th ");
        await caller.SayAsync("""{"type":"bye","reason":"restarting","retryAfterMs":60000}""");
        await caller.CloseAsync((WebSocketCloseStatus)1012);
        await bob.Output.ShowsAsync("reconnecting… > half a th ");
        bob.Presses("ought\rand an");
        await bob.Output.ShowsAsync("reconnecting…, 1 line waiting > and an ");
        bob.Presses("\r/who\rand on");
        await bob.Output.ShowsAsync("reconnecting…, 3 lines waiting > and on ");
        clock.Advance(TimeSpan.FromMinutes(1));

        caller = await server.AcceptAsync();
        await caller.HearsAsync();
        await caller.WelcomesAsync(resumed: true);
        await caller.HearsAsync(Json("""{"type":"say","text":"half a thought","n":1}"""));
        await caller.HearsAsync(Json("""{"type":"say","text":"and an","n":2}"""));
        await caller.HearsAsync(Json("""{"type":"who"}"""));
        await bob.Output.ShowsAsync("Back after 60 s.\n\e[?7l\r> and on ");
        bob.Presses("\u0015\u0004");
        await bob.Output.ShowsAsync("Exiting...\n");
        await caller.SayAsync("""{"type":"ack","n":1,"seq":1}""");
        await caller.SayAsync("""{"type":"ack","n":2,"seq":2}""");
        await caller.SayAsync($$"""{"type":"members","seq":2,"members":[{{Bob}}],"memberCount":1}""");
        await caller.HearsGoodbyeAsync();
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure);
        Assert.Equal(ExitCode.Done, await bob.LeavesAsync());

        var screen = new ScreenModel(Columns);
        screen.Show(bob.Output.All);
        Assert.Equal(
            ["Back after 60 s.", "Exiting...", "[Broadcast] Bob: half a thought", "[Broadcast] Bob: and an", "[Broadcast] System: 1 here: Bob", ""],
            screen.Lines.TakeLast(6));
    }

    [Fact]
    public async Task No_more_than_a_thousand_lines_wait()
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bob = Person.WhoStays(["connect", server.Url], Stage.WithoutWaiting(), columns: Columns);
        var caller = await server.AcceptAsync();
        await caller.HearsAsync();
        bob.Presses($"\e[200~{string.Concat(Enumerable.Range(1, 1000).Select(i => $"line {i}\n"))}one more\e[201~\r");
        await bob.Error.ShowsAsync("1000 lines are waiting. Not kept: one more\n");
        caller.Drop();
    }

    [Theory]
    [InlineData(1002)]
    [InlineData(1003)]
    [InlineData(1007)]
    [InlineData(1008)]
    [InlineData(1009)]
    public async Task A_refusal_is_not_asked_for_again(int code)
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bob = Person.WhoStays(["connect", server.Url], Stage.WithoutWaiting());
        var caller = await InAsync(server, bob);
        await caller.CloseAsync((WebSocketCloseStatus)code, "replaced");
        Assert.Equal(ExitCode.Refused, await bob.LeavesAsync());
        Assert.EndsWith($"({code}): replaced\n", bob.Error.All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task A_server_that_lets_nobody_back_in_is_not_asked_again(int status)
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bob = Person.WhoStays(["connect", server.Url], Stage.WithoutWaiting());
        var caller = await InAsync(server, bob);
        server.Answers = status;
        caller.Drop();
        Assert.Equal(ExitCode.Refused, await bob.LeavesAsync());
        Assert.Contains($"answered HTTP {status}: ", bob.Error.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_does_not_want_to_come_back_ends_with_status_2()
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bob = Person.WhoStays(["connect", server.Url, "--no-reconnect"], Stage.WithoutWaiting());
        var caller = await InAsync(server, bob);
        bob.Types("one");
        await caller.HearsAsync();
        caller.Drop();
        Assert.Equal(ExitCode.Lost, await bob.LeavesAsync());
        Assert.StartsWith("Perhaps not said: one\nThe connection to the server was lost: ", bob.Error.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_waits_half_a_minute_and_no_longer()
    {
        var clock = new FakeTimeProvider();
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bot = Person.WhoStays(["connect", server.Url], Stage.WithoutWaiting(clock), inPipes: true);
        var caller = await InAsync(server, bot);
        await caller.SayAsync("""{"type":"bye","reason":"restarting","retryAfterMs":3600000}""");
        await caller.CloseAsync((WebSocketCloseStatus)1012);
        await bot.Error.ShowsAsync(" Reconnecting...\n");
        bot.Types("one");
        bot.EndsInput();
        clock.Advance(TimeSpan.FromSeconds(29));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(ExitCode.Lost, await bot.LeavesAsync());
        Assert.EndsWith("The server has not come back within 30 s.\n", bot.Error.All, StringComparison.Ordinal);
        Assert.Equal(LetIn, bot.Output.All);
    }

    [Fact]
    public async Task Ctrl_C_while_nobody_is_there_ends_it_at_once()
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bob = Person.WhoStays(["connect", server.Url], Stage.WithoutWaiting());
        var caller = await InAsync(server, bob);
        await caller.SayAsync("""{"type":"bye","reason":"restarting","retryAfterMs":3600000}""");
        await caller.CloseAsync((WebSocketCloseStatus)1012);
        await bob.Error.ShowsAsync(" Reconnecting...\n");
        bob.PressesCtrlC();
        Assert.Equal(ExitCode.Interrupted, await bob.LeavesAsync());
    }

    [Fact]
    public async Task Who_quits_while_nobody_is_there_is_told_what_was_not_said()
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bob = Person.WhoStays(["connect", server.Url], Stage.WithoutWaiting());
        var caller = await InAsync(server, bob);
        await caller.SayAsync("""{"type":"bye","reason":"restarting","retryAfterMs":3600000}""");
        await caller.CloseAsync((WebSocketCloseStatus)1012);
        await bob.Error.ShowsAsync(" Reconnecting...\n");
        bob.Types("one");
        bob.Types("/quit");
        Assert.Equal(ExitCode.Lost, await bob.LeavesAsync());
        Assert.EndsWith("Not sent: one\nThe server had not come back.\n", bob.Error.All, StringComparison.Ordinal);
    }

    // What a connection that breaks had not handed over yet is lost with it: so the client is known to have been let in.
    private static async Task<Caller> InAsync(ScriptedServer server, Person person, long seq = 0)
    {
        var caller = await server.AcceptAsync();
        await caller.HearsAsync();
        await caller.WelcomesAsync(seq: seq);
        await caller.SayAsync("""{"type":"notice","text":"come in"}""");
        await person.Output.ShowsAsync(LetIn);
        return caller;
    }

    private static JsonNode Json(string text) => JsonNode.Parse(text)!;
}
