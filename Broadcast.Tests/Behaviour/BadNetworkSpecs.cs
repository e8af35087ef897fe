using System.Collections.Immutable;
using System.Globalization;
using Broadcast.Tests.Hosting;
using CsCheck;

namespace Broadcast.Tests.Behaviour;

/// <summary>
/// Twenty people whose connections are cut, stalled and split at any byte, in either direction: everything is said once
/// and seen once, in one order, and who comes back in time has never left. BROADCAST_TEST_ROUNDS says how often.
/// </summary>
public sealed class BadNetworkSpecs
{
    private const int People = 20;
    private const int Lines = 10;
    private const string TheEnd = "the end";

    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("BROADCAST_TEST_ROUNDS") ?? "8", CultureInfo.InvariantCulture);

    private static readonly Gen<int[]> Pieces = Gen.OneOf(Gen.Const(Array.Empty<int>()), Gen.Int[1, 300].Array[3, 5]);

    // Near the beginning: in the middle of the upgrade, of hello and of welcome. Or anywhere.
    private static readonly Gen<int> After = Gen.OneOf(Gen.Int[0, 800], Gen.Int[0, 15_000]);

    private static readonly Gen<Fate> Fates = Gen.Select(
        Gen.OneOf(Gen.Const(Harm.Reset), Gen.Const(Harm.Finish), Gen.Const(Harm.Stall), Gen.Const(Harm.StallOneWay)),
        Gen.Enum<Way>(),
        After,
        Pieces,
        (harm, way, after, pieces) => new Fate(harm, way, way == Way.ToServer ? after % 1_000 : after, pieces));

    private static readonly Gen<Trip> Trips = Gen.Select(
        Fates, Gen.Bool, Gen.Bool, Gen.Int[0, 10], (fate, givesUp, staysAway, errands) => new Trip(fate, givesUp, staysAway, errands));

    private static readonly Gen<Journey> Journeys = Gen.Select(Gen.Int[1, 32], Trips.List[0, 5], (most, trips) => new Journey(most, trips));

    [Fact]
    public async Task Who_comes_back_in_time_sees_and_says_everything_once_and_has_never_left() =>
        await Journeys.List[People, People].SampleAsync(
            async journeys =>
            {
                await using var server = await Server.StartAsync();
                await using var room = await PlayAsync(server, journeys, mayBeLate: false);

                // Nobody came or went but at the beginning.
                Assert.Equal(People + 1, room.Told.OfType<Joined>().Count());
                Assert.Empty(room.Told.OfType<Left>());
                foreach (var traveller in room.Travellers)
                {
                    _ = Assert.Single(traveller.Lives);
                    Assert.Equal((0, 0), (traveller.View.Missed, traveller.View.Absent));
                }
            },
            iter: Rounds);

    [Fact]
    public async Task Who_comes_back_too_late_has_left_once_and_has_said_everything_once_all_the_same() =>
        await Journeys.List[People, People].SampleAsync(
            async journeys =>
            {
                await using var server = await Server.StartAsync("broadcast.resume.grace=300ms", "broadcast.room.announce-up-to=-1");
                await using var room = await PlayAsync(server, journeys, mayBeLate: true);

                // Whoever left was not welcomed back, and all but the last life of each are over, or will be.
                var left = room.Told.OfType<Left>().Select(fact => fact.Who.Id).ToList();
                Assert.Equal(left.Distinct(StringComparer.Ordinal), left);
                Assert.All(room.Told.OfType<Left>(), fact => Assert.Equal("lost", fact.Reason));
                Assert.Empty(left.Intersect(room.Travellers.Select(traveller => traveller.Lives[^1].Id), StringComparer.Ordinal));
            },
            iter: Rounds);

    private static async Task<Room> PlayAsync(Server server, IReadOnlyList<Journey> journeys, bool mayBeLate)
    {
        var room = new Room(await JsonPerson.JoinAsync(server.Address(), "Witness"), server.Port, journeys, mayBeLate);
        var witnessing = room.WitnessAsync();
        await Task.WhenAll(room.Travellers.Select(traveller => traveller.JoinAsync()));
        var travels = Task.WhenAll(room.Travellers.Select((traveller, i) => traveller.TravelAsync(Room.LinesOf(i), TheEnd)));
        _ = await Task.WhenAny(travels, Task.WhenAll(room.Travellers.Select(traveller => traveller.Spoken)));
        await room.EndAsync();
        await travels;
        await witnessing;
        room.Check();
        return room;
    }

    private sealed record Journey(int Most, IReadOnlyList<Trip> Trips)
    {
        public override string ToString() => $"at most {Most}: {string.Join("; ", Trips)}";
    }

    private sealed class Room : IAsyncDisposable
    {
        private readonly JsonPerson _witness;
        private readonly TaskCompletionSource _witnessed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private ImmutableDictionary<string, TaskCompletionSource> _left = ImmutableDictionary.Create<string, TaskCompletionSource>(StringComparer.Ordinal);

        public Room(JsonPerson witness, int server, IReadOnlyList<Journey> journeys, bool mayBeLate)
        {
            _witness = witness;
            Travellers =
            [
                .. journeys.Select((journey, i) => new Traveller($"t{i}", server, journey.Trips, journey.Most)
                {
                    UntilLost = mayBeLate ? id => Task.WhenAny(HasLeft(id).Task, _witnessed.Task) : null,
                }),
            ];
        }

        public IReadOnlyList<Traveller> Travellers { get; }

        /// <summary>Everything that happened, in order.</summary>
        public IReadOnlyList<Arrival> Told => [.. _witness.View.Facts.OrderBy(fact => fact.Key).Select(fact => Arrival.Read(fact.Value))];

        public static List<string> LinesOf(int traveller) => [.. Enumerable.Range(1, Lines).Select(n => $"{traveller} says {n}")];

        public async Task WitnessAsync()
        {
            Arrival heard;
            do
            {
                heard = await _witness.HearAsync();
                if (heard is Left left)
                {
                    _ = HasLeft(left.Who.Id).TrySetResult();
                }
            }
            while (heard is not Message { Text: TheEnd });
            _witnessed.SetResult();
        }

        public Task EndAsync() => _witness.SayAsync(TheEnd, n: 1);

        /// <summary>Every line once and in its speaker's order; what each saw is what the witness saw, without a hole.</summary>
        public void Check()
        {
            var said = Told.OfType<Message>().Select(message => message.Text).ToLookup(text => text.Split(' ')[0], StringComparer.Ordinal);
            for (var i = 0; i < Travellers.Count; i++)
            {
                Assert.Equal(LinesOf(i), said[$"{i}"]);
                var view = Travellers[i].View;
                Assert.All(
                    view.Facts.Where(fact => fact.Key <= _witness.View.Seq), fact => Assert.Equal(_witness.View.Facts[fact.Key], fact.Value));
                Assert.InRange(view.Seq, _witness.View.Seq, long.MaxValue);
                Assert.Equal(view.Seq - Travellers[i].Began, view.Facts.Count + view.Absent + view.Missed);
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var traveller in Travellers)
            {
                await traveller.DisposeAsync();
            }

            await _witness.DisposeAsync();
        }

        private TaskCompletionSource HasLeft(string id) => ImmutableInterlocked.GetOrAdd(
            ref _left, id, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
    }
}
