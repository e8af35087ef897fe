using System.Diagnostics;
using System.Globalization;
using Broadcast.Tests.Hosting;
using Microsoft.Extensions.Time.Testing;
using Xunit.Abstractions;

namespace Broadcast.Tests.Behaviour;

/// <summary>A network that goes away for many at once, or for one again and again.</summary>
public sealed class MassReturnSpecs(ITestOutputHelper output)
{
    // A thousand by BROADCAST_TEST_CROWD=1000.
    private static readonly int Crowd = int.Parse(Environment.GetEnvironmentVariable("BROADCAST_TEST_CROWD") ?? "200", CultureInfo.InvariantCulture);

    [Fact]
    public async Task All_who_are_cut_off_at_once_and_come_back_in_time_see_everything_once_and_nobody_has_left()
    {
        await using var server = await Server.StartAsync("broadcast.room.announce-up-to=-1");
        await using var witness = await JsonPerson.JoinAsync(server.Address(), "Witness");
        await using var proxy = CuttingProxy.Start(server.Port);
        List<JsonPerson> crowd = [];
        List<Crossing> crossings = [];
        for (var n = 0; n < Crowd; n++)
        {
            crowd.Add(await JsonPerson.JoinAsync(proxy.Address, $"m{n}"));
            crossings.Add(await proxy.NextAsync());
        }

        // What is measured is the return, and not a thousand who hear of a thousand arrivals.
        var last = crowd[^1].Who;
        await Task.WhenAll(crowd.SkipLast(1).Append(witness).Select(person => person.HearUntilAsync<Joined>(joined => joined.Who == last)));
        var everybody = witness.View.Members;
        crossings.ForEach(crossing => crossing.Suffer(Harm.Reset));
        for (var n = 1; n <= 10; n++)
        {
            await witness.SayAsync($"{n}", n);
        }

        var began = Stopwatch.GetTimestamp();
        var back = await Task.WhenAll(crowd.Select(person => person.ComeBackAsync(server.Address())));
        output.WriteLine($"{Crowd} were back after {Stopwatch.GetElapsedTime(began).TotalMilliseconds:0} ms");
        await witness.SayAsync("welcome", n: 11);
        await Task.WhenAll(back.Select(person => person.HearUntilAsync<Message>(message => message.Text == "welcome")));
        output.WriteLine($"and had heard everything after {Stopwatch.GetElapsedTime(began).TotalMilliseconds:0} ms");

        Assert.All(back, person => Assert.True(person.Welcome.Resumed));
        Assert.All(await witness.HearUntilAsync<Message>(message => message.Text == "welcome"), arrival => Assert.True(arrival is Message or Ack));
        foreach (var person in back)
        {
            // Without a hole from its own arrival on, for the view would not have it otherwise.
            Assert.Equal(witness.View.Seq, person.View.Seq);
            Assert.Equal(everybody, person.View.Members);
            Assert.Equal(0, person.View.Missed);
            await person.DisposeAsync();
        }
    }

    [Fact]
    public async Task Whose_network_stops_for_10_seconds_100_times_loses_nothing_says_nothing_twice_and_is_not_seen_to_leave()
    {
        var time = new FakeTimeProvider();
        await using var server = await Server.StartAsync(time);
        await using var witness = await JsonPerson.JoinAsync(server.Address(), "Witness");
        await using var proxy = CuttingProxy.Start(server.Port);
        var bob = await JsonPerson.JoinAsync(proxy.Address, "Bob");
        var who = bob.Who;
        var crossing = await proxy.NextAsync();
        await witness.HearsAsync(new Joined(2, who));
        for (var n = 1; n <= 100; n++)
        {
            // Somewhere in the line, or in its echo or ack: they are 40 bytes, and 140.
            var way = n % 3 == 0 ? Way.ToServer : Way.ToClient;
            crossing.Meet(new Fate(Harm.Stall, way, n * 7 % (way == Way.ToServer ? 40 : 140)));
            await bob.SayAsync($"bob {n}", n);
            await crossing.Harmed.WaitAsync(Person.Patience);
            await witness.SayAsync($"meanwhile {n}", n);
            _ = await witness.HearUntilAsync<Ack>(ack => ack.N == n);
            time.Advance(TimeSpan.FromSeconds(10));
            if (n % 2 == 0)
            {
                crossing.GoOn();
            }
            else
            {
                bob.Socket.Abort();
                await bob.DisposeAsync();
                bob = await bob.ComeBackAsync(proxy.Address);
                crossing = await proxy.NextAsync();
                Assert.True(bob.Welcome.Resumed);
                await bob.SayAsync($"bob {n}", n);
            }

            _ = await bob.HearUntilAsync<Ack>(ack => ack.N == n);
        }

        await witness.SayAsync("the end", n: 101);
        _ = await witness.HearUntilAsync<Message>(message => message.Text == "the end");
        _ = await bob.HearUntilAsync<Message>(message => message.Text == "the end");
        var told = witness.View.Facts.OrderBy(fact => fact.Key).Skip(2).Select(fact => Assert.IsType<Message>(Arrival.Read(fact.Value))).ToList();
        Assert.Equal(Enumerable.Range(1, 100).Select(n => $"bob {n}"), told.Where(message => message.From == who).Select(message => message.Text));
        Assert.Equal(witness.View.Facts.Where(fact => fact.Key >= 2), bob.View.Facts.OrderBy(fact => fact.Key));
        await bob.DisposeAsync();
    }
}
