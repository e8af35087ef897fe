using System.Threading.Channels;
using Akka.Actor;
using Akka.Dispatch;
using Broadcast.Tests.Hosting;

namespace Broadcast.Tests.Dispatch;

/// <summary>
/// A dispatcher whose actors take their turns when a test says so, first come, first served, on the test's own thread.
/// A turn is all that is in an actor's mailbox or, where it is to be short, one message; or none: who tells an actor
/// something while it runs may find that it has been seen to already.
/// </summary>
internal sealed class Turns : MessageDispatcher
{
    private readonly Channel<IRunnable> _due = Channel.CreateUnbounded<IRunnable>();

    private Turns(MessageDispatcherConfigurator configurator, bool areShort)
        : base(configurator)
    {
        // Akka takes a second message all the same unless time is up, which it then always is.
        Throughput = areShort ? 1 : int.MaxValue;
        ThroughputDeadlineTime = areShort ? 0 : null;
    }

    /// <summary>Registers a dispatcher under a name that props can ask for.</summary>
    public static Turns In(ActorSystem system, string id, bool areShort)
    {
        var configurator = new Only(system, id, areShort);
        _ = system.Dispatchers.RegisterConfigurator(id, configurator);
        return configurator.Turns;
    }

    /// <summary>Where turns are taken as they fall due, while it is set.</summary>
    public ExecutorService? Executor { get; set; }

    /// <summary>The next turn, which is the caller's to run.</summary>
    public async Task<IRunnable> NextAsync()
    {
        using var deadline = new CancellationTokenSource(Person.Patience);
        return await _due.Reader.ReadAsync(deadline.Token);
    }

    /// <summary>Runs what is due and what falls due meanwhile.</summary>
    public void RunAll()
    {
        while (_due.Reader.TryRead(out var turn))
        {
            turn.Run();
        }
    }

    /// <summary>From now on nobody is waited for, so that the actors can end.</summary>
    public async Task LetGoAsync()
    {
        await foreach (var turn in _due.Reader.ReadAllAsync())
        {
            turn.Run();
        }
    }

    protected override void ExecuteTask(IRunnable run)
    {
        if (Executor is { } executor)
        {
            executor.Execute(run);
        }
        else
        {
            _ = _due.Writer.TryWrite(run);
        }
    }

    protected override void Shutdown() => _due.Writer.TryComplete();

    private sealed class Only : MessageDispatcherConfigurator
    {
        public Only(ActorSystem system, string id, bool areShort)
            : base(system.Dispatchers.DefaultDispatcherConfig, system.Dispatchers.Prerequisites) =>
            Turns = new Turns(this, areShort) { Id = id };

        public Turns Turns { get; }

        public override MessageDispatcher Dispatcher() => Turns;
    }
}
