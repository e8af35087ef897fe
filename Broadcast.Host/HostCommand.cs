using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Broadcast.Actors.Keeping;
using Broadcast.Host.Configuration;
using Broadcast.Host.Connections;
using Broadcast.Host.Listening;
using Broadcast.Host.State;

namespace Broadcast.Host;

/// <summary>The command line, and the run from the first flag to the last socket.</summary>
internal static partial class HostCommand
{
    private const int CannotListen = 1;
    private const int BadUsage = 64;
    private const int BadConfiguration = 78;

    private static readonly Option<string?> HostOption = new("--host", "-H")
    {
        Description = "Where to listen: a name, an IPv4 or an IPv6 address [default: localhost, both loopback addresses]",
    };

    private static readonly Option<string?> PortOption = new("--port", "-p")
    {
        Description = "TCP port, 0 for any free one [default: 8080]",
    };

    private static readonly Option<string?> ConfigOption = new("--config")
    {
        Description = "A HOCON file whose keys go over those of the shipped hocon.conf",
        HelpName = "FILE",
    };

    private static readonly Option<string[]> SetOption = new("--set")
    {
        Description = "Sets one key, over the file; may be given several times",
        HelpName = "key=value",
        DefaultValueFactory = _ => [],
    };

    /// <summary>Runs until a signal, or the room's death, ends it.</summary>
    /// <returns>0; 1 where it cannot listen; 64 for bad usage; 70 where the room failed; 74 where what is kept of it cannot be read or written; 78 for a bad configuration.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var command = new RootCommand("A real-time broadcast server: what one person says, everybody connected sees at once.")
        {
            HostOption, PortOption, ConfigOption, SetOption,
        };
        var parsed = command.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors is [var error, ..])
        {
            return await FailAsync($"{error.Message} --help lists the options.", BadUsage);
        }

        if (parsed.Action is not null)
        {
            // --help and --version.
            return await parsed.InvokeAsync();
        }

        try
        {
            return await ServeAsync(Read(parsed));
        }
        catch (SettingException fault)
        {
            return await FailAsync(fault.Message, BadConfiguration);
        }
        catch (BindException fault)
        {
            return await FailAsync(fault.Message, CannotListen);
        }
        catch (StateException fault)
        {
            return await FailAsync(fault.Message, StateDirectory.Failed);
        }
    }

    /// <summary>A host that listens already and serves once it is started.</summary>
    /// <param name="settings">What it goes by.</param>
    /// <param name="sockets">What it listens on.</param>
    /// <param name="directory">What the room is kept in; null where it is not.</param>
    /// <param name="more">What else is to be set up, over the rest.</param>
    public static WebApplication Build(Settings settings, ListenSockets sockets, StateDirectory? directory, Action<WebApplicationBuilder>? more = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory })
            .AddBroadcastLogging()
            .AddBroadcastSockets(settings.Options, sockets)
            .AddBroadcastState(settings.Options, directory)
            .AddBroadcastActors(settings.Options, settings.All);
        more?.Invoke(builder);
        return builder.Build().UseAkka(settings).UseBroadcast();
    }

    private static Settings Read(ParseResult parsed)
    {
        List<(string Flag, string Key, string Value)> flags = [];
        if (parsed.GetValue(HostOption) is { } host)
        {
            flags.Add(("--host", "broadcast.host", host));
        }

        if (parsed.GetValue(PortOption) is { } port)
        {
            flags.Add(("--port", "broadcast.port", port));
        }

        return Settings.Read(
            Path.Combine(AppContext.BaseDirectory, "hocon.conf"),
            parsed.GetValue(ConfigOption),
            Environment.GetEnvironmentVariables(),
            parsed.GetValue(SetOption) ?? [],
            flags);
    }

    private static async Task<int> ServeAsync(Settings settings)
    {
        var asked = settings.Options.Connections;
        settings = settings with { Options = Fitting(settings.Options, OpenFiles.RoomForConnections()) };
        using var sockets = await ListenSockets.BindAsync(settings.Options.Host, settings.Options.Port);
        using var directory = settings.Options.State is { } path ? StateDirectory.Open(path) : null;
        await using var app = Build(settings, sockets, directory);
        using var signals = Signals.End(app.Lifetime);

        // What is kept is used up by reading it: a signal from here on has it written again.
        var state = app.Services.GetRequiredService<RoomState>();
        try
        {
            await app.StartAsync();
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // A signal came while it was starting.
            await app.StopAsync();
            if (directory is { IsClosed: false })
            {
                directory.Close(state.Snapshot());
            }

            return 0;
        }

        var address = Address(settings.Options, sockets.Port);
        Log.Started(app.Logger, address);
        if (settings.Options.Connections != asked)
        {
            Log.FewDescriptors(app.Logger, asked, settings.Options.Connections);
        }

        if (!sockets.AreLoopback && settings.Options is { Access: Access.Open, Tls.AreGiven: false })
        {
            Log.Open(app.Logger);
        }

        await SayStartedAsync(address);
        await app.WaitForShutdownAsync();
        Log.Stopped(app.Logger, address);
        return app.Services.GetRequiredService<RoomWatch>().ExitStatus;
    }

    private static async Task SayStartedAsync(string address)
    {
        try
        {
            await Console.Out.WriteLineAsync($"Server started at {address}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Standard output is closed or full: who started it so does not want to know, and the log has it, too.
        }
    }

    // No more connections than there are descriptors for.
    private static BroadcastOptions Fitting(BroadcastOptions options, int room) =>
        room == 0 || (options.Connections > 0 && options.Connections <= room) ? options : options with { Connections = room };

    private static string Address(BroadcastOptions options, int port)
    {
        var host = options.Host.Contains(':', StringComparison.Ordinal) ? $"[{options.Host.Trim('[', ']')}]" : options.Host;
        return string.Create(CultureInfo.InvariantCulture, $"{(options.Tls.AreGiven ? "wss" : "ws")}://{host}:{port}{ChatEndpoint.Path}");
    }

    private static async Task<int> FailAsync(string line, int status)
    {
        await Console.Error.WriteLineAsync($"Broadcast.Host: {line.ReplaceLineEndings(" ")}");
        return status;
    }

    /// <summary>The first signal asks the host to end, which may take seconds; whoever sends another means now.</summary>
    private sealed class Signals : IDisposable
    {
        private readonly IHostApplicationLifetime _lifetime;
        private readonly PosixSignalRegistration[] _registrations;
        private int _signals;

        private Signals(IHostApplicationLifetime lifetime)
        {
            _lifetime = lifetime;
            _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];
        }

        public static Signals End(IHostApplicationLifetime lifetime) => new(lifetime);

        public void Dispose() => Array.ForEach(_registrations, registration => registration.Dispose());

        private void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            if (Interlocked.Increment(ref _signals) > 1)
            {
                Environment.Exit(context.Signal == PosixSignal.SIGINT ? 130 : 143);
            }

            // The framework's own handler is not there yet while the host starts.
            _lifetime.StopApplication();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 30, Level = LogLevel.Information, Message = "Listening at {Address}")]
        public static partial void Started(ILogger logger, string address);

        [LoggerMessage(
            EventId = 32,
            Level = LogLevel.Warning,
            Message = "broadcast.limits.connections is {Asked}, but the limit of open files leaves room for {Room}: that many get in; raise the limit (ulimit -n, or LimitNOFILE of systemd)")]
        public static partial void FewDescriptors(ILogger logger, int asked, int room);

        [LoggerMessage(
            EventId = 33,
            Level = LogLevel.Warning,
            Message = "Whoever reaches this address can come in and speak, and whoever is on the way can read along: set broadcast.tls and broadcast.access, or put a proxy in front that does")]
        public static partial void Open(ILogger logger);

        [LoggerMessage(EventId = 31, Level = LogLevel.Information, Message = "Stopped listening at {Address}")]
        public static partial void Stopped(ILogger logger, string address);
    }
}
