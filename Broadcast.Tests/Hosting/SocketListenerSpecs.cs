using System.Net.Sockets;
using Broadcast.Host.Connections;
using Broadcast.Host.Listening;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Broadcast.Tests.Hosting;

public sealed class SocketListenerSpecs
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
    public async Task Where_descriptors_run_short_who_has_gone_unanswered_for_longest_makes_room()
    {
        using var sockets = await ListenSockets.BindAsync("127.0.0.1", 0);
        var left = Unanswered.GivingWay + 2;
        using var listener = new SocketListener(
            sockets.Of(sockets.EndPoints[0]),
            socket => left-- > 0 ? new TcpTransport(socket) : throw new SocketException((int)SocketError.TooManyOpenSockets),
            Timeout.InfiniteTimeSpan,
            int.MaxValue,
            new RefusalLog(TimeProvider.System, NullLogger<RefusalLog>.Instance),
            TimeProvider.System);
        List<(RawPeer Peer, ConnectionContext Connection)> silent = [];
        while (left > 0)
        {
            var connecting = RawPeer.ConnectAsync(sockets.Port);
            var connection = await listener.AcceptAsync().AsTask().WaitAsync(Person.Patience);
            silent.Add((await connecting, connection!));
        }

        // The first has been answered, and is nobody's to cut.
        ((HttpConnection)silent[0].Connection).HandOver((_, _) => { }, () => Assert.Fail("not handed over"));
        await silent[0].Connection.DisposeAsync();

        var accepting = listener.AcceptAsync().AsTask();
        using var refused = await RawPeer.ConnectAsync(sockets.Port);
        await refused.ClosedByServerAsync();
        foreach (var (peer, connection) in silent[1..^1])
        {
            await peer.ClosedByServerAsync();
            await connection.DisposeAsync();
        }

        left = 1;
        using var newcomer = await RawPeer.ConnectAsync(sockets.Port);
        var last = (HttpConnection)(await accepting.WaitAsync(Person.Patience))!;
        Assert.True(last.TryCut());
        Assert.True(((HttpConnection)silent[^1].Connection).TryCut());
        await last.DisposeAsync();
        await silent[^1].Connection.DisposeAsync();
        silent.ForEach(one => one.Peer.Dispose());
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
}
