using Broadcast.Host.Connections;
using Broadcast.Host.Listening;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

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
