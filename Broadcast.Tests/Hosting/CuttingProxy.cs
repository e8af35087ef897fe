using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Broadcast.Tests.Hosting;

/// <summary>
/// A bad network on a free port of the loopback in front of a server: it splits what passes, stalls, and cuts, each
/// connection as its <see cref="Fate"/> says, or as the test says meanwhile. What happens behind which byte is the
/// fate's; when it happens is the sockets'.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly Channel<Crossing> _crossings = Channel.CreateUnbounded<Crossing>();
    private readonly IPEndPoint _server;
    private readonly Action<Crossing> _meet;
    private readonly Task _running;

    private CuttingProxy(IPEndPoint server, Action<Crossing> meet)
    {
        _server = server;
        _meet = meet;
        _listener.Start();
        _running = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Uri Address => new($"ws://127.0.0.1:{Port}/ws");

    public static CuttingProxy Start(int serverPort) => Start(serverPort, static _ => { });

    /// <param name="serverPort">Where the server is.</param>
    /// <param name="meet">Is told of each connection before anything passes, one after the other.</param>
    public static CuttingProxy Start(int serverPort, Action<Crossing> meet) => new(new IPEndPoint(IPAddress.Loopback, serverPort), meet);

    /// <summary>The next connection that has not been asked for; it is there before its client hears anything from the server.</summary>
    public async Task<Crossing> NextAsync() => await _crossings.Reader.ReadAsync().AsTask().WaitAsync(Person.Patience);

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        _listener.Dispose();
        await _running.WaitAsync(Person.Patience);
        _over.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> crossings = [];
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_over.Token);
                var crossing = new Crossing(client, new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
                _meet(crossing);
                _ = _crossings.Writer.TryWrite(crossing);
                crossings.Add(crossing.RunAsync(_server, _over.Token));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(crossings);
        }
    }
}

/// <summary>The way that bytes go.</summary>
public enum Way
{
    ToServer,
    ToClient,
}

/// <summary>What a network does to a connection.</summary>
public enum Harm
{
    None,

    /// <summary>Both ends are reset.</summary>
    Reset,

    /// <summary>Both ends are told that the other has finished sending, and what they still send is dropped.</summary>
    Finish,

    /// <summary>Nothing passes any more, either way.</summary>
    Stall,

    /// <summary>Nothing passes any more the way whose bytes are counted.</summary>
    StallOneWay,
}

/// <summary>What is to become of a connection.</summary>
/// <param name="Harm">What happens to it.</param>
/// <param name="Way">Whose bytes count.</param>
/// <param name="After">How many of them pass before.</param>
/// <param name="Pieces">How large the pieces are in which bytes pass, over and over, each way; empty for as they come.</param>
internal sealed record Fate(Harm Harm, Way Way, int After, params int[] Pieces)
{
    public static Fate None { get; } = new(Harm.None, Way.ToServer, After: 0);

    public override string ToString() => $"{Harm} after {After} {Way} in pieces of [{string.Join(' ', Pieces)}]";
}

/// <summary>One connection through a <see cref="CuttingProxy"/>.</summary>
internal sealed class Crossing
{
    private readonly Socket _client;
    private readonly Socket _server;
    private readonly long[] _passed = new long[2];
    private readonly TaskCompletionSource?[] _gates = new TaskCompletionSource?[2];
    private volatile Doom _doom = new(Fate.None, At: 0);
    private volatile bool _isFinished;

    /// <param name="client">The end that came.</param>
    /// <param name="server">The end that goes on to the server, not connected yet.</param>
    public Crossing(Socket client, Socket server)
    {
        _client = client;
        _server = server;
        _client.NoDelay = _server.NoDelay = true;
    }

    /// <summary>Completes when what its fate says has happened.</summary>
    public Task Harmed => _doom.Happened.Task;

    /// <summary>From now on this is its fate; bytes count from here.</summary>
    public void Meet(Fate fate) => _doom = new Doom(fate, Volatile.Read(ref _passed[(int)fate.Way]) + fate.After);

