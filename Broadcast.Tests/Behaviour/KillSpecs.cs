using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.WebSockets;
using Broadcast.Tests.Hosting;
using Xunit.Abstractions;

namespace Broadcast.Tests.Behaviour;

/// <summary>
/// A server with a journal that is killed and started again, over and over, while its members talk, and killed now and then
/// as it starts. <c>bench/kill N SEED</c> has it happen N times.
/// </summary>
[SuppressMessage("Security", "CA5394", Justification = "What happens is to be the same each time.")]
public sealed class KillSpecs(ITestOutputHelper output)
{
    private const int MostUnanswered = 16;

    private static readonly string[] Names = ["Alice", "Bob", "Zoë"];

    private readonly int _kills = Set("BROADCAST_KILLS", 3);
    private readonly int _seed = Set("BROADCAST_SEED", Random.Shared.Next());

    // The server there is, or that there will be.
    private volatile TaskCompletionSource<Uri> _server = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource _due = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _answersLeft;
    private volatile bool _isQuiet;

    [Fact]
    public async Task At_whatever_moment_it_is_killed_nothing_answered_is_lost_and_nothing_is_told_twice()
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_kills} kills, seed {_seed}"));
        using var folder = new Folder();
        var random = new Random(_seed);
        var server = await StartAsync(folder, random);
        var people = Names.Select(name => new Speaker(name, this)).ToList();
        foreach (var person in people)
        {
            await person.JoinAsync();
        }

        var talk = people.ConvertAll(person => person.TalkAsync());
        for (var kills = 1; kills <= _kills; kills++)
        {
            await await Task.WhenAny([_due.Task, .. talk]).WaitAsync(Person.Patience);
            _server = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
            await server.DisposeAsync();
            await DieStartingAsync(folder, (WhileStarting)(kills % 3));
            _isQuiet = kills == _kills;
            server = await StartAsync(folder, random);
        }

        await Task.WhenAll(talk).WaitAsync(Person.Patience);
        await server.DisposeAsync();

        // Who came first has seen everything, and the others the same from where they came in.
        var all = people[0].View.Facts;
        Assert.All(people, person => Assert.Equal(all.Where(fact => fact.Key >= person.View.Facts.Keys.Min()).ToList(), person.View.Facts.ToList()));
        var said = all.OrderBy(fact => fact.Key).Select(fact => Arrival.Read(fact.Value)).OfType<Message>().ToList();
        foreach (var person in people)
        {
            Assert.Equal(person.Said, said.Where(line => line.From == person.Who).Select(line => line.Text));
            Assert.All(person.Answers, answer => Assert.Equal(answer.N, Assert.IsType<Message>(Arrival.Read(all[answer.Seq!.Value])).N));
        }

        Assert.DoesNotContain(all.Values, fact => Arrival.Read(fact) is Left);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{said.Count} lines, {people.Sum(person => person.Whispers.Count)} whispers, each once"));
    }

    private static int Set(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var set) ? set : otherwise;

    // It is due to be killed after so many answers, or as soon as it is there.
    private async Task<HostProcess> StartAsync(Folder folder, Random random)
    {
        _due = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _answersLeft = random.Next(0, 300);
        var server = Start(folder);
        _server.SetResult(await server.StartedAsync());
        if (_answersLeft == 0)
        {
            _ = _due.TrySetResult();
        }

        return server;
    }

    private static HostProcess Start(Folder folder) =>
        HostProcess.Start("--port", "0", "--set", folder.Setting, "--set", "broadcast.durable=on", "--set", "broadcast.resume.grace=1h");

    // What is kept is read and written anew at the start: killed as that begins, or as the new one has taken the old one's place.
    private static async Task DieStartingAsync(Folder folder, WhileStarting when)
    {
        if (when == WhileStarting.Never)
        {
            return;
        }

        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(folder.Path, "room.state*") { NotifyFilter = NotifyFilters.FileName };
        if (when == WhileStarting.Writing)
        {
            watcher.Created += (_, _) => seen.TrySetResult();
        }
        else
        {
            watcher.Renamed += (_, _) => seen.TrySetResult();
        }

        watcher.EnableRaisingEvents = true;
        await using var server = Start(folder);
        await seen.Task.WaitAsync(Person.Patience);
    }

    private enum WhileStarting
    {
        Never,
        Writing,
        Written,
    }

    private void Answered()
    {
        if (Interlocked.Decrement(ref _answersLeft) == 0)
        {
            _ = _due.TrySetResult();
        }
    }

    // Says lines and whispers without end, and comes back as often as it has to.
    private sealed class Speaker(string name, KillSpecs spec)
    {
        private readonly SortedDictionary<long, object> _unanswered = [];
        private JsonPerson? _person;
        private Welcome? _welcome;
        private long _n;
        private bool _hasEnded;
        private readonly HashSet<string> _ended = new(StringComparer.Ordinal);

        public RoomView View { get; } = new();

        public Who Who => _welcome!.You;

        public List<string> Said { get; } = [];

        public List<Ack> Answers { get; } = [];

        public HashSet<string> Whispers { get; } = new(StringComparer.Ordinal);

        public async Task JoinAsync()
        {
            _person = await JsonPerson.ConnectAsync(await spec._server.Task, View);
            _welcome = await _person.HelloAsync(name);
        }

        public async Task TalkAsync()
        {
            while (!spec._isQuiet || _unanswered.Count > 0 || _person is null || !EverybodyIsHeard())
            {
                try
                {
                    await (_person is null ? ComeBackAsync() : GoOnAsync(_person));
                }
                catch (Exception e) when (e is WebSocketException or InvalidOperationException)
                {
                    // It has been killed.
                    _person?.Socket.Dispose();
                    _person = null;
                }
            }
        }

        // The last that each says is a line of its name.
        private bool EverybodyIsHeard() => Names.All(other => _ended.Contains(other));

        private async Task ComeBackAsync()
        {
            var person = await JsonPerson.ConnectAsync(await spec._server.Task, View);
            var welcome = await person.HelloAsync(name, person.Resume(_welcome!));
            Assert.True(welcome.Resumed, $"{name} is somebody new");
            Assert.Equal((_welcome!.Epoch, _welcome.You), (welcome.Epoch, welcome.You));
            _person = person;
            foreach (var frame in _unanswered.Values)
            {
                await person.SendAsync(frame);
            }
        }

        private async Task GoOnAsync(JsonPerson person)
        {
            if (_unanswered.Count < MostUnanswered && !_hasEnded)
            {
                var n = ++_n;
                var text = string.Create(CultureInfo.InvariantCulture, $"{name} {n}");
                object frame;
                if (spec._isQuiet)
                {
                    _hasEnded = true;
                    Said.Add(text = $"{name} ends");
                    frame = new { type = "say", text, n };
                }
                else if (n % 8 == 0)
                {
                    frame = new { type = "whisper", to = Names[n / 8 % Names.Length], text, n };
                }
                else
                {
                    Said.Add(text);
                    frame = new { type = "say", text, n };
                }

                _unanswered.Add(n, frame);
                await person.SendAsync(frame);
                return;
            }

            switch (await person.HearAsync())
            {
                case Ack ack:
                    Assert.True(_unanswered.Remove(ack.N), $"{ack} answers nothing");
                    if (ack.Seq is not null)
                    {
                        Answers.Add(ack);
                    }

                    spec.Answered();
                    break;
                case Error { N: { } n }:
                    // To one who is away.
                    Assert.True(_unanswered.Remove(n));
                    spec.Answered();
                    break;
                case Whisper whisper:
                    Assert.True(Whispers.Add(whisper.Text), $"{whisper} is told twice");
                    break;
                case Message { Text: var text } when text.EndsWith(" ends", StringComparison.Ordinal):
                    _ = _ended.Add(text[..^" ends".Length]);
                    break;
            }
        }
    }
}
