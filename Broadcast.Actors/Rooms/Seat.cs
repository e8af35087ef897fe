using Akka.Actor;
using Broadcast.Actors.Door;
using Broadcast.Actors.Wire;

namespace Broadcast.Actors.Rooms;

/// <summary>A member's place in the room: by which session and in which form it is told, and how far it has been told.</summary>
/// <param name="id">Whose it is.</param>
/// <param name="form">In which form it is told.</param>
/// <param name="feed">What it is told from.</param>
internal sealed class Seat(MemberId id, WireForm form, Feed feed)
{
    public MemberId Id => id;

    public WireForm Form => form;

    public Feed Feed => feed;

    public Voice Voice => feed.Voice;

    /// <summary>The member's current session; nobody while it is away.</summary>
    public IActorRef Session { get; set; } = ActorRefs.Nobody;

    public bool IsAway => Session.IsNobody();

    /// <summary>The number that its current session was given: whoever connected later has a higher one.</summary>
    public MemberId SessionId { get; set; }

    /// <summary>Where it stands in the row of those who are told.</summary>
    public int Place { get; set; }

    /// <summary>The last fact that its session has been told.</summary>
    public long Told { get; set; }

    /// <summary>The fact that it came in; 0 where that was none.</summary>
    public long JoinedAt { get; set; }

    /// <summary>
    /// The fact behind which it was last told unasked who is here; -1 where it never was. Who comes back and has only the
    /// facts up to that may not have read it.
    /// </summary>
    public long ListedAt { get; set; } = -1;

    /// <summary>The whispers that its session has still to write.</summary>
    public int Whispers { get; set; }

    /// <summary>How long they are as frames.</summary>
    public int WhisperBytes { get; set; }

    /// <summary>How often it has changed its name.</summary>
    public Pace Renames { get; set; }

    /// <summary>What it can come back with; null where it cannot.</summary>
    public TokenDigest? Token { get; init; }

    /// <summary>The answers to its numbered frames; null where there are none.</summary>
    public Answers? Answers { get; init; }
}
