using System.Net;
using System.Net.Sockets;

namespace Broadcast.Bench.Hostile;

/// <summary>One round of an attack: what it is played against, and what it has seen.</summary>
/// <param name="port">Where the server is.</param>
/// <param name="isQuick">Whether a small one will do.</param>
/// <param name="enough">When it is to end, whatever comes.</param>
internal sealed class Assault(int port, bool isQuick, CancellationToken enough)
{
    private const int Addresses = 200;

    private readonly List<string> _faults = [];
    private int _address;

    public int Port { get; } = port;

    public bool IsQuick { get; } = isQuick;

    public CancellationToken Enough { get; } = enough;

    /// <summary>What the server did that it must not do.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>What else there is to tell.</summary>
    public string Note { get; set; } = "";

    /// <summary>How many, or how long: the whole of it, or a small part.</summary>
    public int Of(int whole, int quick) => IsQuick ? quick : whole;

    public IPAddress NextAddress() => new([127, 0, 100, (byte)(1 + (Interlocked.Increment(ref _address) % Addresses))]);

    /// <summary>Says what is wrong; called by an attack's own flow alone.</summary>
    public void Expect(bool isSo, string otherwise)
    {
        if (!isSo && _faults.Count < 5)
        {
            _faults.Add(otherwise);
        }
    }

    /// <summary>Does something so many times, some at the same time.</summary>
    public async Task<IReadOnlyList<T>> ManyAsync<T>(int count, int atOnce, Func<int, Task<T>> play)
    {
        var next = -1;
        var results = new T[count];
        async Task WorkAsync()
        {
            for (var number = Interlocked.Increment(ref next); number < count; number = Interlocked.Increment(ref next))
            {
                results[number] = await play(number);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, Math.Min(atOnce, count)).Select(_ => Task.Run(WorkAsync, Enough)));
        return results;
    }

    public Task<IReadOnlyList<Intruder>> JoinAsync(int count, string name, Func<int, bool> isJson, Func<int, bool>? isCramped = null) =>
        ManyAsync(count, 16, number => Intruder.JoinAsync(this, $"{name}{number}", isJson(number), isCramped?.Invoke(number) == true));

    /// <summary>Sends until it is done or the server has had enough.</summary>
    /// <returns>Whether everything was taken.</returns>
    public static async Task<bool> SendAllAsync(Intruder intruder, IEnumerable<byte[]> pieces)
    {
        try
        {
            foreach (var piece in pieces)
            {
                await intruder.SendAsync(piece);
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public static void Dispose(IEnumerable<Intruder> intruders)
    {
        foreach (var intruder in intruders)
        {
            intruder.Dispose();
        }
    }
}
