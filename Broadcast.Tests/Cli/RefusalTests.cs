using System.Net.WebSockets;
using System.Reflection;
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
        Assert.Equal(reason.Code == 401 ? ExitCode.Refused : ExitCode.CannotConnect, await bob.LeavesAsync());
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

    private static CloseReason Named(string name) => (CloseReason)typeof(CloseReason).GetProperty(name)!.GetValue(null)!;

    private static TheoryData<string> Names(Func<CloseReason, bool> are) =>
    [
        .. typeof(CloseReason).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(property => property.PropertyType == typeof(CloseReason) && are((CloseReason)property.GetValue(null)!))
            .Select(property => property.Name),
    ];
}
