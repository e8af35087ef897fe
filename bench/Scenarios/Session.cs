using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Broadcast.Bench.Measure;
using Broadcast.Bench.Net;
using Broadcast.Bench.Servers;

namespace Broadcast.Bench.Scenarios;

/// <summary>A server just started, and the crowd that has joined it.</summary>
internal sealed class Session : IAsyncDisposable
{
    private static readonly long Second = Stopwatch.Frequency;

    private readonly Setting _setting;

    private Session(Setting setting, ServerProcess server)
    {
        _setting = setting;
        Server = server;
        var publishers = Enumerable.Range(0, setting.Publishers).Select(number => number * setting.Members / setting.Publishers).ToArray();
        Ledger = new Ledger(setting.Members, setting.Publishers);
        Crowd = new Crowd(setting.Peer.NewDialects(), server.Port, setting.Peer.AnnouncesJoins, publishers, Ledger, setting.TextLength);
    }

    public ServerProcess Server { get; }

    public Crowd Crowd { get; }

    public Ledger Ledger { get; }

    /// <summary>Whether every reader has had everything once, in order and under the right name.</summary>
    public bool IsSound => Ledger is { Lost: 0, Reordered: 0, Duplicated: 0 } && Crowd is { Cut: 0, Broken: 0, Misnamed: 0 } && !IsStalled;

    /// <summary>Whether the server has stopped delivering.</summary>
    public bool IsStalled { get; private set; }

    /// <summary>Starts the server; nobody has joined yet.</summary>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The session ends it.")]
    public static async Task<Session> StartAsync(Setting setting) =>
        new(setting, await ServerProcess.StartAsync(setting.Peer, setting.ServerCore, setting.Arguments));

