using Broadcast.Tests.Hosting;

namespace Broadcast.Tests.Behaviour;

/// <summary>What people can type beyond the first system's commands.</summary>
public sealed class CommandSpecs
{
    [Fact]
    public async Task What_somebody_does_is_seen_by_everybody()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await server.JoinAsync("Alice");
        await using var bob = await server.JoinAsync("Bob");
        await bob.SayAsync("/me waves");
        await bob.HearsAsync("* Bob: waves");
        await alice.HearsAsync("System: Bob joined the chat", "* Bob: waves");
    }

    [Fact]
    public async Task A_whisper_is_heard_by_the_one_whose_name_it_begins_with_and_by_nobody_else()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await server.JoinAsync("Alice");
        await using var bob = await server.JoinAsync("Bob");
        await using var big = await server.JoinAsync("Bob the Big");
        await alice.SayAsync("/msg bob the big psst");
        await alice.SayAsync("/msg Bob the other way");
        await alice.SayAsync("/msg Zoe psst");
        await alice.SayAsync("and now");
        await big.HearsAsync("System: Alice whispers: psst", "Alice: and now");
        await bob.HearsAsync("System: Bob the Big joined the chat", "System: Alice whispers: the other way", "Alice: and now");
        await alice.HearsAsync(
            "System: Bob joined the chat",
            "System: Bob the Big joined the chat",
            "System: you whisper to Bob the Big: psst",
            "System: you whisper to Bob: the other way",
            "System: nobody here is called Zoe: /who lists who is here",
            "Alice: and now");
    }

    [Fact]
    public async Task Who_floods_another_with_whispers_is_told_that_they_are_not_read()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await server.JoinAsync("Alice");
        using var stuck = await RawPeer.JoinAsync(server.Port, "/ws?name=Stuck", receiveBuffer: 4096);
        await alice.HearsAsync("System: Stuck joined the chat");

        // What the socket's buffers take counts as read; there is an end to it.
        var psst = new string('x', 30_000);
        string answer;
        do
        {
            await alice.SayAsync($"/msg Stuck {psst}");
            answer = await alice.HearAsync();
        }
        while (answer == $"System: you whisper to Stuck: {psst}");

        Assert.Equal("System: Stuck has not read its last whispers yet: try again later", answer);
        await alice.SayAsync("/who");
        await alice.HearsAsync("System: 2 here: Alice, Stuck");
    }
}
