using System.Net.WebSockets;
using Akka.Actor;
using Broadcast.Host;
using Broadcast.Host.State;

namespace Broadcast.Tests.Hosting;

public sealed class RoomDeathSpecs
{
    [Theory]
    [InlineData("room", true)]
    [InlineData("room", false)]
    [InlineData("sessions", true)]
    [InlineData("sessions", false)]
    [InlineData("door", true)]
    [InlineData("door", false)]
    public async Task A_server_whose_room_is_dead_or_cannot_be_reached_ends_loudly_and_keeps_nobody(string actor, bool byFault)
    {
        await using var server = await Server.StartAsync();
        var address = server.Address("Bob");
        await using var alice = await server.JoinAsync("Alice");

        server.Actor(actor).Tell(byFault ? Kill.Instance : PoisonPill.Instance);

        await Assert.ThrowsAsync<WebSocketException>(() => alice.HearUntilClosedAsync());
        await server.EndedAsync();
        Assert.Equal(RoomWatch.Failed, server.ExitStatus);
        Assert.Contains("Critical Broadcast.Host.RoomWatch: The room has failed; the server ends (exit status 70) ", server.Log.Lines(), StringComparer.Ordinal);
        await Assert.ThrowsAnyAsync<WebSocketException>(() => Person.JoinAsync(address));
    }

    [Theory]
    [InlineData("off")]
    [InlineData("on")]
    public async Task A_server_whose_journal_is_dead_ends_loudly_and_keeps_nobody(string durable)
    {
        using var folder = new Folder();
        await using var server = await Server.StartAsync(folder.Setting, $"broadcast.durable={durable}");
        await using var alice = await server.JoinAsync("Alice");

        server.Actor("journal").Tell(Kill.Instance);

        await Assert.ThrowsAsync<WebSocketException>(() => alice.HearUntilClosedAsync());
        await server.EndedAsync();
        Assert.Equal(StateDirectory.Failed, server.ExitStatus);
        Assert.Contains("Critical Broadcast.Host.RoomWatch: The room can no longer be kept; the server ends (exit status 74) ", server.Log.Lines(), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_server_that_loses_one_session_loses_one_member()
    {
        await using var server = await Server.StartAsync("broadcast.limits.connections=2");
        await using var alice = await server.JoinAsync("Alice");
        await using var bob = await server.JoinAsync("Bob");
        await alice.HearsAsync("System: Bob joined the chat");

        server.Actor("sessions/2").Tell(Kill.Instance);

        await alice.HearsAsync("System: Bob left the chat");
        await Assert.ThrowsAsync<WebSocketException>(() => bob.HearUntilClosedAsync());

        // Its place is free.
        await using var carol = await server.JoinAsync("Carol");
        await alice.HearsAsync("System: Carol joined the chat");
        await alice.SayAsync("still here");
        await carol.HearsAsync("Alice: still here");
        Assert.Equal(0, server.ExitStatus);
    }

    [Fact]
    public async Task A_server_that_is_asked_to_end_has_not_failed()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await server.JoinAsync("Alice");

        var stopping = server.StopAsync();
        Assert.Equal(1001, (await alice.HearUntilClosedAsync()).Code);
        await alice.LeaveAsync();
        await stopping.WaitAsync(Person.Patience);

        Assert.Equal(0, server.ExitStatus);
        Assert.DoesNotContain(server.Log.Lines(), line => line.StartsWith("Critical", StringComparison.Ordinal));
    }
}