    /// <summary>Starts the server, and lets everybody join and hear a probe.</summary>
    public static async Task<Session> OpenAsync(Setting setting)
    {
        var session = await StartAsync(setting);
        try
        {
            session.Join(setting.Members);
            session.Probe();
            return session;
        }
        catch (Exception)
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets people join until there are so many, then waits until it is quiet.</summary>
    public void Join(int members)
    {
        var deadline = Stopwatch.GetTimestamp() + (120 * Second);
        while (Crowd.In < members)
        {
            // The stuck ones are spread over the room, and are never publishers' neighbours by chance alone.
            while (Crowd.Members.Count < members && Crowd.Members.Count - Crowd.In < _setting.Peer.JoinsAtOnce)
            {
                Crowd.Dial(crampedBuffers: IsToBeStuck(Crowd.Members.Count));
            }

            var now = Stopwatch.GetTimestamp();
            Crowd.Turn(now + (Second / 100));
            if (now > deadline || Crowd.Cut > 0)
            {
                throw new TimeoutException($"{_setting.Peer.Name}: {Crowd.In} of {members} are in, {Crowd.Cut} were cut off");
            }
        }

        Quiet();
    }

    /// <summary>Waits until nothing has come for a fifth of a second.</summary>
    public void Quiet()
    {
        var deadline = Stopwatch.GetTimestamp() + (20 * Second);
        for (var now = Stopwatch.GetTimestamp(); now - Crowd.LastRead < Second / 5 && now < deadline; now = Stopwatch.GetTimestamp())
        {
            Crowd.Turn(now + (Second / 20));
        }
    }

    /// <summary>Lets time pass.</summary>
    public void Pass(double seconds)
    {
        var until = Stopwatch.GetTimestamp() + (long)(seconds * Second);
        while (Stopwatch.GetTimestamp() < until)
        {
            Crowd.Turn(until);
        }
    }

    /// <summary>Says something that is not checked until everybody has heard it. From then on nobody has an excuse.</summary>
    public void Probe()
    {
        Crowd.Forget();
        var (deadline, next) = (Stopwatch.GetTimestamp() + (30 * Second), 0L);
        while (Crowd.Heard < Crowd.Members.Count)
        {
            var now = Stopwatch.GetTimestamp();
            if (now > deadline)
            {
                throw new TimeoutException($"{_setting.Peer.Name}: only {Crowd.Heard} of {Crowd.Members.Count} have heard a probe");
            }

            if (now >= next)
            {
                var member = Crowd.Members[Crowd.Publishers[0]];
                Crowd.Say(member, now, isProbe: true);
                Crowd.Flush(member);
                next = now + (Second / 5);
            }

            Crowd.Turn(next);
        }

        Quiet();
    }

    /// <summary>Those who are to be stuck stop reading.</summary>
    public void Stick()
    {
        foreach (var member in Crowd.Members.Where(member => IsToBeStuck(member.Index)))
        {
            Crowd.Stick(member);
        }
    }

    /// <summary>Lets the publishers speak, measures, and waits for what is still on its way.</summary>
    /// <param name="pacing">Who says what when.</param>
    /// <param name="warmup">How long it goes on before it is measured, in seconds.</param>
    /// <param name="seconds">How long it is measured.</param>
    public Figures Run(Pacing pacing, double warmup, double seconds)
    {
        var now = Stopwatch.GetTimestamp();
        Ledger.Latency.Clear();
        Ledger.From = now + (long)(warmup * Second);
        Ledger.Until = Ledger.From + (long)(seconds * Second);
        Crowd.Pacing = pacing;
        pacing.Begin(Crowd, now);
        TurnUntil(Ledger.From);
        var before = Reading.Take(this);
        TurnUntil(Ledger.Until);
        var after = Reading.Take(this);
        pacing.End();
        Drain();
        Crowd.Pacing = null;
        return new Figures(before, after);
    }

    /// <summary>Lets the publishers speak while something else goes on, and waits for what is still on its way.</summary>
    /// <param name="pacing">Who says what when.</param>
    /// <param name="goesOn">Whether it still does; asked fifty times a second.</param>
    public void RunWhile(Pacing pacing, Func<bool> goesOn)
    {
        var now = Stopwatch.GetTimestamp();
        Ledger.Latency.Clear();
        (Ledger.From, Ledger.Until) = (now, long.MaxValue);
        Crowd.Pacing = pacing;
        pacing.Begin(Crowd, now);
        while (goesOn() && !IsStalled)
        {
            TurnUntil(Stopwatch.GetTimestamp() + (Second / 50));
        }

        pacing.End();
        Drain();
        Crowd.Pacing = null;
    }

    /// <summary>A result with what every scenario reports.</summary>
    /// <param name="scenario">Which.</param>
    /// <param name="case">What tells its results apart.</param>
    public JsonObject Result(string scenario, string @case)
    {
        var problems = new List<string>();
        void Note(bool isSo, string what)
        {
            if (isSo)
            {
                problems.Add(what);
            }
        }

        Note(Ledger.Lost > 0, $"{Ledger.Lost} lost");
        Note(Ledger.Reordered > 0, $"{Ledger.Reordered} reordered");
        Note(Ledger.Duplicated > 0, $"{Ledger.Duplicated} duplicated");
        Note(Crowd.Cut > 0, $"{Crowd.Cut} members cut off");
        Note(Crowd.Misnamed > 0, $"{Crowd.Misnamed} under a wrong name");
        Note(Crowd.Broken > 0, $"{Crowd.Broken} broken frames ({Crowd.FirstBreak})");
        Note(Crowd.MissesTold > 0, $"{Crowd.MissesTold} owned up to as missed");
        Note(IsStalled, "it hung");
        return new JsonObject
        {
            ["scenario"] = scenario,
            ["peer"] = _setting.Peer.Name,
            ["case"] = @case,
            ["members"] = _setting.Members,
            ["lost"] = Ledger.Lost,
            ["reordered"] = Ledger.Reordered,
            ["duplicated"] = Ledger.Duplicated,
            ["cut"] = Crowd.Cut,
            ["broken"] = Crowd.Broken + Crowd.Misnamed,
            ["missesTold"] = Crowd.MissesTold,
            ["hung"] = IsStalled ? 1 : 0,
            ["problems"] = string.Join(", ", problems),
        };
    }

    /// <summary>Whether a member is one of those who are to be stuck.</summary>
    public bool IsToBeStuck(int member) =>
        _setting.Stuck > 0 && ((member + 1) * _setting.Stuck / _setting.Members) > (member * _setting.Stuck / _setting.Members)
        && !Crowd.Publishers.Contains(member);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Crowd.Dispose();
    }

    private void TurnUntil(long until)
    {
        var patience = 4 * Second;
        for (var now = Stopwatch.GetTimestamp(); now < until && !IsStalled; now = Stopwatch.GetTimestamp())
        {
            Crowd.Turn(until);
            IsStalled = now - Crowd.LastRead > patience;
        }
    }

    private void Drain()
    {
        var deadline = Stopwatch.GetTimestamp() + (20 * Second);
        for (var now = Stopwatch.GetTimestamp(); now < deadline && now - Crowd.LastRead < 4 * Second && IsOwed(); now = Stopwatch.GetTimestamp())
        {
            Crowd.Turn(now + (Second / 50));
        }

        foreach (var member in Crowd.Members.Where(member => !member.IsStuck))
        {
            Ledger.WriteOff(member.Index, Stopwatch.GetTimestamp());
        }
    }

    private bool IsOwed() => Crowd.Members.Any(member => member.Reads && Ledger.Owed(member.Index) > 0);
}
