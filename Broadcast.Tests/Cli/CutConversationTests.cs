using System.Diagnostics.CodeAnalysis;
using Broadcast.Cli;
using Broadcast.Tests.Hosting;
using Fate = Broadcast.Tests.Hosting.Fate;

namespace Broadcast.Tests.Cli;

/// <summary>The client and the server, and a way between them that does not hold.</summary>
public sealed class CutConversationTests
{
    private const int Lines = 600;
    private const int Cuts = 30;

    // For an opening and its welcome: the first connection gets that far, and others now and then. Not much further, so
    // that there is something left to say when all have broken.
    private const int LongEnough = 700;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Wherever_the_connection_breaks_every_line_is_said_once_in_order_and_nobody_sees_one_leave(int seed)
    {
        await using var server = await Server.StartAsync();
        var fates = new Fates(seed);
        await using var proxy = CuttingProxy.Start(server.Port, fates.Decide);
        await using var alice = Person.InPipes(["connect", $"ws://127.0.0.1:{server.Port}", "-n", "Alice"]);
        await alice.Output.ShowsAsync("Alice joined the chat\n");
        await using var bob = Person.WhoStays(
            ["connect", $"{proxy.Address}", "-n", "Bob", "--timeout", "60s"], Stage.WithoutWaiting(TimeProvider.System), inPipes: true);
        for (var i = 0; i < Lines; i++)
        {
            bob.Types($"line {i}");
        }

        bob.EndsInput();
        Assert.Equal(ExitCode.Done, await bob.LeavesAsync());
        await alice.Output.ShowsAsync("Bob left the chat\n");
        alice.EndsInput();
        Assert.Equal(ExitCode.Done, await alice.LeavesAsync());

        Assert.Equal(Cuts, fates.Broken);
        IEnumerable<string> said = Enumerable.Range(0, Lines).Select(i => $"[Broadcast] Bob: line {i}");
        Assert.Equal(
            ["[Broadcast] System: Alice joined the chat", "[Broadcast] System: Bob joined the chat", .. said, "[Broadcast] System: Bob left the chat", ""],
            alice.Output.All.Split('\n'));
        Assert.Equal(["[Broadcast] System: Bob joined the chat", .. said, ""], bob.Output.All.Split('\n'));
    }

    // So many connections break, each where the seed says; the next lasts.
    [SuppressMessage("Security", "CA5394", Justification = "What happens is to be the same each time.")]
    private sealed class Fates(int seed)
    {
        private readonly Random _chance = new(seed);
        private readonly List<Crossing> _doomed = [];

        public int Broken => _doomed.Count(crossing => crossing.Harmed.IsCompleted);

        public void Decide(Crossing crossing)
        {
            if (_doomed.Count == Cuts)
            {
                return;
            }

            crossing.Meet(new Fate(
                Harm.Reset, _chance.Next(2) == 0 ? Way.ToServer : Way.ToClient, _chance.Next(_doomed.Count == 0 ? LongEnough : 1, 2 * LongEnough)));
            _doomed.Add(crossing);
        }
    }
}
