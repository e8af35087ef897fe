using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Broadcast.Cli;
using Microsoft.Extensions.Time.Testing;

namespace Broadcast.Tests.Cli;

/// <summary>Conversations with a server that speaks <c>broadcast.v1+json</c>.</summary>
public sealed class JsonConversationTests
{
    private const string Alice = """{"id":"3","name":"Alice"}""";
    private const string Bob = """{"id":"7","name":"Bob"}""";
    private const string Time = "2026-11-24T20:15:30.123Z";

    [Fact]
    public async Task It_says_hello_first_and_shows_what_happens_in_the_words_of_the_plain_form()
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bob = Person.InPipes(["connect", server.Url, "-n", "Bob"]);
        var caller = await server.AcceptAsync();
        await caller.HearsAsync(Json("""{"type":"hello","name":"Bob"}"""));
        await caller.WelcomesAsync(members: Alice);
        string[] frames =
        [
            $$"""{"type":"joined","seq":1,"time":"{{Time}}","who":{{Bob}}}""",
            $$"""{"type":"message","seq":2,"time":"{{Time}}","from":{{Alice}},"text":"hi"}""",
            $$"""{"type":"message","seq":3,"time":"{{Time}}","from":{{Alice}},"text":"waves","action":true,"n":4,"new":"field"}""",
            $$"""{"type":"renamed","seq":4,"time":"{{Time}}","who":{"id":"3","name":"Alicia"},"was":"Alice"}""",
            $$"""{"type":"whisper","time":"{{Time}}","from":{"id":"3","name":"Alicia"},"to":{{Bob}},"text":"psst"}""",
            $$"""{"type":"left","seq":5,"time":"{{Time}}","who":{"id":"3","name":"Alicia"},"reason":"lost"}""",
            """{"type":"gap","missed":312,"from":6,"to":317}""",
            """{"type":"gap","missed":1,"from":318,"to":318}""",
            """{"type":"members","seq":318,"members":[],"memberCount":0}""",
            """{"type":"notice","text":"mind the gap"}""",
            $$"""{"type":"presence","seq":319,"time":"{{Time}}","announced":false,"memberCount":1001}""",
            """{"type":"error","code":"name-taken","text":"the name Bob is taken or looks like one that is: choose another","name":"Bob-2"}""",
            """{"type":"error","code":"name-invalid","text":"a name has at most 32 characters","name":"anonymous"}""",
            """{"type":"of another day"}""",
            "no JSON",
            """{"type":"pong"}""",
        ];
        foreach (var frame in frames)
        {
            await caller.SayAsync(frame);
        }

