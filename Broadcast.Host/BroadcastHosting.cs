using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Broadcast.Actors.Door;
using Broadcast.Actors.Keeping;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Sessions;
using Broadcast.Actors.Wire;
using Broadcast.Host.Configuration;
using Broadcast.Host.Connections;
using Broadcast.Host.Listening;
using Broadcast.Host.State;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Console;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Broadcast.Host;

/// <summary>Wires the host: logs, sockets, actors, and the way from one to the other.</summary>
internal static class BroadcastHosting
{
    private const string JournalDispatcher = "akka.actor.journal-dispatcher";

    // Of the time to end, what the last who read have not: for their answers to the close frame, and for the actors to stop.
    private static readonly TimeSpan LastSeconds = TimeSpan.FromSeconds(3);

    /// <summary>Logs to standard error, so that standard output says what it is asked to and no more.</summary>
    public static WebApplicationBuilder AddBroadcastLogging(this WebApplicationBuilder builder)
    {
        builder.Logging
            .AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
                console.UseUtcTimestamp = true;
                console.ColorBehavior = LoggerColorBehavior.Disabled;
            })
            .SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Akka", LogLevel.Warning);
        builder.Services.Configure<ConsoleLoggerOptions>(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;
            // Nobody waits for a terminal that does not read.
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
        return builder;
    }

    /// <summary>HTTP/1.1 on the sockets that are bound already.</summary>
    public static WebApplicationBuilder AddBroadcastSockets(
        this WebApplicationBuilder builder, BroadcastOptions options, ListenSockets sockets)
    {
        // A line feed alone ends a line for some and not for others (RFC 9112 2.2 leaves it open): here it does not.
        AppContext.SetSwitch("Microsoft.AspNetCore.Server.Kestrel.DisableHttp1LineFeedTerminators", isEnabled: true);
        builder.Services.AddSingleton(sockets);
        builder.Services.AddSingleton<IConnectionListenerFactory, SocketListenerFactory>();
        if (options.Tls.AreGiven)
        {
            builder.Services.AddSingleton(options.Tls).AddSingleton<TlsCertificate>();
        }

        builder.WebHost
            .UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = 0;
                // How long all of it may take, the connection itself knows. (An infinite time is over at once here.)
                kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromDays(1);
                kestrel.Limits.KeepAliveTimeout = TimeSpan.FromDays(1);
                var headBytes = options.RequestHeadBytes == 0 ? int.MaxValue : options.RequestHeadBytes;
                kestrel.Limits.MaxRequestBufferSize = null;
                kestrel.Limits.MaxRequestLineSize = headBytes;
                kestrel.Limits.MaxRequestHeadersTotalSize = headBytes;
                foreach (var endPoint in sockets.EndPoints)
                {
                    kestrel.Listen(endPoint, listen => listen.Protocols = HttpProtocols.Http1);
                }
            });
        return builder;
    }

    /// <summary>The room as it is to begin, from the directory that keeps it, where there is one.</summary>
    public static WebApplicationBuilder AddBroadcastState(this WebApplicationBuilder builder, BroadcastOptions options, StateDirectory? directory)
    {
        builder.Services.AddSingleton(options.Room with
        {
            MostAway = options.Connections == 0 ? int.MaxValue : options.Connections,
            Limits = options.Room.Limits with
            {
                MessageBytes = options.MessageBytes,
                NameLength = options.NameLength,
                LinesPerSecond = options.LinesPerSecond,
                Burst = options.Burst,
            },
        });
        builder.Services.AddSingleton(services =>
        {
            var (settings, time) = (services.GetRequiredService<RoomSettings>(), services.GetRequiredService<TimeProvider>());
            return directory?.Load(settings, time, options.Durable, services.GetRequiredService<ILogger<StateDirectory>>()) ?? RoomState.New(settings, time);
        });
        if (directory is not null)
        {
            builder.Services.AddSingleton(directory);
        }

        return builder;
    }

    /// <summary>The actor system with what the host speaks to, and what ends the process when the room dies.</summary>
    public static WebApplicationBuilder AddBroadcastActors(this WebApplicationBuilder builder, BroadcastOptions options, Config hocon)
    {
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<RefusalLog>();
        builder.Services.AddSingleton(new ConnectionLimit(options.Connections));
        var access = new AccessPolicy(options);
        builder.Services.AddSingleton(access);
        if (options.Access == Access.Jwt)
        {
            AddTokens(builder.Services, AccessPolicy.GoodTokens(options.Jwt));
        }

        builder.Services.AddSingleton<Reception>();
        builder.Services.AddSingleton<ChatEndpoint>();
        builder.Services.AddHostedService<MemoryTidying>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownDeadline);
        builder.Services.AddAkka("broadcast", (akka, services) => akka
            .AddHocon(hocon, HoconAddMode.Append)
            .ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory(services.GetRequiredService<ILoggerFactory>());
            })
            .WithActors((system, registry) =>
            {
                var time = services.GetRequiredService<TimeProvider>();
                var settings = services.GetRequiredService<RoomSettings>();
                var state = services.GetRequiredService<RoomState>();
                IActorRef? journal = null;
                if (services.GetService<StateDirectory>() is { } directory)
                {
                    var props = JournalActor.Props(directory, services.GetRequiredService<ILogger<JournalActor>>());
                    journal = system.ActorOf(props.WithDispatcher(JournalDispatcher), "journal");
                    registry.Register<JournalActor>(journal);
                }

                var room = system.ActorOf(RoomActor.Props(settings, time, services.GetRequiredService<ILogger<RoomActor>>(), state, journal, options.Durable), "room");
                registry.Register<RoomActor>(room);
                var door = system.ActorOf(
                    DoorActor.Props(options.ConnectionsPerAddress, options.JoinsPerSecondPerAddress, time), "door");
                registry.Register<DoorActor>(door);
                var lines = new Rate(options.LinesPerSecond, TimeSpan.FromSeconds(1), options.Burst, time);
                var rules = new SessionRules(lines, options.NameLength, access.Key, door);
                registry.Register<SessionsActor>(system.ActorOf(SessionsActor.Props(room, options.KeepAlive, time, rules, state.LastId), "sessions"));
            }));
        // Behind the actors, so that it ends before they do.
        builder.Services.AddHostedService(services => services.GetRequiredService<ConnectionLimit>());
        builder.Services.AddSingleton<RoomWatch>();
        builder.Services.AddHostedService(services => services.GetRequiredService<RoomWatch>());
        return builder;
    }

    /// <summary>The actor system, and whatever of it is made of settings only when it is asked for.</summary>
    /// <exception cref="SettingException">Akka cannot use what is set for it.</exception>
    public static WebApplication UseAkka(this WebApplication app, Configuration.Settings settings)
    {
        try
        {
            var system = app.Services.GetRequiredService<ActorSystem>();
            _ = CoordinatedShutdown.Get(system);
            _ = system.Dispatchers.Lookup(JournalDispatcher);
            return app;
        }
        catch (Exception fault)
        {
            throw settings.NotForAkka(fault);
        }
    }

    /// <summary>The way of a request.</summary>
    public static WebApplication UseBroadcast(this WebApplication app)
    {
        if (app.Services.GetRequiredService<BroadcastOptions>().TrustedProxies is { Count: > 0 } proxies)
        {
            var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor, ForwardLimit = null };
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var proxy in proxies)
            {
                forwarded.KnownIPNetworks.Add(proxy);
            }

            app.UseForwardedHeaders(forwarded);
        }

        app.Run(app.Services.GetRequiredService<ChatEndpoint>().HandleAsync);
        app.Lifetime.ApplicationStopping.Register(() =>
            app.Services.GetRequiredService<IRequiredActor<SessionsActor>>().ActorRef.Tell(new CloseRoom(
                app.Services.GetService<StateDirectory>() is null ? CloseReason.ShuttingDown : CloseReason.Restarting,
                app.Services.GetRequiredService<BroadcastOptions>().ShutdownDeadline - LastSeconds)));
        return app;
    }

    // AddAuthentication would bring the protection of cookies as well, which keeps keys in the home directory.
    private static void AddTokens(IServiceCollection services, TokenValidationParameters good)
    {
        services.AddAuthenticationCore().AddWebEncoders();
        new AuthenticationBuilder(services).AddScheme<JwtBearerOptions, JwtBearerHandler>(
            JwtBearerDefaults.AuthenticationScheme,
            displayName: null,
            jwt =>
            {
                jwt.TokenValidationParameters = good;
                // Claims are called what the token calls them.
                jwt.MapInboundClaims = false;
                jwt.Events = new JwtBearerEvents
                {
                    OnTokenValidated = context =>
                    {
                        // RFC 7515 4.1.11: what a token says has to be understood, and is not, makes it invalid.
                        if (context.SecurityToken is not JsonWebToken token || token.TryGetHeaderValue("crit", out object? _))
                        {
                            context.Fail("crit");
                        }

                        return Task.CompletedTask;
                    },
                };
            });
    }
}
