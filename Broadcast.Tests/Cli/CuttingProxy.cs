using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Broadcast.Tests.Cli;

/// <summary>
/// A way to a server on which connections break: after so many bytes, counted in both directions together, the rest is
/// dropped and both sides are reset. Where each breaks comes from a seed.
/// </summary>
[SuppressMessage("Security", "CA5394", Justification = "What happens is to be the same each time.")]
internal sealed class CuttingProxy : IAsyncDisposable
{
    // For an opening and its welcome: the first connection gets that far, and others now and then.
    private const int LongEnough = 2000;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly int _server;
    private readonly Random _chance;
    private readonly int _most;
    private readonly Task _accepting;

    /// <param name="server">The port to lead to.</param>
    /// <param name="cuts">How many connections break; the next lasts.</param>
    /// <param name="seed">Decides where.</param>
    public CuttingProxy(int server, int cuts, int seed)
    {
        _server = server;
        _most = cuts;
        _chance = new Random(seed);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Url => $"ws://{_listener.LocalEndpoint}/ws";

    /// <summary>How many have broken.</summary>
    public int Cuts { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting.InTimeAsync();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptSocketAsync(_end.Token);
                using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await server.ConnectAsync(IPAddress.Loopback, _server, _end.Token);
                await LeadAsync(client, server);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Nobody needs the way any more.
        }
    }

    private async Task LeadAsync(Socket client, Socket server)
    {
        var left = new StrongBox(Cuts == _most ? int.MaxValue : _chance.Next(Cuts == 0 ? LongEnough : 1, 2 * LongEnough));
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        var isCut = await Task.WhenAny(PassAsync(client, server, left, cut.Token), PassAsync(server, client, left, cut.Token)).Unwrap();
        if (isCut)
        {
            Cuts++;
        }

        await cut.CancelAsync();
        client.Close(timeout: 0);
        server.Close(timeout: 0);
    }

    private static async Task<bool> PassAsync(Socket from, Socket to, StrongBox left, CancellationToken cut)
    {
        var buffer = new byte[1024];
        try
        {
            while (true)
            {
                var count = await from.ReceiveAsync(buffer, cut);
                if (count == 0)
                {
                    return false;
                }

                var after = Interlocked.Add(ref left.Value, -count);
                var passed = after >= 0 ? count : Math.Max(0, count + after);
                await to.SendAsync(buffer.AsMemory(0, passed), cut);
                if (after < 0)
                {
                    return true;
                }
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private sealed class StrongBox(int value)
    {
        public int Value = value;
    }
}
