using System.Net.WebSockets;
using Broadcast.Tests.Hosting;

namespace Broadcast.Tests.Behaviour;

/// <summary>A server that ends and is back on the same directory: who speaks broadcast.v1+json does not notice.</summary>
public sealed class RestartSpecs
{
    [Theory]
    [InlineData("off")]
    [InlineData("on")]
    public async Task Who_was_here_comes_back_to_the_room_as_it_was_and_nobody_has_left(string durable)
    {
        using var folder = new Folder();
        string[] settings = [folder.Setting, $"broadcast.durable={durable}"];
        JsonPerson alice, bob;
        string history;
        await using (var first = await Server.StartAsync(settings))
        {
            alice = await JsonPerson.JoinAsync(first.Address(), "Alice");
            bob = await JsonPerson.JoinAsync(first.Address(), "Bob");
            await bob.RenameAsync("Alice", n: 6);
            _ = await bob.HearsErrorAsync("name-taken", n: 6);
            await bob.SayAsync("before", n: 7);
            await bob.HearsAsync(new Message(3, bob.Who, "before", N: 7), new Ack(7, 3));
            await alice.HearsAsync(new Joined(2, bob.Who), new Message(3, bob.Who, "before", N: 7));
            history = await HistoryAsync(alice);
            await EndAsync(first, alice, bob);
        }

        await using var second = await Server.StartAsync(settings);
        await using var newcomer = await JsonPerson.JoinAsync(second.Address(), "Bob");
        Assert.Equal((4, "Bob-2"), (newcomer.View.Seq, newcomer.Who.Name));
        Assert.Equal(["Alice", "Bob"], newcomer.Welcome.Members!.Away);
        Assert.DoesNotContain(newcomer.Who.Id, new[] { alice.Who.Id, bob.Who.Id });

        await using var bobAgain = await bob.ComeBackAsync(second.Address());
        Assert.Equal(bob.Welcome with { Seq = 3, Resumed = true, Members = null, MemberCount = null }, bobAgain.Welcome);
        await using var aliceAgain = await alice.ComeBackAsync(second.Address());
        Assert.True(aliceAgain.Welcome.Resumed);
        await bobAgain.HearsAsync(new Joined(4, newcomer.Who));
        await aliceAgain.HearsAsync(new Joined(4, newcomer.Who));

        // Both are answered as before, and neither is done again.
        await bobAgain.SayAsync("before", n: 7);
        await bobAgain.HearsAsync(new Ack(7, 3));
        await bobAgain.RenameAsync("Alice", n: 6);
        _ = await bobAgain.HearsErrorAsync("name-taken", n: 6);
        await bobAgain.SayAsync("after", n: 8);
        await aliceAgain.HearsAsync(new Message(5, bob.Who, "after", N: 8));
        await aliceAgain.SendAsync(new { type = "history", before = 4 });
        Assert.Equal(history, await aliceAgain.HearRawAsync());
        await aliceAgain.SendAsync(new { type = "who" });
        Assert.Equal(["Alice", "Bob", "Bob-2"], Assert.IsType<Members>(await aliceAgain.HearAsync()).List.List.Select(who => who.Name));
        await alice.DisposeAsync();
        await bob.DisposeAsync();
    }

    [Theory]
    [InlineData("off")]
    [InlineData("on")]
    public async Task Who_cannot_come_back_is_seen_to_have_left(string durable)
    {
        using var folder = new Folder();
        string[] settings = [folder.Setting, $"broadcast.durable={durable}"];
        JsonPerson alice;
        await using (var first = await Server.StartAsync(settings))
        {
            alice = await JsonPerson.JoinAsync(first.Address(), "Alice");
            _ = await first.JoinAsync("Plain");
            await alice.HearsAsync(new Joined(2, new Who("2", "Plain")));
            await EndAsync(first, alice);
        }

        await using var second = await Server.StartAsync(settings);
        await using var again = await alice.ComeBackAsync(second.Address());
        await again.HearsAsync(new Left(3, new Who("2", "Plain"), "lost"));
        Assert.Equal([alice.Who], again.View.Members.List);
        await alice.DisposeAsync();
    }

