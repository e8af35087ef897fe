using System.Net.WebSockets;
using Akka.Actor;
using Broadcast.Host;

namespace Broadcast.Tests.Hosting;

public sealed class RoomDeathSpecs
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_server_whose_room_is_dead_ends_loudly_and_keeps_nobody(bool room, bool byFault)
    {
        await using var server = await Server.StartAsync();
        var address = server.Address("Bob");
        await using var alice = await server.JoinAsync("Alice");

        (room ? server.Room : server.Sessions).Tell(byFault ? Kill.Instance : PoisonPill.Instance);

        await Assert.ThrowsAsync<WebSocketException>(() => alice.HearUntilClosedAsync());
        await server.EndedAsync();
        Assert.Equal(RoomWatch.Failed, server.ExitStatus);
        Assert.Contains("Critical Broadcast.Host.RoomWatch: The room has failed; the server ends (exit status 70) ", server.Log.Lines(), StringComparer.Ordinal);
        await Assert.ThrowsAnyAsync<WebSocketException>(() => Person.JoinAsync(address));
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
