using Broadcast.Cli;
using Server = Broadcast.Tests.Hosting.Server;

namespace Broadcast.Tests.Cli;

/// <summary>The client and the server, and a way between them that does not hold.</summary>
public sealed class CutConversationTests
{
    private const int Lines = 200;
    private const int Cuts = 30;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Wherever_the_connection_breaks_every_line_is_said_once_in_order_and_nobody_sees_one_leave(int seed)
    {
        await using var server = await Server.StartAsync();
        await using var proxy = new CuttingProxy(server.Port, Cuts, seed);
        await using var alice = Person.InPipes(["connect", $"ws://127.0.0.1:{server.Port}", "-n", "Alice"]);
        await alice.Output.ShowsAsync("Alice joined the chat\n");
        await using var bob = Person.WhoStays(
            ["connect", proxy.Url, "-n", "Bob", "--timeout", "60s"], Stage.WithoutWaiting(TimeProvider.System), inPipes: true);
        for (var i = 0; i < Lines; i++)
        {
            bob.Types($"line {i}");
        }

        bob.EndsInput();
        Assert.Equal(ExitCode.Done, await bob.LeavesAsync());
        await alice.Output.ShowsAsync("Bob left the chat\n");
        alice.EndsInput();
        Assert.Equal(ExitCode.Done, await alice.LeavesAsync());

        Assert.Equal(Cuts, proxy.Cuts);
        IEnumerable<string> said = Enumerable.Range(0, Lines).Select(i => $"[Broadcast] Bob: line {i}");
        Assert.Equal(
            ["[Broadcast] System: Alice joined the chat", "[Broadcast] System: Bob joined the chat", .. said, "[Broadcast] System: Bob left the chat", ""],
            alice.Output.All.Split('\n'));
        Assert.Equal(["[Broadcast] System: Bob joined the chat", .. said, ""], bob.Output.All.Split('\n'));
    }
}
