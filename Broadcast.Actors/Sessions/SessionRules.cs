using Akka.Actor;
using Broadcast.Actors.Door;
using Broadcast.Actors.Names;
using Broadcast.Actors.Rooms;

namespace Broadcast.Actors.Sessions;

/// <summary>What holds for every session.</summary>
/// <param name="Lines">How fast a peer may send: messages and pings.</param>
/// <param name="NameLength">The most characters in a name that is chosen.</param>
/// <param name="Key">What who has not shown it yet has to say first; null where nobody has to.</param>
/// <param name="Door">Is told of wrong keys.</param>
public sealed record SessionRules(Rate Lines, int NameLength = DisplayName.MostCharacters, JoinKey? Key = null, IActorRef? Door = null)
{
    /// <summary>No limits.</summary>
    public static SessionRules None { get; } = new(new Rate(0, TimeSpan.FromSeconds(1), 1, TimeProvider.System));

    /// <summary>What one who is too fast is told, in each of the forms.</summary>
    internal byte[] PlainNotice { get; } = new PlainVoice().Sentence(Sentences.TooFast(Lines.Count));

    internal byte[] JsonNotice { get; } = new JsonVoice().Sentence(Sentences.TooFast(Lines.Count));
}
