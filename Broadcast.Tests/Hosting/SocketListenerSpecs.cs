using System.Net.Sockets;
using Broadcast.Actors.Door;
using Broadcast.Host.Connections;
using Broadcast.Host.Listening;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Broadcast.Tests.Hosting;

public sealed class SocketListenerSpecs : ActorSpec
{
    [Fact]
    public async Task Whatever_goes_wrong_with_one_connection_the_next_is_accepted()
    {
        using var log = new CapturedLog();
        using var logs = LoggerFactory.Create(logging => logging.AddProvider(log));
        using var sockets = await ListenSockets.BindAsync("127.0.0.1", 0);
        var accepted = 0;
        using var listener = new SocketListener(
            sockets.Of(sockets.EndPoints[0]),
            socket => ++accepted > 1 ? new TcpTransport(socket) : throw new InvalidOperationException("no memory"),
            Reception(),
            Timeout.InfiniteTimeSpan,
            int.MaxValue,
            new RefusalLog(TimeProvider.System, logs.CreateLogger<RefusalLog>()),
            TimeProvider.System);
        var accepting = listener.AcceptAsync().AsTask();
        using var first = await RawPeer.ConnectAsync(sockets.Port);
        await first.ClosedByServerAsync();
        using var second = await RawPeer.ConnectAsync(sockets.Port);
        var connection = await accepting.WaitAsync(Person.Patience);
        connection!.Abort(new ConnectionAbortedException());
        await connection.DisposeAsync();
        Assert.Contains(log.Lines(), line => line.Contains("Refused a connection: no memory", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_descriptors_run_short_who_has_no_answer_makes_room_whichever_address_it_came_by()
    {
        var left = 2;
        using var sockets = await ListenSockets.BindAsync("127.0.0.1", 0);
        using var others = await ListenSockets.BindAsync("127.0.0.1", 0);
        var reception = Reception();
        using var listener = Listener(sockets, reception, TransportOn);
        using var other = Listener(others, reception, TransportOn);
        var (answered, first) = await AcceptAsync(listener, sockets.Port);
        var (silent, second) = await AcceptAsync(listener, sockets.Port);
        first.HandOver((_, _) => { }, () => Assert.Fail("not handed over"));
        await first.DisposeAsync();

        var accepting = other.AcceptAsync().AsTask();
        using var refused = await RawPeer.ConnectAsync(others.Port);
        await silent.ClosedByServerAsync();
        await refused.ClosedByServerAsync();
        await second.DisposeAsync();

        left = 1;
        using var newcomer = await RawPeer.ConnectAsync(others.Port);
        var last = (HttpConnection)(await accepting.WaitAsync(Person.Patience))!;
        Assert.True(last.TryCut());
        Assert.False(first.TryCut());
        await last.DisposeAsync();
        answered.Dispose();
        silent.Dispose();

        Transport TransportOn(Socket socket) =>
            left-- > 0 ? new TcpTransport(socket) : throw new SocketException((int)SocketError.TooManyOpenSockets);
    }

    [Fact]
    public async Task Where_descriptors_run_short_the_log_says_what_to_do()
    {
        using var log = new CapturedLog();
        using var logs = LoggerFactory.Create(logging => logging.AddProvider(log));
        using var sockets = await ListenSockets.BindAsync("127.0.0.1", 0);
        using var listener = new SocketListener(
            sockets.Of(sockets.EndPoints[0]),
            socket => new TcpTransport(socket),
            Reception(),
            Timeout.InfiniteTimeSpan,
            mostDescriptors: 0,
            new RefusalLog(TimeProvider.System, logs.CreateLogger<RefusalLog>()),
            TimeProvider.System);
        var accepting = listener.AcceptAsync().AsTask();
        using var first = await RawPeer.ConnectAsync(sockets.Port);
        await first.ClosedByServerAsync();
        using var second = await RawPeer.ConnectAsync(sockets.Port);
        await second.ClosedByServerAsync();
        Assert.Contains(log.Lines(), line => line.Contains("(ulimit -n, or LimitNOFILE of systemd)", StringComparison.Ordinal));
        await listener.UnbindAsync();
        Assert.Null(await accepting.WaitAsync(Person.Patience));
    }

    private Reception Reception() =>
        ReceptionSpecs.At(Sys, Sys.ActorOf(DoorActor.Props(connections: 0, joinsPerSecond: 0, TimeProvider.System)), TimeProvider.System);

    private static SocketListener Listener(ListenSockets sockets, Reception reception, Func<Socket, Transport> transportOn) => new(
        sockets.Of(sockets.EndPoints[0]),
        transportOn,
        reception,
        Timeout.InfiniteTimeSpan,
        int.MaxValue,
        new RefusalLog(TimeProvider.System, NullLogger<RefusalLog>.Instance),
        TimeProvider.System);

    private static async Task<(RawPeer Peer, HttpConnection Connection)> AcceptAsync(SocketListener listener, int port)
    {
        var connecting = RawPeer.ConnectAsync(port);
        var connection = await listener.AcceptAsync().AsTask().WaitAsync(Person.Patience);
        return (await connecting, (HttpConnection)connection!);
    }
}
