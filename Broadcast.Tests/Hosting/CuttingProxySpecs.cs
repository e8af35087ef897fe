using System.Net;
using System.Net.Sockets;
using CsCheck;

namespace Broadcast.Tests.Hosting;

public sealed class CuttingProxySpecs
{
    private static readonly byte[] Hello = [.. Enumerable.Range(0, 100).Select(n => (byte)n)];

    [Fact]
    public async Task What_is_not_harmed_arrives_whole_in_pieces_of_any_size() =>
        await Gen.Select(Gen.Byte.Array[1, 40_000], Gen.Int[1, 300].Array[0, 5]).SampleAsync(
            async (bytes, pieces) =>
            {
                await using var crossing = await Ends.MeetAsync(new Fate(Harm.None, Way.ToServer, 0, pieces));
                foreach (var (from, to) in new[] { (crossing.Client, crossing.Server), (crossing.Server, crossing.Client) })
                {
                    var sending = SendAsync(from, bytes);
                    Assert.Equal(bytes, await ReadAsync(to, bytes.Length));
                    await sending;
                    from.Shutdown(SocketShutdown.Send);
                    Assert.Equal(0, await ReadOnceAsync(to));
                }
            },
            iter: 30);

    [Theory]
    [InlineData(Way.ToServer, 0)]
    [InlineData(Way.ToServer, 1)]
    [InlineData(Way.ToServer, 57)]
    [InlineData(Way.ToClient, 0)]
    [InlineData(Way.ToClient, 99)]
    public async Task A_reset_comes_behind_exactly_so_many_bytes_to_both_ends(Way way, int after)
    {
        await using var crossing = await Ends.MeetAsync(new Fate(Harm.Reset, way, after));
        var (from, to) = crossing.Of(way);
        await SendAsync(from, Hello);
        Assert.Equal(Hello[..after], await ReadAsync(to, after));
        _ = await Assert.ThrowsAsync<SocketException>(() => ReadOnceAsync(to));
        _ = await Assert.ThrowsAsync<SocketException>(() => ReadOnceAsync(from));
        await crossing.Through.Harmed.WaitAsync(Person.Patience);
    }

    [Theory]
    [InlineData(Way.ToServer, 0)]
    [InlineData(Way.ToServer, 42)]
    [InlineData(Way.ToClient, 1)]
    [InlineData(Way.ToClient, 100)]
    public async Task An_end_comes_behind_exactly_so_many_bytes_to_both_ends(Way way, int after)
    {
        await using var crossing = await Ends.MeetAsync(new Fate(Harm.Finish, way, after));
        var (from, to) = crossing.Of(way);
        await SendAsync(from, Hello);
        Assert.Equal(Hello[..after], await ReadAsync(to, after));
        Assert.Equal(0, await ReadOnceAsync(to));
        Assert.Equal(0, await ReadOnceAsync(from));
    }

    [Fact]
    public async Task A_stalled_way_holds_back_until_it_goes_on_and_the_other_way_does_not()
    {
        await using var crossing = await Ends.MeetAsync(new Fate(Harm.StallOneWay, Way.ToServer, 10));
        await SendAsync(crossing.Client, Hello);
        await crossing.Through.Harmed.WaitAsync(Person.Patience);
        Assert.Equal(Hello[..10], await ReadAsync(crossing.Server, 10));
        Assert.Equal(0, crossing.Server.Available);

        await SendAsync(crossing.Server, Hello);
        Assert.Equal(Hello, await ReadAsync(crossing.Client, Hello.Length));

        crossing.Through.GoOn();
        Assert.Equal(Hello[10..], await ReadAsync(crossing.Server, Hello.Length - 10));
    }

    [Fact]
    public async Task Who_gives_up_while_all_is_stalled_is_still_there_for_the_other_until_it_goes_on()
    {
        await using var crossing = await Ends.MeetAsync(Fate.None);
        crossing.Through.Suffer(Harm.Stall);
        await SendAsync(crossing.Client, Hello);
        crossing.Client.LingerState = new LingerOption(enable: true, seconds: 0);
        crossing.Client.Dispose();

        var read = ReadOnceAsync(crossing.Server);
        await using (var another = await Ends.MeetAsync(Fate.None))
        {
            await SendAsync(another.Client, Hello);
            Assert.Equal(Hello, await ReadAsync(another.Server, Hello.Length));
        }

        Assert.False(read.IsCompleted);
        crossing.Through.GoOn();
        await read.WaitAsync(Person.Patience);
    }

    [Fact]
    public async Task A_new_fate_counts_from_where_it_is_met()
    {
        await using var crossing = await Ends.MeetAsync(Fate.None);
        await SendAsync(crossing.Client, Hello);
        Assert.Equal(Hello, await ReadAsync(crossing.Server, Hello.Length));

        crossing.Through.Meet(new Fate(Harm.Finish, Way.ToServer, 5));
        await SendAsync(crossing.Client, Hello);
        Assert.Equal(Hello[..5], await ReadAsync(crossing.Server, 5));
        Assert.Equal(0, await ReadOnceAsync(crossing.Server));
    }

    private static async Task SendAsync(Socket socket, byte[] bytes)
    {
        using var deadline = new CancellationTokenSource(Person.Patience);
        for (var sent = 0; sent < bytes.Length;)
        {
            sent += await socket.SendAsync(bytes.AsMemory(sent), deadline.Token);
        }
    }

    private static async Task<byte[]> ReadAsync(Socket socket, int count)
    {
        using var deadline = new CancellationTokenSource(Person.Patience);
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            var more = await socket.ReceiveAsync(bytes.AsMemory(read), deadline.Token);
            Assert.NotEqual(0, more);
            read += more;
        }

        return bytes;
    }

    private static async Task<int> ReadOnceAsync(Socket socket)
    {
        using var deadline = new CancellationTokenSource(Person.Patience);
        return await socket.ReceiveAsync(new byte[1], deadline.Token);
    }

    /// <summary>Both ends of one connection through a proxy.</summary>
    private sealed class Ends : IAsyncDisposable
    {
        private readonly CuttingProxy _proxy;

        private Ends(CuttingProxy proxy, Socket client, Socket server, Crossing through)
        {
            _proxy = proxy;
            Client = client;
            Server = server;
            Through = through;
        }

        public Socket Client { get; }

        public Socket Server { get; }

        public Crossing Through { get; }

        public static async Task<Ends> MeetAsync(Fate fate)
        {
            using var deadline = new CancellationTokenSource(Person.Patience);
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var proxy = CuttingProxy.Start(((IPEndPoint)listener.LocalEndpoint).Port, crossing => crossing.Meet(fate));
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, proxy.Port), deadline.Token);
            return new Ends(proxy, client, await listener.AcceptSocketAsync(deadline.Token), await proxy.NextAsync());
        }

        public (Socket From, Socket To) Of(Way way) => way == Way.ToServer ? (Client, Server) : (Server, Client);

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            Server.Dispose();
            await _proxy.DisposeAsync();
        }
    }
}