    /// <summary>Does this to it now.</summary>
    public void Suffer(Harm harm) => Suffer(harm, Way.ToServer, _doom);

    /// <summary>Ends a stall.</summary>
    public void GoOn()
    {
        Open(Way.ToServer);
        Open(Way.ToClient);
    }

    public async Task RunAsync(IPEndPoint server, CancellationToken over)
    {
        try
        {
            await _server.ConnectAsync(server, over);
            await Task.WhenAll(PumpAsync(_client, _server, Way.ToServer, over), PumpAsync(_server, _client, Way.ToClient, over));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // The server is not there, or the test is over.
        }
        finally
        {
            _client.Dispose();
            _server.Dispose();
        }
    }

    private async Task PumpAsync(Socket from, Socket to, Way way, CancellationToken over)
    {
        try
        {
            var buffer = new byte[1 << 14];
            var pieces = 0;
            int read;
            while ((read = await from.ReceiveAsync(buffer, over)) > 0)
            {
                for (var at = 0; at < read && !_isFinished;)
                {
                    await FateAsync(way, over);
                    if (!_isFinished)
                    {
                        // Counted first: whoever has read them finds them counted.
                        var piece = buffer.AsMemory(at, PieceOf(read - at, way, pieces++));
                        Volatile.Write(ref _passed[(int)way], _passed[(int)way] + piece.Length);
                        at += await to.SendAsync(piece, over);
                        await FateAsync(way, over);
                    }
                }
            }

            await FateAsync(way, over);
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            if (await IsPassedOnAsync(way, over))
            {
                Cut();
            }
        }
    }

    private int PieceOf(int most, Way way, int piece)
    {
        var doom = _doom;
        if (doom.Fate.Pieces.Length > 0)
        {
            most = Math.Min(most, doom.Fate.Pieces[piece % doom.Fate.Pieces.Length]);
        }

        return doom.Awaits(way) ? (int)Math.Clamp(doom.At - _passed[(int)way], 1, most) : most;
    }

    private async Task FateAsync(Way way, CancellationToken over)
    {
        var doom = _doom;
        if (doom.Awaits(way) && _passed[(int)way] >= doom.At)
        {
            Suffer(doom.Fate.Harm, way, doom);
        }

        if (Volatile.Read(ref _gates[(int)way]) is { } gate)
        {
            await gate.Task.WaitAsync(over);
        }
    }

    // Whether the other end hears of a reset: not while the network is stalled, and not when the test is over.
    private async Task<bool> IsPassedOnAsync(Way way, CancellationToken over)
    {
        if (Volatile.Read(ref _gates[(int)way]) is { } gate)
        {
            _ = await Task.WhenAny(gate.Task, Task.Delay(Timeout.InfiniteTimeSpan, over));
        }

        return !over.IsCancellationRequested && !_isFinished;
    }

    private void Suffer(Harm harm, Way way, Doom doom)
    {
        switch (harm)
        {
            case Harm.Reset:
                Cut();
                break;
            case Harm.Finish:
                _isFinished = true;
                Finish(_client);
                Finish(_server);
                break;
            case Harm.Stall:
                Close(Way.ToServer);
                Close(Way.ToClient);
                break;
            case Harm.StallOneWay:
                Close(way);
                break;
        }

        _ = doom.Happened.TrySetResult();
    }

    private void Close(Way way) =>
        Interlocked.CompareExchange(ref _gates[(int)way], new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), comparand: null);

    private void Open(Way way) => Interlocked.Exchange(ref _gates[(int)way], value: null)?.SetResult();

    private void Cut()
    {
        Reset(_client);
        Reset(_server);
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }

        socket.Dispose();
    }

    private static void Finish(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }
    }

    private sealed record Doom(Fate Fate, long At)
    {
        public TaskCompletionSource Happened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Awaits(Way way) => Fate.Harm != Harm.None && Fate.Way == way && !Happened.Task.IsCompleted;
    }
}
