using System.Net.WebSockets;
using Broadcast.Tests.Hosting;

namespace Broadcast.Tests.Behaviour;

/// <summary>What is sent again under its number is answered again, and not said again.</summary>
public sealed class JsonOnceSpecs
{
    [Fact]
    public async Task The_same_number_again_gets_the_same_answer_and_nothing_is_said_twice()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        await bob.SayAsync("one", n: 5);
        await bob.RenameAsync("Alice", n: 6);
        await bob.WhisperAsync("Alice", "psst", n: 7);
        await bob.WhisperAsync("Nobody", "psst", n: 8);
        await bob.RenameAsync("Bobby", n: 9);
        await bob.HearsAsync(new Message(3, bob.Who, "one", N: 5), new Ack(5, 3));
        var refused = await bob.HearsErrorAsync("name-taken", n: 6);
        await bob.HearsAsync(new Ack(7));
        _ = await bob.HearsErrorAsync("not-here", n: 8);
        await bob.HearsAsync(new Renamed(4, bob.Who with { Name = "Bobby" }, "Bob"), new Ack(9, 4));

        // Whatever they ask for now, and whatever would come of it now.
        await alice.RenameAsync("Zoe", n: 1);
        await bob.HearsAsync(new Renamed(5, alice.Who with { Name = "Zoe" }, "Alice"));
        for (var round = 0; round < 3; round++)
        {
            await bob.SayAsync("another", n: 5);
            await bob.RenameAsync("Alice", n: 6);
            await bob.SayAsync("psst", n: 7);
            await bob.WhisperAsync("Zoe", "psst", n: 8);
            await bob.RenameAsync("Robert", n: 9);
            await bob.HearsAsync(new Ack(5, 3));
            Assert.Equal(refused, await bob.HearsErrorAsync("name-taken", n: 6));
            await bob.HearsAsync(new Ack(7));
            _ = await bob.HearsErrorAsync("not-here", n: 8);
            await bob.HearsAsync(new Ack(9, 4));
        }

