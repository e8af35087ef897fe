using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Sessions;
using Broadcast.Actors.Wire;
using Broadcast.Host.Connections;
using Broadcast.Host.Listening;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Broadcast.Tests.Hosting;

/// <summary>A session on a real socket whose peer reads a little at a time, and never so much that a write would be done.</summary>
public sealed class SlowReaderSpecs : ActorSpec
{
    private static readonly KeepAlive KeepAlive = new(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(30));

    // More than the buffers on the way hold, so that what comes has been acknowledged since the last time.
    private const int Sip = 64 * 1024;
    private const int Sips = 4;

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Who_reads_slowly_but_steadily_has_what_it_is_owed_until_the_servers_time_to_go_is_over()
    {
        using var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        var session = await ConnectAsync(peer);
        session.Tell(new CloseRoom(CloseReason.ShuttingDown, SessionActor.ClosingTime * (Sips + 1)));
        session.Tell(new Goodbye(After: 1, CloseReason.ShuttingDown));
        await IsThereAsync(session);
        for (var n = 0; n < Sips; n++)
        {
            await SipAsync(peer);
            _time.Advance(SessionActor.ClosingTime);
            Pass(SessionActor.ClosingTime);
            await IsThereAsync(session);
        }

        await SipAsync(peer);
        _time.Advance(SessionActor.ClosingTime);
        Pass(SessionActor.ClosingTime);
        await ExpectTerminatedAsync(session);
    }

    [Fact]
    public async Task Who_reads_slowly_but_steadily_is_not_taken_for_gone()
    {
        using var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        var session = await ConnectAsync(peer);
        for (var n = 0; n < Sips; n++)
        {
            Tick(session, KeepAlive.Interval);
            await IsThereAsync(session);
            await SipAsync(peer);
            Tick(session, KeepAlive.Timeout);
            await IsThereAsync(session);
        }

        session.Tell(Lost.Instance);
        await ExpectTerminatedAsync(session);
    }

    private static async Task IsThereAsync(IActorRef session) =>
        Assert.Equal(session, (await session.Ask<ActorIdentity>(new Identify(0), Person.Patience)).Subject);

    private static async Task SipAsync(Socket peer)
    {
        var buffer = new byte[Sip];
        for (var left = Sip; left > 0;)
        {
            var read = await peer.ReceiveAsync(buffer.AsMemory(0, left)).AsTask().WaitAsync(Person.Patience);
            Assert.True(read > 0, "closed by the server");
            left -= read;
        }
    }

    // Who is in, and owed far more than all it will read.
    private async Task<IActorRef> ConnectAsync(Socket peer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await peer.ConnectAsync(listener.LocalEndpoint).WaitAsync(Person.Patience);
        var accepted = await listener.AcceptSocketAsync().WaitAsync(Person.Patience);
        accepted.SendBufferSize = 128 * 1024;
        var connection = new WebSocketConnection(
            new TcpTransport(accepted), [], messageBytes: 1024, () => { }, new RefusalLog(_time, NullLogger<RefusalLog>.Instance), _time);
        var room = CreateTestProbe();
        var session = Sys.ActorOf(SessionActor.Props(new MemberId(1), room, new Open(connection, "Slow"), KeepAlive, _time));
        _ = await WatchAsync(session);
        await room.ExpectMsgAsync<Join>();

        var log = new RoomLog(entries: 1, bytes: long.MaxValue);
        log.Append(new byte[8 << 20]);
        Assert.True(log.TryAfter(0, out var owed));
        session.Tell(new Actors.Sessions.Welcome(Cursor: 0));
        session.Tell(new Batch(owed));
        return session;
    }

    private void Tick(IActorRef session, TimeSpan time)
    {
        _time.Advance(time);
        session.Tell(new Tick(_time.GetTimestamp()));
    }
}