    [Fact]
    public async Task Who_does_not_come_back_in_time_after_the_restart_has_left()
    {
        using var folder = new Folder();
        string[] settings = [folder.Setting, "broadcast.resume.grace=300ms"];
        await using (var first = await Server.StartAsync(settings))
        {
            await using var bob = await JsonPerson.JoinAsync(first.Address(), "Bob");
            await EndAsync(first, bob);
        }

        await using var second = await Server.StartAsync(settings);
        await using var alice = await JsonPerson.JoinAsync(second.Address(), "Alice");
        if (alice.Welcome.Seq == 2)
        {
            // The time was over before Alice was here, so that nothing is shown.
            return;
        }

        await alice.HearsAsync(new Left(3, new Who("1", "Bob"), "lost"));
    }

    [Fact]
    public async Task What_was_said_before_a_member_left_is_still_answered_after_the_restart()
    {
        using var folder = new Folder();
        JsonPerson bob;
        await using (var first = await Server.StartAsync(folder.Setting))
        {
            bob = await JsonPerson.JoinAsync(first.Address(), "Bob");
            await bob.SayAsync("once", n: 7);
            await bob.HearsAsync(new Message(2, bob.Who, "once", N: 7), new Ack(7, 2));
            await bob.SendAsync(new { type = "leave" });
            _ = await bob.HearUntilClosedAsync();
            await first.StopAsync();
        }

        await using var second = await Server.StartAsync(folder.Setting);
        await using var again = await JsonPerson.ConnectAsync(second.Address());
        Assert.False((await again.HelloAsync("Bob", bob.Resume(bob.Welcome))).Resumed);
        await again.HearsAsync(new Joined(4, again.Who));
        await again.SayAsync("once", n: 7);
        await again.HearsAsync(new Ack(7, 2));
        await bob.DisposeAsync();
    }

    [Fact]
    public async Task A_server_that_dies_without_a_journal_leaves_nothing_that_could_be_told_twice()
    {
        using var folder = new Folder();
        JsonPerson bob;
        await using (var first = await Server.StartAsync(folder.Setting))
        {
            bob = await JsonPerson.JoinAsync(first.Address(), "Bob");
            await EndAsync(first, bob);
        }

        // It takes the room up, and dies.
        await (await Server.StartAsync(folder.Setting)).DisposeAsync();
        Assert.False(File.Exists(folder.State));

        await using var third = await Server.StartAsync(folder.Setting);
        await using var again = await JsonPerson.ConnectAsync(third.Address());
        var welcome = await again.HelloAsync("Bob", bob.Resume(bob.Welcome));
        Assert.False(welcome.Resumed);
        Assert.NotEqual(bob.Welcome.Epoch, welcome.Epoch);
        await bob.DisposeAsync();
    }

