using System.Net;
using System.Net.Sockets;
using Broadcast.Actors.Sessions;
using Broadcast.Host.Connections;
using Broadcast.Host.Listening;
using Microsoft.Extensions.Logging.Abstractions;

namespace Broadcast.Tests.Hosting;

/// <summary>A peer whose connection is gone, while what it said before is still heard.</summary>
public sealed class GonePeerSpecs : ActorSpec
{
    [Fact]
    public async Task Sending_to_a_peer_that_is_gone_fails_once_and_is_not_tried_again()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await peer.ConnectAsync(listener.LocalEndpoint).WaitAsync(Person.Patience);
        var transport = new TcpTransport(await listener.AcceptSocketAsync().WaitAsync(Person.Patience));
        var connection = new WebSocketConnection(
            transport, [], messageBytes: 1024, () => { }, new RefusalLog(TimeProvider.System, NullLogger<RefusalLog>.Instance), TimeProvider.System);
        var session = CreateTestProbe();
        connection.Attach(session);

        peer.Close(timeout: 0);
        await session.ExpectMsgAsync<Lost>();
        Assert.False(connection.TryWrite("an answer"u8.ToArray()));
        await session.ExpectMsgAsync<Written>();

        Assert.True(connection.TryWrite("another one"u8.ToArray()));
        connection.Finish(said: false);
    }
}
