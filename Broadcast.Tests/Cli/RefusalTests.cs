using System.Net.WebSockets;
using System.Reflection;
using Broadcast.Actors.Names;
using Broadcast.Actors.Wire;
using Broadcast.Cli;

namespace Broadcast.Tests.Cli;

/// <summary>Every way in which the server turns somebody away or hangs up, as the client shows it.</summary>
public sealed class RefusalTests
{
    public static TheoryData<string> Statuses => Names(reason => reason.Code < 1000);

    public static TheoryData<string> CloseCodes => Names(reason => reason.Code >= 1000);

    [Theory, MemberData(nameof(Statuses))]
    public async Task What_is_refused_before_the_upgrade_is_said_with_what_to_do(string name)
    {
        var reason = Named(name);
        await using var server = await ScriptedServer.AnsweringAsync(reason.Code);
        await using var bob = Person.AtTerminal(["connect", server.Url]);
        Assert.Equal(reason.Code is 401 or 403 ? ExitCode.Refused : ExitCode.CannotConnect, await bob.LeavesAsync());
        Assert.StartsWith($"{server.Url} answered HTTP {reason.Code}: ", bob.Error.All, StringComparison.Ordinal);
        Assert.DoesNotContain("it is no WebSocket server", bob.Error.All, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Statuses))]
    public async Task What_the_server_says_to_a_refusal_is_shown_in_its_own_sentence(string name)
    {
        var reason = Named(name);
        await using var server = await ScriptedServer.AnsweringAsync(reason.Code);
        server.Fields["Broadcast-Refusal"] = reason.Text;
        await using var bob = Person.AtTerminal(["connect", server.Url]);
        _ = await bob.LeavesAsync();
        Assert.StartsWith($"{server.Url} answered HTTP {reason.Code}: {reason.Text}", bob.Error.All, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(CloseCodes))]
    public async Task What_the_server_closes_with_is_shown_in_its_own_sentence(string name)
    {
        var reason = Named(name);
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.AtTerminal(["connect", server.Url]);
        var caller = await server.AcceptAsync();
        await bob.Output.ShowsAsync("> ");
        await caller.CloseAsync((WebSocketCloseStatus)reason.Code, reason.Text);
        _ = await bob.LeavesAsync();
        Assert.Contains($"({reason.Code})", bob.Error.All, StringComparison.Ordinal);
        Assert.Contains(reason.Text, bob.Error.All, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("HelloFirst")]
    [InlineData("KeyWrong")]
    public async Task Who_is_sent_away_before_it_is_in_was_refused(string name)
    {
        var reason = Named(name);
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bob = Person.AtTerminal(["connect", server.Url]);
        var caller = await server.AcceptAsync();
        await caller.CloseAsync((WebSocketCloseStatus)reason.Code, reason.Text);
        Assert.Equal(ExitCode.Refused, await bob.LeavesAsync());
        Assert.Contains(reason.Text, bob.Error.All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_is_sent_away_for_want_of_the_key_is_told_how_to_give_it(bool isJson)
    {
        await using var server = isJson ? await ScriptedServer.StartJsonAsync() : await ScriptedServer.StartAsync();
        await using var bob = Person.AtTerminal(["connect", server.Url]);
        var caller = await server.AcceptAsync();
        await caller.CloseAsync(WebSocketCloseStatus.PolicyViolation, CloseReason.KeyWrong.Text);
        _ = await bob.LeavesAsync();
        Assert.EndsWith($": {CloseReason.KeyWrong.Text}. Give it with --key-file or in BROADCAST_KEY.\n", bob.Error.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_come_in_is_told_how_to_give_the_key_whatever_the_server_closes_with()
    {
        await using var server = await ScriptedServer.StartJsonAsync();
        await using var bob = Person.AtTerminal(["connect", server.Url]);
        var caller = await server.AcceptAsync();
        await caller.SayAsync("""{"type":"error","code":"not-allowed","text":"the key, please"}""");
        await caller.CloseAsync(WebSocketCloseStatus.PolicyViolation);
        Assert.Equal(ExitCode.Refused, await bob.LeavesAsync());
        Assert.EndsWith("The server turned this client away (1008): the key, please. Give it with --key-file or in BROADCAST_KEY.\n", bob.Error.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_a_token_that_is_no_good_is_not_told_how_to_give_one()
    {
        var reason = CloseReason.NameInTokenRefused(NameRefusal.TooLong);
        await using var server = await ScriptedServer.AnsweringAsync(reason.Code);
        server.Fields["Broadcast-Refusal"] = reason.Text;
        server.Fields["WWW-Authenticate"] = "Bearer error=\"invalid_token\"";
        await using var bob = Person.AtTerminal(["connect", server.Url]);
        Assert.Equal(ExitCode.Refused, await bob.LeavesAsync());
        Assert.Equal($"{server.Url} answered HTTP 401: {reason.Text}\n", bob.Error.All);
    }

    private static CloseReason Named(string name) => (CloseReason)typeof(CloseReason).GetProperty(name)!.GetValue(null)!;

    private static TheoryData<string> Names(Func<CloseReason, bool> are) =>
    [
        .. typeof(CloseReason).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(property => property.PropertyType == typeof(CloseReason) && are((CloseReason)property.GetValue(null)!))
            .Select(property => property.Name),
    ];
}