    [Fact]
    public async Task A_server_that_is_killed_with_a_journal_has_lost_nothing_that_anybody_was_told()
    {
        using var folder = new Folder();
        string[] settings = ["--port", "0", "--set", folder.Setting, "--set", "broadcast.durable=on"];
        JsonPerson alice, bob;
        await using (var first = HostProcess.Start(settings))
        {
            var address = await first.StartedAsync();
            alice = await JsonPerson.JoinAsync(address, "Alice");
            bob = await JsonPerson.JoinAsync(address, "Bob");
            await using var plain = await Person.JoinAsync(new Uri(address, "?name=Plain"));
            await bob.SayAsync("before", n: 7);
            await bob.HearsAsync(new Joined(3, new Who("3", "Plain")), new Message(4, bob.Who, "before", N: 7), new Ack(7, 4));
            await first.SignalAsync("KILL");
            _ = await first.EndAsync();
        }

        // Some of what nobody was told of was on its way to the disk.
        await using (var file = File.Open(folder.State, FileMode.Append))
        {
            await file.WriteAsync(new byte[] { 0xFF, 0x00, (byte)'B', (byte)'C', 9 });
        }

        await using var second = HostProcess.Start(settings);
        var there = await second.StartedAsync();
        await using var bobAgain = await bob.ComeBackAsync(there);
        await using var aliceAgain = await alice.ComeBackAsync(there);
        Assert.Equal((true, true), (bobAgain.Welcome.Resumed, aliceAgain.Welcome.Resumed));
        await bobAgain.HearsAsync(new Left(5, new Who("3", "Plain"), "lost"));
        await bobAgain.SayAsync("before", n: 7);
        await bobAgain.HearsAsync(new Ack(7, 4));
        await aliceAgain.HearsAsync(
            new Joined(2, bob.Who), new Joined(3, new Who("3", "Plain")), new Message(4, bob.Who, "before", N: 7), new Left(5, new Who("3", "Plain"), "lost"));
        await second.SignalAsync("TERM");
        Assert.Equal(1012, (await aliceAgain.HearUntilClosedAsync()).Code);
        aliceAgain.Socket.Abort();
        bobAgain.Socket.Abort();
        var (status, _, errors) = await second.EndAsync();
        Assert.Equal(0, status);
        Assert.Contains("room.state: the last 5 bytes were being written when the server ended, and nobody was told of them: they are cut off", errors, StringComparison.Ordinal);
        await alice.DisposeAsync();
        await bob.DisposeAsync();
    }

    [Fact]
    public async Task A_disk_that_fails_ends_the_server_and_what_was_on_its_way_is_told_to_nobody()
    {
        using var folder = new Folder();
        string[] settings = [folder.Setting, "broadcast.durable=on"];
        JsonPerson bob;
        await using (var first = await Server.StartAsync(settings))
        {
            bob = await JsonPerson.JoinAsync(first.Address(), "Bob");
            first.LoseDisk();
            await bob.SayAsync("lost", n: 1);
            await Assert.ThrowsAnyAsync<WebSocketException>(bob.HearAsync);
            await first.EndedAsync();
            Assert.Equal(74, first.ExitStatus);
            Assert.Contains(first.Log.Lines(), line => line.StartsWith($"Critical Broadcast.Actors.Keeping.JournalActor: broadcast.state: {folder.Path} cannot be written (", StringComparison.Ordinal));
        }

        await using var second = await Server.StartAsync(settings);
        await using var again = await bob.ComeBackAsync(second.Address());
        Assert.True(again.Welcome.Resumed);
        await again.SayAsync("lost", n: 1);
        await again.HearsAsync(new Message(2, bob.Who, "lost", N: 1), new Ack(1, 2));
        await bob.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_state_directory_everybody_is_sent_away_with_1001()
    {
        await using var server = await Server.StartAsync();
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        var stopping = server.StopAsync();
        Assert.Equal(1001, (await bob.HearUntilClosedAsync()).Code);
        bob.Socket.Abort();
        await stopping.WaitAsync(Person.Patience);
    }

    private static async Task<string> HistoryAsync(JsonPerson person)
    {
        await person.SendAsync(new { type = "history" });
        return await person.HearRawAsync();
    }

    private static async Task EndAsync(Server server, params JsonPerson[] people)
    {
        var stopping = server.StopAsync();
        foreach (var person in people)
        {
            var (heard, code, reason) = await person.HearUntilClosedAsync();
            Assert.Equal((1012, "the server is restarting: come back in a moment"), (code, reason));
            _ = Assert.IsType<Bye>(heard[^1]);
            person.Socket.Abort();
        }

        await stopping.WaitAsync(Person.Patience);
        Assert.Equal(0, server.ExitStatus);
    }
}
