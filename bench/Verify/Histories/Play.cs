using System.Diagnostics;
using Broadcast.Verify.Clients;
using Broadcast.Verify.Orders;
using Broadcast.Verify.Servers;

namespace Broadcast.Verify.Histories;

/// <summary>
/// Carries out a schedule on a server, and sees to it that in the end everybody has been answered, has seen everything, and has
/// left. What it does and what its clients do are turns on one scheduler.
/// </summary>
internal sealed class Play : IAsyncDisposable
{
    // No more often than a server lets anybody ask that has its lowest rate.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Schedule _schedule;
    private readonly TimeSpan _time;
    private readonly CancellationTokenSource _deadline;
    private readonly Setup _setup;
    private readonly StateDisk? _disk;
    private readonly JsonPerson _witness;
    private readonly SortedDictionary<int, Person> _people = [];

    private readonly bool _isServerOurs;
    private ServerProcess? _server;
    private string _stage = "the server starts";

    /// <param name="schedule">What happens.</param>
    /// <param name="server">The server there is already, which goes on behind it; null for one of its own.</param>
    /// <param name="time">How long it may take.</param>
    /// <param name="interrupted">When it is not wanted any more.</param>
    private Play(Schedule schedule, ServerProcess? server, TimeSpan time, CancellationToken interrupted)
    {
        _schedule = schedule;
        _server = server;
        _isServerOurs = server is null;
        _time = time;
        _deadline = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        _deadline.CancelAfter(time);
        _setup = new Setup(schedule.Settings.Grace, schedule.IsChaos, _deadline.Token);
        _disk = schedule.IsChaos ? new StateDisk(Directory.CreateTempSubdirectory("broadcast-verify-").FullName, schedule.IsDiskSmall) : null;
        _witness = new JsonPerson(0, "witness", _setup);
        _people.Add(0, _witness);
    }

    /// <summary>Plays it, and checks what everybody saw.</summary>
    /// <exception cref="OperationCanceledException">It is not wanted any more.</exception>
    public static async Task<Outcome> RunAsync(Schedule schedule, TimeSpan time, CancellationToken interrupted, ServerProcess? server = null)
    {
        var started = Stopwatch.GetTimestamp();
        await using var play = new Play(schedule, server, time, interrupted);
        var trouble = await play.TryAsync();
        interrupted.ThrowIfCancellationRequested();
        List<Testimony> testimonies = [.. play._people.Values.Select(person => person.Testimony)];
        return new Outcome(schedule, testimonies, Checker.Check(schedule.Settings.Ground(schedule.IsChaos), testimonies), trouble, Stopwatch.GetElapsedTime(started));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var person in _people.Values)
        {
            person.End();
        }

        if (_isServerOurs && _server is not null)
        {
            await _server.DisposeAsync();
        }

