using System.Net.WebSockets;
using System.Text.Json;

namespace Broadcast.Tests.Hosting;

/// <summary>
/// Somebody on a bad network who does what docs/protocol.md asks of a client: it comes back, resumes, and sends again
/// what has not been answered. One task at a time; it fails where the server breaks a promise.
/// </summary>
internal sealed class Traveller : IAsyncDisposable
{
    private readonly string _name;
    private readonly int _server;
    private readonly Queue<Trip> _trips;
    private readonly int _most;
    private readonly CuttingProxy _proxy;
    private readonly SortedDictionary<long, string> _unanswered = [];
    private readonly TaskCompletionSource _isWelcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _spoken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private JsonPerson? _person;
    private Welcome? _welcome;

    // The connection under way: an HTTP client may try twice.
    private volatile Trip? _trip;
    private volatile GivingUp _giveUp = new();
    private long _n;
    private bool _isIn;
    private bool _hasBeenAbsent;
    private bool _isOver;

    /// <param name="name">What it would be called.</param>
    /// <param name="server">Where the server is.</param>
    /// <param name="trips">What becomes of its connections, one after the other; of those behind the last, nothing.</param>
    /// <param name="most">The most lines that it leaves unanswered; at most 32.</param>
    public Traveller(string name, int server, IEnumerable<Trip> trips, int most)
    {
        _name = name;
        _server = server;
        _trips = new Queue<Trip>(trips);
        _most = most;
        _proxy = CuttingProxy.Start(server, Set);
    }

    public RoomView View { get; } = new();

    /// <summary>The last fact before its first arrival.</summary>
    public long Began { get; private set; }

    /// <summary>Who it has been, one after the other.</summary>
    public List<Who> Lives { get; } = [];

    /// <summary>How often it was welcomed back.</summary>
    public int Returns { get; private set; }

    /// <summary>Completes when everything that it has to say is answered.</summary>
    public Task Spoken => _spoken.Task;

    /// <summary>
    /// What it waits for before it comes back, where a trip has it stay away too long: that the member of an id has left.
    /// Null where it is never away for too long.
    /// </summary>
    public Func<string, Task>? UntilLost { get; init; }

    /// <summary>Comes in for the first time, unharmed.</summary>
    public async Task JoinAsync()
    {
        await ConnectAsync();
        Began = Assert.IsType<Welcome>(_welcome).Seq;
    }

