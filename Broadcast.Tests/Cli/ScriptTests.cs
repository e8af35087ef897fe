using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Broadcast.Cli;
using Microsoft.Extensions.Time.Testing;

namespace Broadcast.Tests.Cli;

/// <summary>What scripts ask of the client, each with the status that it ends with.</summary>
public sealed class ScriptTests
{
    private const string Alice = """{"id":"3","name":"Alice"}""";
    private const string Bob = """{"id":"7","name":"Bob"}""";
    private const string Time = "2026-11-24T20:15:30.123Z";

    [Fact]
    public async Task Send_says_each_line_and_leaves_when_all_are_acknowledged_and_reads_no_input()
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bot = Person.InPipes(["connect", server.Url, "--send", "one", "-s", "two\nthree", "-q"]);
        var caller = await InAsync(server);
        await caller.HearsAsync(Said("one", 1));
        await caller.HearsAsync(Said("two", 2));
        await caller.HearsAsync(Said("three", 3));
        var goodbye = caller.HearsGoodbyeAsync();
        await caller.SayAsync($$"""{"type":"message","seq":1,"time":"{{Time}}","from":{{Bob}},"text":"one","n":1}""");
        await caller.SayAsync("""{"type":"ack","n":1,"seq":1}""");
        await caller.SayAsync("""{"type":"ack","n":2,"seq":2}""");
        Assert.False(goodbye.IsCompleted);
        await caller.SayAsync("""{"type":"ack","n":3,"seq":3}""");
        await goodbye;
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure);
        Assert.Equal(ExitCode.Done, await bot.LeavesAsync());
        Assert.Equal("[Broadcast] Bob: one\n[Broadcast] Bob: two\n[Broadcast] Bob: three\n", bot.Output.All);
        Assert.Empty(bot.Error.All);
    }

    [Fact]
    public async Task A_script_whose_line_is_refused_ends_with_status_3_and_the_reason()
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bot = Person.InPipes(["connect", server.Url]);
        var caller = await InAsync(server);
        bot.Types("/msg Nobody hi");
        bot.EndsInput();
        await caller.HearsAsync();
        await caller.SayAsync("""{"type":"error","code":"not-here","text":"nobody of that name can hear you now: ask who is here","n":1}""");
        await caller.HearsGoodbyeAsync();
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure);
        Assert.Equal(ExitCode.Refused, await bot.LeavesAsync());
        Assert.Equal("[Broadcast] System: nobody of that name can hear you now: ask who is here\n", bot.Output.All);
        Assert.EndsWith("Not said: /msg Nobody hi\n", bot.Error.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_question_piped_in_is_answered_before_it_leaves()
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bot = Person.InPipes(["connect", server.Url, "--no-prefix"]);
        var caller = await InAsync(server);
        bot.Types("/who");
        bot.EndsInput();
        await caller.HearsAsync(Json("""{"type":"who"}"""));
        await caller.SayAsync($$"""{"type":"members","seq":0,"members":[{{Alice}},{{Bob}}],"memberCount":2}""");
        await caller.HearsGoodbyeAsync();
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure);
        Assert.Equal(ExitCode.Done, await bot.LeavesAsync());
        Assert.Equal("System: 2 here: Alice, Bob\n", bot.Output.All);
    }

    [Theory]
    [InlineData("/nonsense", ExitCode.Done)]
    [InlineData("/help", ExitCode.Done)]
    [InlineData(null, ExitCode.Refused)]
    public async Task A_last_line_that_is_never_sent_keeps_no_script_waiting(string? line, int status)
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bot = Person.WhoStays(
            ["connect", server.Url, "--send", line ?? new string('x', 2000)], Stage.WithoutWaiting(new FakeTimeProvider()), inPipes: true);
        var caller = await InAsync(server);
        await caller.HearsGoodbyeAsync();
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure);
        Assert.Equal(status, await bot.LeavesAsync());
    }

    [Fact]
    public async Task An_answer_that_does_not_come_in_time_is_a_failure_that_says_for_what()
    {
        var clock = new FakeTimeProvider();
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bot = Person.WhoStays(["connect", server.Url, "--send", "hi", "--timeout", "5s"], Stage.WithoutWaiting(clock), inPipes: true);
        var caller = await InAsync(server);
        await caller.HearsAsync();
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(ExitCode.Lost, await bot.LeavesAsync());
        Assert.EndsWith("Perhaps not said: hi\nThe server has not answered within 5 s.\n", bot.Error.All, StringComparison.Ordinal);
        caller.Drop();
    }

    [Theory]
    [InlineData("--send", "hi")]
    [InlineData("--listen", "1")]
    public async Task A_server_that_never_welcomes_is_one_that_could_not_be_connected_to(string option, string value)
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bot = Person.InPipes(["connect", server.Url, option, value, "--timeout", "100ms"]);
        var caller = await server.AcceptAsync();
        await caller.HearsAsync();
        Assert.Equal(ExitCode.CannotConnect, await bot.LeavesAsync());
        Assert.EndsWith("The server opened the connection and let nobody in.\n", bot.Error.All, StringComparison.Ordinal);
        caller.Drop();
    }

    [Fact]
    public async Task A_script_that_cannot_have_its_name_ends_with_status_3_before_it_has_said_anything()
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bot = Person.InPipes(["connect", server.Url, "-n", "a:b", "--send", "x"]);
        var caller = await server.AcceptAsync();
        await caller.HearsAsync();
        await caller.WelcomesAsync("anonymous");
        await caller.HearsAsync(Json("""{"type":"ping"}"""));
        await caller.SayAsync("""{"type":"error","code":"name-invalid","text":"a name has no colon, nor anything that looks like one","name":"anonymous"}""");
        await caller.HearsGoodbyeAsync();
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure);
        Assert.Equal(ExitCode.Refused, await bot.LeavesAsync());
        Assert.EndsWith(
            "Not sent: x\nThe server calls nobody 'a:b': a name has no colon, nor anything that looks like one.\n", bot.Error.All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bob", "Bob-2", "name-taken", "x", true)]
    [InlineData("a:b", "anonymous", "name-invalid", "x", false)]
    public async Task One_who_is_called_something_else_is_told_and_then_goes_on(string asked, string given, string code, string line, bool inPipes)
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bob = Person.WhoStays(["connect", server.Url, "-n", asked], Stage.WithoutWaiting(), inPipes);
        var caller = await server.AcceptAsync();
        await caller.HearsAsync();
        await caller.WelcomesAsync(given);
        bob.Types(line);
        await caller.HearsAsync(Json("""{"type":"ping"}"""));
        await caller.SayAsync($$"""{"type":"error","code":"{{code}}","text":"no","name":"{{given}}"}""");
        await caller.SayAsync("""{"type":"pong"}""");
        await caller.HearsAsync(Said(line, 1));
        await bob.Output.ShowsAsync($"so you are {given}: /name New changes it\n");
        caller.Drop();
    }

    [Fact]
    public async Task A_question_that_is_refused_is_not_waited_for_any_more()
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bot = Person.InPipes(["connect", server.Url, "--send", "/who", "--send", "hi"]);
        var caller = await InAsync(server);
        await caller.HearsAsync(Json("""{"type":"who"}"""));
        await caller.SayAsync("""{"type":"error","code":"too-fast","text":"one question at a time"}""");
        await caller.HearsAsync(Said("hi", 1));
        await caller.SayAsync("""{"type":"ack","n":1,"seq":1}""");
        await caller.HearsGoodbyeAsync();
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure);
        Assert.Equal(ExitCode.Refused, await bot.LeavesAsync());
        Assert.EndsWith("Not said: /who\n", bot.Error.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_says_more_lines_than_may_wait_for_a_person()
    {
        await using var server = await ScriptedServer.StartAsync();
        var lines = Enumerable.Range(1, 1200).Select(i => $"line {i}").ToList();
        await using var bot = Person.InPipes(["connect", server.Url, "--send", string.Join('\n', lines)]);
        var caller = await server.AcceptAsync();
        foreach (var line in lines)
        {
            Assert.Equal(line, await caller.HearsAsync());
        }

        caller.Drop();
    }

    [Fact]
    public async Task What_a_script_could_not_say_is_listed_whole()
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        string[] lines = [new string('x', 500), .. Enumerable.Range(1, 60).Select(i => $"line {i}")];
        await using var bot = Person.InPipes(["connect", server.Url, "--no-reconnect", .. lines.SelectMany(line => (string[])["--send", line])]);
        var caller = await InAsync(server);
        await caller.CloseAsync(WebSocketCloseStatus.EndpointUnavailable);
        Assert.Equal(ExitCode.Lost, await bot.LeavesAsync());
        Assert.Equal(lines, bot.Error.All.Split('\n').Where(said => said.Contains("ot s", StringComparison.Ordinal)).Select(said => said[(said.IndexOf(": ", StringComparison.Ordinal) + 2)..]));
    }

    [Fact]
    public async Task What_was_sent_when_the_server_went_away_is_acknowledged_by_it_when_it_is_back()
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bot = Person.WhoStays(["connect", server.Url, "-n", "Bob"], Stage.WithoutWaiting(), inPipes: true);
        var caller = await InAsync(server);
        bot.Types("hi");
        bot.EndsInput();
        await caller.HearsAsync();
        caller.Drop();
        caller = await server.AcceptAsync();
        await caller.HearsAsync();
        await caller.WelcomesAsync(resumed: true);
        await caller.HearsAsync(Said("hi", 1));
        await caller.SayAsync($$"""{"type":"message","seq":1,"time":"{{Time}}","from":{{Bob}},"text":"hi","n":1}""");
        await caller.HearsGoodbyeAsync();
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure);
        Assert.Equal(ExitCode.Done, await bot.LeavesAsync());
        Assert.Equal("[Broadcast] Bob: hi\n", bot.Output.All);
    }

    [Fact]
    public async Task A_script_that_cannot_tell_whether_all_was_said_does_not_end_as_if_it_were()
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bot = Person.WhoStays(["connect", server.Url, "-n", "Bob"], Stage.WithoutWaiting(), inPipes: true);
        var caller = await InAsync(server);
        bot.Types("hi");
        bot.EndsInput();
        await caller.HearsAsync();
        caller.Drop();
        caller = await server.AcceptAsync();
        await caller.HearsAsync();
        await caller.WelcomesAsync(epoch: "e2");
        await caller.HearsGoodbyeAsync();
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure);
        Assert.Equal(ExitCode.Lost, await bot.LeavesAsync());
        Assert.Contains("Perhaps not said: hi\n", bot.Error.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Listen_leaves_after_so_many_messages_of_others_and_waits_for_them_beyond_the_end_of_input()
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bot = Person.InPipes(["connect", server.Url, "--listen", "2", "-n", "Bob"]);
        var caller = await InAsync(server);
        bot.Types("ping");
        bot.EndsInput();
        await caller.HearsAsync();
        await caller.SayAsync($$"""{"type":"message","seq":1,"time":"{{Time}}","from":{{Bob}},"text":"ping","n":1}""");
        await caller.SayAsync($$"""{"type":"joined","seq":2,"time":"{{Time}}","who":{{Alice}}}""");
        await caller.SayAsync($$"""{"type":"message","seq":3,"time":"{{Time}}","from":{{Alice}},"text":"pong"}""");
        await caller.SayAsync($$"""{"type":"whisper","time":"{{Time}}","from":{{Alice}},"to":{{Bob}},"text":"pong"}""");
        await caller.HearsGoodbyeAsync();
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure);
        Assert.Equal(ExitCode.Done, await bot.LeavesAsync());
    }

    [Fact]
    public async Task Listen_needs_no_end_of_input()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bot = Person.InPipes(["connect", server.Url, "--listen", "1"]);
        var caller = await server.AcceptAsync();
        await caller.SayAsync("System: anonymous joined the chat");
        await caller.SayAsync("Alice: hi");
        await caller.HearsGoodbyeAsync();
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure);
        Assert.Equal(ExitCode.Done, await bot.LeavesAsync());
    }

    [Fact]
    public async Task Listen_is_given_up_after_the_timeout()
    {
        var clock = new FakeTimeProvider();
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bot = Person.WhoStays(["connect", server.Url, "--listen", "2", "--timeout", "5s"], Stage.WithoutWaiting(clock), inPipes: true);
        var caller = await InAsync(server);
        await caller.SayAsync($$"""{"type":"message","seq":1,"time":"{{Time}}","from":{{Alice}},"text":"hi"}""");
        await bot.Output.ShowsAsync("hi\n");
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(ExitCode.Lost, await bot.LeavesAsync());
        Assert.EndsWith("1 of 2 messages came within 5 s.\n", bot.Error.All, StringComparison.Ordinal);
        caller.Drop();
    }

    [Fact]
    public async Task Ctrl_C_while_something_is_waited_for_is_no_success()
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bot = Person.InPipes(["connect", server.Url, "--listen", "2"]);
        var caller = await InAsync(server);
        await caller.SayAsync("""{"type":"notice","text":"wait for it"}""");
        await bot.Output.ShowsAsync("wait for it\n");
        bot.PressesCtrlC();
        await caller.HearsGoodbyeAsync();
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure);
        Assert.Equal(ExitCode.Interrupted, await bot.LeavesAsync());
    }

    [Fact]
    public async Task Json_prints_every_arrival_as_one_line_for_programs_and_nobodys_token()
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bot = Person.InPipes(["connect", server.Url, "--json"]);
        var caller = await server.AcceptAsync();
        await caller.HearsAsync();
        await caller.WelcomesAsync(members: Alice);
        await caller.SayAsync("{ \"type\" : \"notice\",\n \"text\":\"Zoë\u0085 \u202E \\u001b[2J\" }");
        await caller.SayAsync("""{"type":"ack","n":7}""");
        await caller.SayAsync("""{"type":"of another day","list":[1]}""");
        await caller.CloseAsync(WebSocketCloseStatus.EndpointUnavailable);
        Assert.Equal(ExitCode.Lost, await bot.LeavesAsync());
        var lines = bot.Output.All.Split('\n');
        Assert.Equal(5, lines.Length);
        Assert.StartsWith("""{"type":"welcome","epoch":"e1","seq":0,"you":{"id":"7","name":"Bob"},"resumed":false,""", lines[0], StringComparison.Ordinal);
        Assert.Equal("""{"type":"notice","text":"Zoë\u0085 \u202e \u001B[2J"}""", lines[1]);
        Assert.Equal("""{"type":"ack","n":7}""", lines[2]);
        Assert.Equal("""{"type":"of another day","list":[1]}""", lines[3]);
        Assert.Empty(lines[4]);
    }

    [Fact]
    public async Task Json_of_a_plain_server_is_its_lines()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bot = Person.InPipes(["connect", server.Url, "--json"]);
        var caller = await server.AcceptAsync();
        await caller.SayAsync("Alice: \"hi\"");
        await bot.Output.ShowsAsync("""{"type":"line","text":"Alice: \"hi\""}""" + "\n");
        caller.Drop();
    }

    [Fact]
    public async Task History_is_asked_for_once_and_shown_with_its_times()
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        var clock = new FakeTimeProvider();
        clock.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("here", TimeSpan.FromHours(2), "here", "here"));
        await using var bob = Person.WhoStays(["connect", server.Url, "--history", "20"], Stage.WithoutWaiting(clock));
        var caller = await InAsync(server);
        await caller.HearsAsync(Json("""{"type":"history","limit":20}"""));
        await caller.SayAsync(
            $$"""{"type":"history","facts":[{"type":"message","seq":1,"time":"{{Time}}","from":{{Alice}},"text":"hi"},{"type":"of another day"}],"more":false}""");
        await bob.Output.ShowsAsync("[Broadcast] 22:15:30 Alice: hi\n");
        caller.Drop();
        caller = await server.AcceptAsync();
        await caller.HearsAsync();
        await caller.WelcomesAsync(resumed: true);
        bob.Types("next");
        await caller.HearsAsync(Said("next", 1));
        caller.Drop();
    }

    [Fact]
    public async Task The_variables_stand_in_for_what_is_not_given()
    {
        await using var server = await ScriptedServer.StartAsync();
        var surroundings = Stage.WithoutWaiting(clock: null, ("BROADCAST_URL", server.Url), ("BROADCAST_NAME", "Zoë"));
        await using var zoe = Person.WhoStays(["connect"], surroundings, inPipes: true);
        var caller = await server.AcceptAsync();
        Assert.Equal("Zoë", caller.Name);
        caller.Drop();
        await using var bob = Person.WhoStays(["connect", "-n", "Bob"], surroundings, inPipes: true);
        do
        {
            caller = await server.AcceptAsync();
            caller.Drop();
        }
        while (caller.Name != "Bob");
    }

    [Fact]
    public async Task A_variable_that_cannot_be_used_is_named()
    {
        await using var bot = Person.WhoStays(["connect"], Stage.WithoutWaiting(clock: null, ("BROADCAST_URL", "localhost:8080")), inPipes: true);
        Assert.Equal(ExitCode.Usage, await bot.LeavesAsync());
        Assert.StartsWith("BROADCAST_URL: 'localhost:8080' is no address that can be dialled: it begins with ws:// ", bot.Error.All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("A time is a number with ms, s, m or h, and at most 30 days, not 'soon'. (See Broadcast.Cli connect --help.)", "--timeout", "soon")]
    [InlineData("A time is a number with ms, s, m or h, and at most 30 days, not '0s'. (See Broadcast.Cli connect --help.)", "--timeout", "0s")]
    [InlineData("--listen takes a number from 1, not '0'. (See Broadcast.Cli connect --help.)", "--listen", "0")]
    [InlineData("There is nothing to say: --send takes a text that is not empty. (See Broadcast.Cli connect --help.)", "--send", "")]
    [InlineData("--history takes a number from 1, not 'all'. (See Broadcast.Cli connect --help.)", "--history", "all")]
    public async Task What_cannot_be_used_is_one_line_and_status_64(string line, params string[] args)
    {
        await using var bot = Person.InPipes(["connect", .. args]);
        Assert.Equal(ExitCode.Usage, await bot.LeavesAsync());
        Assert.Equal(line + "\n", bot.Error.All);
    }

    [Theory]
    [InlineData("Broadcast.Cli connect --no-reconnect --no-p", "--no-prefix\n")]
    [InlineData("Broadcast.Cli connect --color a", "always\nauto\n")]
    [InlineData("Broadcast.Cli connect /", "\n")]
    public async Task Completion_goes_on_behind_an_option_and_knows_what_it_takes(string line, string offered)
    {
        await using var bot = Person.InPipes([$"[suggest:{line.Length}]", line]);
        Assert.Equal(ExitCode.Done, await bot.LeavesAsync());
        Assert.Equal(offered, bot.Output.All);
    }

    [Fact]
    public async Task The_completion_of_bash_is_a_script()
    {
        await using var bot = Person.InPipes(["completion", "bash"]);
        Assert.Equal(ExitCode.Done, await bot.LeavesAsync());
        Assert.Contains("complete -o default -F _broadcast broadcast Broadcast.Cli\n", bot.Output.All, StringComparison.Ordinal);
    }

    private static async Task<Caller> InAsync(ScriptedServer server)
    {
        var caller = await server.AcceptAsync();
        await caller.HearsAsync();
        await caller.WelcomesAsync();
        return caller;
    }

    private static JsonNode Said(string text, int n) => Json($$"""{"type":"say","text":"{{text}}","n":{{n}}}""");

    private static JsonNode Json(string text) => JsonNode.Parse(text)!;
}
