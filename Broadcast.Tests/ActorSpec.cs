using System.Threading.Channels;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Xunit2;

namespace Broadcast.Tests;

/// <summary>
/// An actor system to a test, in which a message that nobody handles or that reaches nobody is a failure, unless it
/// says of itself that it may.
/// </summary>
public abstract class ActorSpec : TestKit
{
    // The room's own supervision, and time that passes when a test says so.
    private const string Hocon = """
        akka.actor.guardian-supervisor-strategy = "Akka.Actor.StoppingSupervisorStrategy"
        akka.actor.default-dispatcher.executor = "Broadcast.Actors.Dispatch.LaneExecutorConfigurator, Broadcast.Actors"
        akka.actor.default-mailbox.mailbox-type = "Broadcast.Actors.Dispatch.LeanMailbox, Broadcast.Actors"
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        akka.loglevel = WARNING
        akka.stdout-loglevel = OFF
        akka.test.single-expect-default = 30s
        """;

    private readonly Channel<string> _astray = Channel.CreateUnbounded<string>();

    protected ActorSpec()
        : base(Hocon)
    {
        var astray = Sys.ActorOf(Props.Create(() => new Astray(_astray.Writer)));
        _ = Sys.EventStream.Subscribe(astray, typeof(UnhandledMessage));
        _ = Sys.EventStream.Subscribe(astray, typeof(DeadLetter));
    }

    /// <summary>Lets time pass.</summary>
    protected void Pass(TimeSpan time) => ((Akka.TestKit.TestScheduler)Sys.Scheduler).Advance(time);

    protected override void AfterAll()
    {
        base.AfterAll();
        _ = _astray.Writer.TryComplete();
        List<string> astray = [];
        while (_astray.Reader.TryRead(out var message))
        {
            astray.Add(message);
        }

        Assert.Empty(astray);
    }

    private sealed class Astray : ReceiveActor
    {
        public Astray(ChannelWriter<string> astray)
        {
            Receive<UnhandledMessage>(unhandled => { _ = astray.TryWrite($"unhandled by {unhandled.Recipient}: {unhandled.Message}"); });
            Receive<DeadLetter>(dead => { _ = astray.TryWrite($"dead letter to {dead.Recipient}: {dead.Message}"); });
        }
    }
}
