using Broadcast.Actors.Door;
using Broadcast.Actors.Names;
using Broadcast.Actors.Rooms;

namespace Broadcast.Actors.Sessions;

/// <summary>What holds for every session.</summary>
/// <param name="Lines">How fast a peer may send: messages and pings.</param>
/// <param name="NameLength">The most characters in a name that is chosen.</param>
public sealed record SessionRules(Rate Lines, int NameLength = DisplayName.MostCharacters)
{
    /// <summary>No limits.</summary>
    public static SessionRules None { get; } = new(new Rate(0, TimeSpan.FromSeconds(1), 1, TimeProvider.System));

    /// <summary>What one who is too fast is told, in each of the forms.</summary>
    internal byte[] PlainNotice { get; } = new PlainVoice().Sentence(Sentences.TooFast(Lines.Count));

    internal byte[] JsonNotice { get; } = new JsonVoice().Sentence(Sentences.TooFast(Lines.Count));
}