        await bob.SayAsync("two", n: 10);
        var bobby = bob.Who with { Name = "Bobby" };
        await alice.HearsAsync(
            new Joined(2, bob.Who),
            new Message(3, bob.Who, "one", N: 5),
            new Whisper(bob.Who, alice.Who, "psst"),
            new Renamed(4, bobby, "Bob"),
            new Renamed(5, alice.Who with { Name = "Zoe" }, "Alice"),
            new Ack(1, 5),
            new Message(6, bobby, "two", N: 10));
    }

    [Fact]
    public async Task The_last_256_answers_are_remembered_and_an_older_number_is_a_bad_request()
    {
        await using var server = await Server.StartAsync();
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        for (var n = 1; n <= 300; n++)
        {
            await bob.SayAsync($"{n}", n * 2);
            await bob.HearsAsync(new Message(n + 1, bob.Who, $"{n}", N: n * 2), new Ack(n * 2, n + 1));
        }

        await bob.SayAsync("again", n: 600);
        await bob.SayAsync("again", n: 90);
        await bob.HearsAsync(new Ack(600, 301), new Ack(90, 46));
        foreach (var forgotten in new[] { 88, 2, 1, 599 })
        {
            await bob.SayAsync("again", forgotten);
            _ = await bob.HearsErrorAsync("bad-request", forgotten);
        }

        await bob.SayAsync("on", n: 601);
        await bob.HearsAsync(new Message(302, bob.Who, "on", N: 601), new Ack(601, 302));
    }

    [Fact]
    public async Task A_line_whose_ack_was_lost_is_answered_after_the_return_and_said_once()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var proxy = CuttingProxy.Start(server.Port);
        await using var bob = await JsonPerson.JoinAsync(proxy.Address, "Bob");
        (await proxy.NextAsync()).Meet(new Fate(Harm.StallOneWay, Way.ToClient, After: 0));
        await bob.SayAsync("one", n: 1);
        await alice.HearsAsync(new Joined(2, bob.Who), new Message(3, bob.Who, "one", N: 1));

        await using var back = await bob.ComeBackAsync(server.Address());
        await back.SayAsync("one", n: 1);
        await back.SayAsync("two", n: 2);
        await back.HearsAsync(
            new Message(3, bob.Who, "one", N: 1), new Ack(1, 3), new Message(4, bob.Who, "two", N: 2), new Ack(2, 4));
        await alice.HearsAsync(new Message(4, bob.Who, "two", N: 2));
    }

    [Fact]
    public async Task Answers_outlive_the_member_again_and_again()
    {
        await using var server = await Server.StartAsync("broadcast.resume.grace=0");
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        await bob.SayAsync("one", n: 1);
        await bob.HearsAsync(new Message(3, bob.Who, "one", N: 1), new Ack(1, 3));
        await alice.HearsAsync(new Joined(2, bob.Who), new Message(3, bob.Who, "one", N: 1));
        var last = bob;
        for (var round = 2; round <= 5; round++)
        {
            await last.CloseAsync(WebSocketCloseStatus.EndpointUnavailable);
            _ = Assert.IsType<Left>(await alice.HearAsync());
            var again = await JsonPerson.ConnectAsync(server.Address());
            Assert.False((await again.HelloAsync("Bob", last.Resume(last.Welcome))).Resumed);
            _ = Assert.IsType<Joined>(await alice.HearAsync());
            for (var n = 1; n <= round; n++)
            {
                await again.SayAsync($"{n}", n);
            }

            _ = Assert.IsType<Joined>(await again.HearAsync());
            var heard = await again.HearUntilAsync<Ack>(ack => ack.N == round);
            Assert.Equal([.. Enumerable.Range(1, round).Select(n => (long)n)], heard.OfType<Ack>().Select(ack => ack.N));
            Assert.Equal($"{round}", Assert.Single(heard.OfType<Message>()).Text);
            Assert.Equal(new Ack(1, 3), heard[0]);
            Assert.Equal($"{round}", Assert.IsType<Message>(await alice.HearAsync()).Text);
            await last.DisposeAsync();
            last = again;
        }
    }

    [Fact]
    public async Task Who_comes_twice_with_the_token_of_one_who_has_left_says_nothing_twice()
    {
        await using var server = await Server.StartAsync("broadcast.resume.grace=0");
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        await bob.SayAsync("one", n: 1);
        await alice.HearsAsync(new Joined(2, bob.Who), new Message(3, bob.Who, "one", N: 1));
        bob.Socket.Abort();
        await alice.HearsAsync(new Left(4, bob.Who, "lost"));

        // The welcome of the first return is lost on its way, and so nothing is known of its token.
        await using var lost = await JsonPerson.ConnectAsync(server.Address());
        await lost.SendAsync(new { type = "hello", name = "Bob", resume = bob.Resume(bob.Welcome) });
        var joined = Assert.IsType<Joined>(await alice.HearAsync());
        lost.Socket.Abort();
        await alice.HearsAsync(new Left(6, joined.Who, "lost"));

        await using var again = await JsonPerson.ConnectAsync(server.Address());
        Assert.False((await again.HelloAsync("Bob", bob.Resume(bob.Welcome))).Resumed);
        await again.SayAsync("one", n: 1);
        await again.SayAsync("two", n: 2);
        await again.HearsAsync(new Joined(7, again.Who), new Ack(1, 3), new Message(8, again.Who, "two", N: 2), new Ack(2, 8));
    }

    [Fact]
    public async Task A_number_is_ones_own()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await JsonPerson.JoinAsync(server.Address(), "Alice");
        await using var bob = await JsonPerson.JoinAsync(server.Address(), "Bob");
        await alice.HearsAsync(new Joined(2, bob.Who));
        await bob.SayAsync("bob's", n: 1);
        await alice.HearsAsync(new Message(3, bob.Who, "bob's", N: 1));
        await alice.SayAsync("alice's", n: 1);
        await alice.HearsAsync(new Message(4, alice.Who, "alice's", N: 1), new Ack(1, 4));
    }
}