        _disk?.Dispose();
        _deadline.Dispose();
    }

    private async Task<string?> TryAsync()
    {
        try
        {
            if (_server is null)
            {
                await StartAsync();
            }
            else
            {
                _setup.ServerIs(_server.Port);
            }

            await PlayAsync();
            await EndAsync();
            if (_isServerOurs)
            {
                _stage = "the server ends";
                await StopAsync();
            }

            return null;
        }
        catch (OperationCanceledException) when (_deadline.IsCancellationRequested)
        {
            return $"it is not over within {_time.TotalSeconds:0} s: {_stage}; {string.Join(", ", _people.Values.Where(person => !person.IsGone).Select(person => person.State))}; {await LastWordsAsync()}";
        }
        catch (Exception e) when (e is IOException or ServerException)
        {
            return $"{_stage}: {e.Message}; {await LastWordsAsync()}";
        }
    }

    private async Task<string> LastWordsAsync()
    {
        if (_server is not { HasEnded: true } server)
        {
            return "the server is there";
        }

        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        var (status, errors) = await server.EndAsync(soon.Token);
        return $"the server ended with status {status}: {errors}";
    }

    private async Task StartAsync()
    {
        _server = await ServerProcess.StartAsync(
            [.. _schedule.Settings.Arguments(), .. _disk is null ? [] : new[] { "--set", $"broadcast.state={_disk.Directory}", "--set", "broadcast.durable=on" }],
            _setup.Deadline);
        _setup.ServerIs(_server.Port);
    }

    // Whoever asks it to end is answered with 0, and it has had nothing to complain of.
    private async Task StopAsync()
    {
        _server!.Signal(Libc.SigTerm);
        var (status, errors) = await _server.EndAsync(_setup.Deadline);
        if (status != 0 || errors.Contains(" fail: ", StringComparison.Ordinal) || errors.Contains(" crit: ", StringComparison.Ordinal))
        {
            throw new ServerException($"the server ended with status {status}: {errors}");
        }
    }

    private async Task PlayAsync()
    {
        await _witness.ComeAsync(isNarrow: false);
        await InAsync(_witness);
        for (var i = 0; i < _schedule.Steps.Count; i++)
        {
            _stage = $"step {i}, {_schedule.Steps[i]}";
            await DoAsync(_schedule.Steps[i]);
            _setup.Deadline.ThrowIfCancellationRequested();
        }
    }

    private Task InAsync(Person person) => person.Changes.UntilAsync(() => person.IsIn || person.HasLeft, _setup.Deadline);

    private async Task DoAsync(Step step)
    {
        switch (step)
        {
            case Come come:
                await ComeAsync(come);
                break;
            case Speak speak:
                for (var i = 0; i < speak.Lines; i++)
                {
                    _people[speak.Person].Speak(speak.Style + i, speak.Bytes, speak.IsAction);
                }

                break;
            case WhisperTo whisper:
                _people[whisper.Person].Whisper(_people[whisper.To].Name, whisper.Style);
                break;
            case Rename rename:
                _people[rename.Person].Rename(rename.Name);
                break;
            case AskWho who:
                _people[who.Person].AskWho();
                break;
            case AskHistory history:
                _people[history.Person].AskHistory(history.Limit, history.Back);
                break;
            case Oddity oddity:
                _people[oddity.Person].SendOddity(oddity.Which);
                break;
            case Leave leave:
                _people[leave.Person].Leave(leave.How);
                break;
            case Drop drop:
                ((JsonPerson)_people[drop.Person]).Drop(drop.How);
                break;
            case ComeBack back:
                await ((JsonPerson)_people[back.Person]).ComeBackAsync();
                break;
            case Forget forget:
                ((JsonPerson)_people[forget.Person]).Forget();
                break;
            case StopReading stop:
                _people[stop.Person].Pause();
                break;
            case ReadOn on:
                _people[on.Person].GoOn();
                break;
            case Wait wait:
                await Task.Delay(wait.Milliseconds, _setup.Deadline);
                break;
            case Cut cut:
                _people[cut.Person].Meet(cut.Fate);
                break;
            default:
                await DisturbAsync(step);
                break;
        }
    }

    private async Task ComeAsync(Come come)
    {
        Person person = come.IsPlain ? new PlainPerson(come.Person, come.Name, _setup) : new JsonPerson(come.Person, come.Name, _setup);
        _people.Add(come.Person, person);
        var coming = person.ComeAsync(come.IsNarrow);
        if (come.IsAwaited)
        {
            await coming;
            await InAsync(person);
        }
    }

    private async Task DisturbAsync(Step step)
    {
        switch (step)
        {
            case Kill kill:
                _setup.ServerIsGone();
                await _server!.KillAsync();
                _disk!.Tear(kill.Torn);
                await Task.Delay(kill.PauseMilliseconds, _setup.Deadline);
                await StartAsync();
                break;
            case Terminate terminate:
                _setup.ServerIsGone();
                await StopAsync();
                await Task.Delay(terminate.PauseMilliseconds, _setup.Deadline);
                await StartAsync();
                break;
            case Freeze freeze:
                _server!.Signal(Libc.SigStop);
                await Task.Delay(freeze.Milliseconds, _setup.Deadline);
                _server.Signal(Libc.SigContinue);
                break;
            case FillDisk fill when _disk!.CanBeFilled:
                _setup.ServerIsGone();
                _disk.Fill(fill.BytesLeft);
                await TalkUntilItEndsAsync(TimeSpan.FromMilliseconds(fill.MostMilliseconds));
                _disk.MakeRoom();
                await GoOnOrStartAsync();
                break;
        }
    }

    private async Task TalkUntilItEndsAsync(TimeSpan most)
    {
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; !_server!.HasEnded && Stopwatch.GetElapsedTime(started) < most; i++)
        {
            foreach (var person in _people.Values.Where(person => person.IsIn && person != _witness))
            {
                person.Speak(i, Math.Min(400, _schedule.Settings.MessageBytes), isAction: false);
            }

            await Task.Delay(20, _setup.Deadline);
        }
    }

    // A server that has found its disk full may take a while to end: whether it goes on is known when a line has been kept.
    private async Task GoOnOrStartAsync()
    {
        _setup.ServerIs(_server!.Port);
        _witness.Speak(style: 0, bytes: 0, isAction: false);
        var kept = _witness.AnsweredAsync();
        var ended = _server.EndAsync(_setup.Deadline);
        if (await Task.WhenAny(kept, ended) == ended)
        {
            _setup.ServerIsGone();
            var (status, errors) = await ended;
            if (status != 74)
            {
                throw new ServerException($"with its disk full the server ended with status {status}: {errors}");
            }

            await StartAsync();
        }

        await kept;
    }

    private async Task EndAsync()
    {
        _stage = "everybody is back";
        foreach (var person in _people.Values)
        {
            person.Spare();
            if (person is JsonPerson { IsAway: true } json)
            {
                await json.ComeBackAsync();
            }
        }

        _stage = "everybody is answered";
        await Task.WhenAll(_people.Values.Select(person => person.HasLeft ? person.GoneAsync() : person.AnsweredAsync()));
        _stage = "everybody has everything";
        await _witness.AnsweredAsync();
        var upTo = _witness.Cursor;
        await Task.WhenAll(_people.Values.Where(person => !person.HasLeft).Select(person => person.AnsweredAsync()));
        foreach (var person in _people.Values.Where(person => person.IsIn && !person.HasLeft))
        {
            person.Settle(upTo);
        }

        await LeaveAsync();
    }

    private async Task LeaveAsync()
    {
        _stage = "everybody leaves";
        var random = new Random(_schedule.Seed);
        foreach (var person in _people.Values.Where(person => person != _witness && !person.HasLeft))
        {
            person.Leave((Exit)random.Next(5));
        }

        await Task.WhenAll(_people.Values.Where(person => person != _witness).Select(person => person.GoneAsync()));
        _stage = "nobody is left";
        do
        {
            await Task.Delay(Pause, _setup.Deadline);
            _witness.AskWho();
            await _witness.AnsweredAsync();
        }
        while (_witness.Count != 1);

        _witness.Settle(_witness.Cursor);
        _witness.Leave(Exit.Quit);
        await _witness.GoneAsync();
    }
}

/// <summary>What came of a schedule.</summary>
/// <param name="Trouble">A hang, or what the server did; null where there was none.</param>
internal sealed record Outcome(Schedule Schedule, IReadOnlyList<Testimony> Testimonies, Verdict Verdict, string? Trouble, TimeSpan Took)
{
    public bool IsSound => Trouble is null && Verdict.Violations.Count == 0;
}
