using System.Text;
using Broadcast.Actors.Wire;

namespace Broadcast.Tests.Hosting;

/// <summary>However a peer goes, what it said before is heard, and what it may still read it is sent.</summary>
public sealed class ConnectionEndSpecs
{
    private const int Lines = 100;

    private static readonly byte[] LastWords =
        [.. Enumerable.Range(1, Lines).SelectMany(n => RawPeer.ClientFrame(Opcode.Text, Encoding.UTF8.GetBytes($"{n}")))];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_said_just_before_a_reset_is_heard_to_the_last_line(bool withCloseFrame)
    {
        await using var server = await Server.StartAsync();
        await using var alice = await server.JoinAsync("Alice");
        for (var round = 0; round < 5; round++)
        {
            // It has not read its own join line: a socket closed over unread bytes is reset (RFC 2525 2.17).
            using (var hasty = await RawPeer.JoinAsync(server.Port, $"/ws?name=Hasty{round}", receiveBuffer: 4096))
            {
                await alice.HearsAsync($"System: Hasty{round} joined the chat");
                await hasty.SendAsync([.. LastWords, .. withCloseFrame ? RawPeer.ClientFrame(Opcode.Close, []) : []]);
            }

            var heard = await alice.HearUntilAsync($"System: Hasty{round} left the chat");
            Assert.Equal(Enumerable.Range(1, Lines).Select(n => $"Hasty{round}: {n}"), heard.SkipLast(1));
        }
    }

    [Fact]
    public async Task Who_finishes_sending_hears_its_own_last_line_and_a_goodbye()
    {
        await using var server = await Server.StartAsync();
        using var bob = await RawPeer.JoinAsync(server.Port, "/ws?name=Bob");
        await bob.SayAsync("that is all");
        bob.FinishSending();

        var frames = await bob.ReadToEndAsync();
        Assert.Equal(["System: Bob joined the chat", "Bob: that is all"], frames.SkipLast(1).Select(frame => frame.Text));
        Assert.Equal(1000, frames[^1].CloseCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GET /ws?name=Bob HT")]
    [InlineData("GET /ws?name=Bob HTTP/1.1\r\nHost: 127.0.0.1\r\n")]
    public async Task Who_is_not_done_asking_does_not_hold_up_the_servers_end(string begun)
    {
        await using var server = await Server.StartAsync("broadcast.limits.handshake=0", "broadcast.shutdown-deadline=1h");
        using var bob = await RawPeer.ConnectAsync(server.Port);
        await bob.SendAsync(Encoding.ASCII.GetBytes(begun));
        // Whoever came before her has been accepted.
        await using var alice = await server.JoinAsync("Alice");

        await server.StopAsync().WaitAsync(Person.Patience);

        _ = await bob.ReadAllAsync();
    }

    [Fact]
    public async Task What_comes_right_behind_the_request_is_heard()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await server.JoinAsync("Alice");
        using var eager = await RawPeer.ConnectAsync(server.Port);
        await eager.SendAsync([.. Encoding.ASCII.GetBytes(RawPeer.Upgrade("/ws?name=Eager")), .. RawPeer.ClientFrame(Opcode.Text, "hi"u8)]);

        await alice.HearsAsync("System: Eager joined the chat", "Eager: hi");
    }

    [Fact]
    public async Task A_peer_that_does_not_answer_the_close_is_let_go_after_a_while()
    {
        await using var server = await Server.StartAsync();
        using var silent = await RawPeer.JoinAsync(server.Port, "/ws?name=Silent");
        await silent.SayAsync("/quit");

        Assert.Equal(1000, (await silent.ReadToEndAsync())[^1].CloseCode);
    }

    [Fact]
    public async Task A_peer_that_goes_on_sending_after_the_close_is_let_go_all_the_same()
    {
        await using var server = await Server.StartAsync();
        using var deaf = await RawPeer.JoinAsync(server.Port, "/ws?name=Deaf");
        await deaf.SayAsync("/quit");
        byte[] pongs = [.. Enumerable.Repeat(RawPeer.ClientFrame(Opcode.Pong, []), 10_000).SelectMany(pong => pong)];

        // Until the server has had enough.
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (true)
            {
                await deaf.SendAsync(pongs);
            }
        });
    }

    [Fact]
    public async Task Who_sends_without_end_what_costs_no_credit_leaves_room_for_others()
    {
        await using var server = await Server.StartAsync();
        await using var alice = await server.JoinAsync("Alice");
        byte[] pongs = [.. Enumerable.Repeat(RawPeer.ClientFrame(Opcode.Pong, []), 10_000).SelectMany(pong => pong)];
        using var over = new CancellationTokenSource();
        var floods = Enumerable.Range(0, 4).Select(async n =>
        {
            using var flooder = await RawPeer.JoinAsync(server.Port, $"/ws?name=f{n}");
            while (!over.IsCancellationRequested)
            {
                await flooder.SendAsync(pongs);
            }
        }).ToList();

        for (var n = 0; n < 50; n++)
        {
            await alice.SayAsync($"{n}");
            await alice.HearUntilAsync($"Alice: {n}");
        }

        await over.CancelAsync();
        await Task.WhenAll(floods);
    }
}