        await caller.CloseAsync(WebSocketCloseStatus.EndpointUnavailable);
        Assert.Equal(ExitCode.Lost, await bob.LeavesAsync());
        Assert.Equal(
            """
            [Broadcast] System: Bob joined the chat
            [Broadcast] Alice: hi
            [Broadcast] * Alice: waves
            [Broadcast] System: Alice is now known as Alicia
            [Broadcast] System: Alicia whispers: psst
            [Broadcast] System: Alicia left the chat
            [Broadcast] System: you missed 312 messages
            [Broadcast] System: you missed 1 message
            [Broadcast] System: mind the gap
            [Broadcast] System: 1001 are here: from now on it is no longer announced who joins and leaves
            [Broadcast] System: the name Bob is taken, so you are Bob-2: /name New changes it
            [Broadcast] System: a name has at most 32 characters, so you are anonymous: /name New changes it

            """,
            bob.Output.All);
    }

    [Fact]
    public async Task Slash_commands_become_frames_in_the_order_in_which_they_were_typed()
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bob = Person.InPipes(["connect", server.Url, "-n", "Bob"]);
        var caller = await InAsync(server, members: """{"id":"1","name":"Ann"},{"id":"2","name":"Ann Lee"}""");
        string[] lines = ["hi", "/me waves", "/name Bobby", "/msg ann lee how are you", "//x", "/who", "/help", "/dance now"];
        foreach (var line in lines)
        {
            bob.Types(line);
        }

        await caller.HearsAsync(Json("""{"type":"say","text":"hi","n":1}"""));
        await caller.HearsAsync(Json("""{"type":"say","text":"waves","action":true,"n":2}"""));
        await caller.HearsAsync(Json("""{"type":"rename","name":"Bobby","n":3}"""));
        await caller.HearsAsync(Json("""{"type":"whisper","to":"ann lee","text":"how are you","n":4}"""));
        await caller.HearsAsync(Json("""{"type":"say","text":"/x","n":5}"""));
        await caller.HearsAsync(Json("""{"type":"who"}"""));
        await caller.SayAsync("""{"type":"ack","n":4}""");
        await caller.SayAsync($$"""{"type":"members","seq":0,"members":[{{Alice}},{{Bob}},{"id":"9","name":"Zoë","away":true}],"memberCount":5}""");
        await bob.Output.ShowsAsync("[Broadcast] System: you whisper to ann lee: how are you\n[Broadcast] System: 5 here: Alice, Bob, Zoë (away) and 2 more\n");
        await bob.Error.ShowsAsync("System: /name New changes your name, ");
        await bob.Error.ShowsAsync("System: there is no /dance: /help lists the commands, //text says /text\n");
        caller.Drop();
    }

    [Fact]
    public async Task Ones_own_line_is_seen_once_when_it_has_been_said_and_not_before()
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bob = Person.AtKeys(["connect", server.Url, "-n", "Bob"], columns: 60);
        var caller = await InAsync(server);
        bob.Presses("hello\r");
        await caller.HearsAsync(Json("""{"type":"say","text":"hello","n":1}"""));
        await caller.SayAsync($$"""{"type":"message","seq":1,"time":"{{Time}}","from":{{Alice}},"text":"first","n":1}""");
        await caller.SayAsync($$"""{"type":"message","seq":2,"time":"{{Time}}","from":{{Bob}},"text":"hello","n":1}""");
        await caller.SayAsync("""{"type":"ack","n":1,"seq":2}""");
        await caller.SayAsync("""{"type":"notice","text":"last"}""");
        await bob.Output.ShowsAsync("last\n");
        caller.Drop();
        await bob.LeavesAsync();
        var screen = new Editing.ScreenModel(60);
        screen.Show(bob.Output.All);
        Assert.Equal(
            ["[Broadcast] Alice: first", "[Broadcast] Bob: hello", "[Broadcast] System: last", ""],
            screen.Lines.Skip(1));
    }

    [Fact]
    public async Task A_line_that_is_refused_is_given_back_with_the_reason()
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bob = Person.AtTerminal(["connect", server.Url]);
        var caller = await InAsync(server);
        bob.Types("hello");
        await caller.HearsAsync();
        await caller.SayAsync("""{"type":"error","code":"too-fast","text":"that is too fast: wait a moment and send it again","n":1}""");
        await bob.Output.ShowsAsync("[Broadcast] System: that is too fast: wait a moment and send it again\n");
        await bob.Error.ShowsAsync("Not said: hello\n");
        caller.Drop();
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_not_sent_and_costs_nobody_the_connection()
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bob = Person.AtTerminal(["connect", server.Url]);
        var caller = await InAsync(server);
        bob.Types(new string('x', 1000));
        bob.Types("short");
        await caller.HearsAsync(Json("""{"type":"say","text":"short","n":1}"""));
        await bob.Output.ShowsAsync("[Broadcast] System: that text is too long: send shorter lines\n");
        caller.Drop();
    }

    [Fact]
    public async Task No_more_than_32_lines_are_without_an_answer()
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bot = Person.InPipes(["connect", server.Url, "-n", "Bob"]);
        var caller = await InAsync(server);
        for (var i = 1; i <= 40; i++)
        {
            bot.Types($"line {i}");
        }

        bot.EndsInput();
        for (var i = 1; i <= 32; i++)
        {
            await caller.HearsAsync(Said(i));
        }

        var next = caller.HearsAsync();
        for (var i = 1; i <= 8; i++)
        {
            Assert.False(next.IsCompleted);
            await caller.SayAsync($$"""{"type":"ack","n":{{i}},"seq":{{i}}}""");
            Assert.True(JsonNode.DeepEquals(Said(32 + i), JsonNode.Parse(await next)));
            next = i < 8 ? caller.HearsAsync() : next;
        }

        var goodbye = caller.HearsGoodbyeAsync();
        for (var i = 9; i <= 40; i++)
        {
            Assert.False(goodbye.IsCompleted);
            await caller.SayAsync($$"""{"type":"ack","n":{{i}},"seq":{{i}}}""");
        }

        await goodbye;
        await caller.CloseAsync(WebSocketCloseStatus.NormalClosure);
        Assert.Equal(ExitCode.Done, await bot.LeavesAsync());
    }

    [Fact]
    public async Task A_server_that_does_not_speak_it_gets_plain_which_is_said_only_on_request()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.InPipes(["connect", server.Url, "-v"]);
        var caller = await server.AcceptAsync();
        bob.Types("/me waves");
        Assert.Equal("/me waves", await caller.HearsAsync());
        await bob.Error.ShowsAsync("The server speaks the plain form");
        caller.Drop();
    }

    [Fact]
    public async Task A_server_that_opens_and_never_lets_in_is_no_server()
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        var clock = new FakeTimeProvider();
        await using var bob = Person.WhoStays(["connect", server.Url], Stage.WithoutWaiting(clock), inPipes: true);
        var caller = await server.AcceptAsync();
        await caller.HearsAsync();
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(ExitCode.CannotConnect, await bob.LeavesAsync());
        caller.Drop();
    }

    private static async Task<Caller> InAsync(ScriptedServer server, string members = "")
    {
        var caller = await server.AcceptAsync();
        await caller.HearsAsync();
        await caller.WelcomesAsync(members: members);
        return caller;
    }

    private static JsonNode Said(int n) => Json($$"""{"type":"say","text":"line {{n}}","n":{{n}}}""");

    private static JsonNode Json(string text) => JsonNode.Parse(text)!;
}
