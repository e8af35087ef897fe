using System.Net;
using System.Net.Sockets;
using Broadcast.Host.Listening;
using Microsoft.AspNetCore.Connections;

namespace Broadcast.Tests.Hosting;

/// <summary>A socket that has been closed under somebody's hands.</summary>
public sealed class GoneSocketSpecs
{
    [Fact]
    public async Task What_is_sent_to_a_closed_socket_reaches_nobody_who_has_its_number_now()
    {
        using var listener = Listen();
        var (gone, _) = await PairAsync(listener);
        gone.Dispose();

        // The lowest free number is given out again: one of these has it.
        List<(Socket Accepted, Socket Peer)> strangers = [];
        for (var n = 0; n < 8; n++)
        {
            strangers.Add(await PairAsync(listener));
        }

        Assert.Equal(0, gone.SendAtOnce("not for you"u8));
        foreach (var (accepted, peer) in strangers)
        {
            accepted.Dispose();
            Assert.Equal(0, await peer.ReceiveAsync(new byte[64]).WaitAsync(Person.Patience));
            peer.Dispose();
        }
    }

    [Fact]
    public async Task A_connection_whose_peer_was_gone_before_the_answer_is_handed_over_to_nobody()
    {
        using var listener = Listen();
        var (accepted, peer) = await PairAsync(listener);
        var connection = new HttpConnection("1", new TcpTransport(accepted), Timeout.InfiniteTimeSpan, TimeProvider.System, _ => { }, CancellationToken.None);
        List<string> ends = [];
        connection.HandOver((_, _) => ends.Add("handed over"), () => ends.Add("given up"));
        peer.Close(timeout: 0);
        connection.Abort(new ConnectionAbortedException());
        await connection.DisposeAsync();
        Assert.Equal(["given up"], ends);
    }

    [Fact]
    public async Task A_connection_that_has_been_answered_is_handed_over()
    {
        using var listener = Listen();
        var (accepted, peer) = await PairAsync(listener);
        var transport = new TcpTransport(accepted);
        List<Transport> handedOver = [];
        var connection = new HttpConnection("1", transport, Timeout.InfiniteTimeSpan, TimeProvider.System, _ => { }, CancellationToken.None);
        connection.HandOver((handed, _) => handedOver.Add(handed), () => Assert.Fail("given up"));
        await connection.DisposeAsync();
        Assert.Same(transport, Assert.Single(handedOver));
        accepted.Dispose();
        peer.Dispose();
    }

    private static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        return listener;
    }

    private static async Task<(Socket Accepted, Socket Peer)> PairAsync(Socket listener)
    {
        var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await peer.ConnectAsync(listener.LocalEndPoint!).WaitAsync(Person.Patience);
        var accepted = await listener.AcceptAsync().WaitAsync(Person.Patience);
        accepted.Blocking = false;
        return (accepted, peer);
    }
}