    /// <summary>Says its lines, whatever happens to its connections, and hears until a line that is the last.</summary>
    public async Task TravelAsync(IReadOnlyList<string> lines, string last)
    {
        for (var said = 0; !_isOver;)
        {
            if (_person is null)
            {
                await ConnectAsync();
            }
            else if (said < lines.Count && _unanswered.Count < _most)
            {
                await SayAsync(lines[said++]);
            }
            else
            {
                await HearAsync(last);
            }

            if (said == lines.Count && _unanswered.Count == 0)
            {
                _ = _spoken.TrySetResult();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Drop();
        await _proxy.DisposeAsync();
    }

    private async Task ConnectAsync()
    {
        if (_trip is { } last)
        {
            await BeAwayAsync(last);
        }

        _isIn = false;
        _giveUp = new GivingUp();
        await TryAsync(async () =>
        {
            _person = await JsonPerson.ConnectAsync(_proxy.Address, View, _giveUp.Source.Token);
            Welcomed(await _person.HelloAsync(_name, _welcome is null ? null : _person.Resume(_welcome)));
            if (_hasBeenAbsent)
            {
                // The last line may be one that it was not there for.
                await _person.SendAsync(new { type = "history", limit = 200 });
            }

            foreach (var line in _unanswered.Values)
            {
                await _person.SendAsync(line);
            }
        });
    }

    // The first connection is harmed once its owner has been welcomed: before, there is nobody to come back.
    private void Set(Crossing crossing)
    {
        var isFirst = _trip is null;
        var trip = _trip = _trips.TryDequeue(out var next) ? next : Trip.Safe;
        _ = isFirst ? SetOffAsync(crossing, trip) : WatchAsync(crossing, trip, _giveUp);
    }

    private async Task SetOffAsync(Crossing crossing, Trip trip)
    {
        await _isWelcome.Task;
        await WatchAsync(crossing, trip, _giveUp);
    }

    private void Welcomed(Welcome welcome)
    {
        if (welcome.Resumed)
        {
            Assert.Equal((_welcome!.You.Id, _welcome.Token, _welcome.Epoch), (welcome.You.Id, welcome.Token, welcome.Epoch));
            Returns++;
        }
        else
        {
            _hasBeenAbsent = Lives.Count > 0;
            Assert.DoesNotContain(Lives, life => life.Id == welcome.You.Id);
            Lives.Add(welcome.You);
        }

        _welcome = welcome;
        _isIn = true;
        _ = _isWelcome.TrySetResult();
    }

    private async Task SayAsync(string text)
    {
        var n = ++_n;
        _unanswered[n] = JsonSerializer.Serialize(new { type = "say", text, n });
        await TryAsync(() => _person!.SendAsync(_unanswered[n]));
    }

    private Task HearAsync(string last) => TryAsync(async () =>
    {
        switch (await _person!.HearAsync())
        {
            case Ack ack:
                Assert.True(_unanswered.Remove(ack.N, out var line), $"{ack} answers nothing");
                if (View.Facts.TryGetValue(ack.Seq!.Value, out var fact))
                {
                    var said = Assert.IsType<Message>(Arrival.Read(fact));
                    Assert.Equal((line, true), (JsonSerializer.Serialize(new { type = "say", text = said.Text, n = said.N }), Lives.Any(life => life.Id == said.From.Id)));
                }

                break;
            case Error { N: not null } error:
                Assert.Fail($"{error}");
                break;
            case Message { Text: var text }:
                _isOver = text == last;
                break;
            case History history:
                _hasBeenAbsent = false;
                _isOver = history.Facts.Any(fact => Arrival.Read(fact) is Message { Text: var text } && text == last);
                break;
        }
    });

    // A broken connection is no failure.
    private async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            Drop();
        }
    }

    private void Drop()
    {
        _person?.Socket.Dispose();
        _person = null;
    }

    // A stall is either over after a while, or taken for the end.
    private async Task WatchAsync(Crossing crossing, Trip trip, GivingUp giveUp)
    {
        crossing.Meet(trip.Fate);
        await crossing.Harmed;
        if (trip.Fate.Harm is Harm.Stall or Harm.StallOneWay)
        {
            await RunErrandsAsync(trip.Errands);
            if (trip.GivesUp)
            {
                await giveUp.Source.CancelAsync();
            }
            else
            {
                crossing.GoOn();
            }
        }
    }

    private async Task BeAwayAsync(Trip trip)
    {
        // Only where the server has heard of the end, which a stall keeps from it.
        if (trip.StaysAway && _isIn && UntilLost is not null && trip.Fate.Harm is Harm.Reset or Harm.Finish)
        {
            await UntilLost(_welcome!.You.Id).WaitAsync(Person.Patience);
        }
        else
        {
            await RunErrandsAsync(trip.Errands);
        }
    }

    // A while that is as long as the machine is busy: so many requests that somebody else has answered by the server.
    private async Task RunErrandsAsync(int errands)
    {
        for (var n = 0; n < errands; n++)
        {
            using var errand = await RawPeer.ConnectAsync(_server);
            await errand.SendAsync("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"u8.ToArray());
            _ = await errand.ReadHeadAsync();
        }
    }
}

/// <summary>Whether a connection is to be taken for dead. Without a timer there is nothing to dispose of.</summary>
internal sealed record GivingUp
{
    public CancellationTokenSource Source { get; } = new();
}

/// <summary>What becomes of one connection, and what its owner makes of that.</summary>
/// <param name="Fate">What becomes of it.</param>
/// <param name="GivesUp">Whether a stall is taken for the end.</param>
/// <param name="StaysAway">Whether its owner comes back too late.</param>
/// <param name="Errands">How long a stall lasts, and a way back.</param>
internal sealed record Trip(Fate Fate, bool GivesUp, bool StaysAway, int Errands)
{
    public static Trip Safe { get; } = new(Fate.None, GivesUp: false, StaysAway: false, Errands: 0);
}
