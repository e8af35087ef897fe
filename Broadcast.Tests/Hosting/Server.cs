using System.Collections.Immutable;
using System.Globalization;
using Broadcast.Actors.Keeping;
using Broadcast.Host;
using Broadcast.Host.Configuration;
using Broadcast.Host.Listening;
using Broadcast.Host.State;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using ActorSelection = Akka.Actor.ActorSelection;
using ActorSystem = Akka.Actor.ActorSystem;

namespace Broadcast.Tests.Hosting;

/// <summary>The real host on a free port of the loopback, in this process.</summary>
internal sealed class Server : IAsyncDisposable
{
    // Tests send more than people do; what is fast depends on the machine.
    private const string HoweverFast = "broadcast.limits.lines-per-second=0";

    private readonly WebApplication _app;
    private readonly ListenSockets _sockets;
    private readonly StateDirectory? _directory;

    // Whom a test has no more use for is still there: a socket that is collected is one that is reset.
    private ImmutableArray<Person> _people = [];

    private Server(WebApplication app, ListenSockets sockets, StateDirectory? directory)
    {
        _app = app;
        _sockets = sockets;
        _directory = directory;
    }

    public int Port => _sockets.Port;

    public CapturedLog Log { get; private init; } = new();

    /// <summary>One of the server's actors.</summary>
    /// <param name="path">Where it is, behind <c>/user/</c>.</param>
    public ActorSelection Actor(string path) => _app.Services.GetRequiredService<ActorSystem>().ActorSelection($"/user/{path}");

    /// <summary>What the process would end with.</summary>
    public int ExitStatus => _app.Services.GetRequiredService<RoomWatch>().ExitStatus;

    /// <param name="settings">As for <c>--set</c>.</param>
    public static Task<Server> StartAsync(params string[] settings) => StartAtAsync("127.0.0.1", settings);

    public static Task<Server> StartAtAsync(string host, params string[] settings) => StartAsync(host, TimeProvider.System, settings);

    /// <param name="time">What the server goes by; its timers still go off when they go off.</param>
    /// <param name="settings">As for <c>--set</c>.</param>
    public static Task<Server> StartAsync(TimeProvider time, params string[] settings) => StartAsync("127.0.0.1", time, settings);

    private static async Task<Server> StartAsync(string host, TimeProvider time, string[] settings)
    {
        var read = Settings.Read(
            Path.Combine(AppContext.BaseDirectory, "hocon.conf"),
            file: null,
            new Dictionary<string, string>(StringComparer.Ordinal),
            [HoweverFast, .. settings],
            [("--host", "broadcast.host", host), ("--port", "broadcast.port", "0")]);
        var sockets = await ListenSockets.BindAsync(read.Options.Host, read.Options.Port);
        var directory = read.Options.State is { } path ? StateDirectory.Open(path) : null;
        var log = new CapturedLog();
        var app = HostCommand.Build(read, sockets, directory, builder =>
        {
            builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Debug);
            builder.Services.AddSingleton(time);
        });
        _ = app.Services.GetRequiredService<RoomState>();
        await app.StartAsync();
        return new Server(app, sockets, directory) { Log = log };
    }

    public Uri Address(string? name = null, string path = "/ws") => new(string.Create(
        CultureInfo.InvariantCulture, $"ws://127.0.0.1:{Port}{path}{(name is null ? "" : "?name=" + Uri.EscapeDataString(name))}"));

    public async Task<Person> JoinAsync(string? name = null)
    {
        var person = await Person.JoinAsync(Address(name));
        _ = ImmutableInterlocked.Update(ref _people, people => people.Add(person));
        return person;
    }

    public Task StopAsync() => _app.StopAsync();

    /// <summary>From here on nothing can be written to what keeps the room.</summary>
    public void LoseDisk() => _directory!.Dispose();

    /// <summary>Until it has ended of itself.</summary>
    public Task EndedAsync() => _app.WaitForShutdownAsync().WaitAsync(Person.Patience);

    public async ValueTask DisposeAsync()
    {
        foreach (var person in _people)
        {
            await person.DisposeAsync();
        }

        await _app.DisposeAsync();
        _directory?.Dispose();
        _sockets.Dispose();
    }
}
