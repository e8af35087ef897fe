using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;

namespace Broadcast.Actors.Dispatch;

/// <summary>
/// An unbounded mailbox that holds no room for messages that are not there: the usual one keeps a kilobyte ready for
/// each actor, which with ten thousand idle sessions is ten megabytes of nothing.
/// </summary>
public sealed class LeanMailbox : MailboxType, IProducesMessageQueue<LeanMessages>
{
    /// <summary>Called by the actor system, by the name in <c>hocon.conf</c>.</summary>
    public LeanMailbox(Settings settings, Config config)
        : base(settings, config)
    {
    }

    /// <inheritdoc/>
    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new LeanMessages();
}

/// <summary>The messages of one actor.</summary>
internal sealed class LeanMessages : IMessageQueue, IUnboundedMessageQueueSemantics
{
    private readonly WaitingLine<Envelope> _messages = new();

    /// <inheritdoc/>
    public bool HasMessages => !_messages.IsEmpty;

    /// <summary>Whether there are any: 1 or 0. Nobody counts the rest.</summary>
    public int Count => HasMessages ? 1 : 0;

    /// <inheritdoc/>
    public void Enqueue(IActorRef receiver, Envelope envelope) => _messages.Add(envelope);

    /// <inheritdoc/>
    public bool TryDequeue(out Envelope envelope) => _messages.TryTake(out envelope);

    /// <inheritdoc/>
    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (_messages.TryTake(out var envelope))
        {
            deadletters.Enqueue(owner, envelope);
        }
    }
}
