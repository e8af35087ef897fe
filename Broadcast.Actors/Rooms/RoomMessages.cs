using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Broadcast.Actors.Names;
using Broadcast.Actors.Wire;

namespace Broadcast.Actors.Rooms;

/// <summary>A member's number: given by the room's neighbours, never used twice in one room.</summary>
/// <param name="Value">1, 2, 3 …</param>
public readonly record struct MemberId(long Value) : IComparable<MemberId>
{
    /// <inheritdoc/>
    public int CompareTo(MemberId other) => Value.CompareTo(other.Value);

    /// <summary>Earlier members come first.</summary>
    public static bool operator <(MemberId left, MemberId right) => left.Value < right.Value;

    /// <summary>Earlier members come first.</summary>
    public static bool operator <=(MemberId left, MemberId right) => left.Value <= right.Value;

    /// <summary>Earlier members come first.</summary>
    public static bool operator >(MemberId left, MemberId right) => left.Value > right.Value;

    /// <summary>Earlier members come first.</summary>
    public static bool operator >=(MemberId left, MemberId right) => left.Value >= right.Value;
}

/// <summary>Somebody in the room.</summary>
/// <param name="Id">Who it is, whatever it is called.</param>
/// <param name="Name">What it is called now.</param>
public sealed record Member(MemberId Id, DisplayName Name);

// Commands: what a session asks of the room. Each may be refused.

/// <summary>A command to the room, by or for one member.</summary>
public interface IRoomCommand
{
    /// <summary>The member that it is about.</summary>
    MemberId Id { get; }
}

/// <summary>A session asks to be let in, or back in. Sent once, before anything else.</summary>
/// <param name="Id">The member it will be, where it is not one already.</param>
/// <param name="Wanted">The name asked for; null where none was given or the one given was refused.</param>
/// <param name="Refusal">Why the name that was given cannot be used; null where it can or none was given.</param>
/// <param name="Form">The form in which it is told.</param>
/// <param name="Resume">Where it was, where it was here before; otherwise null.</param>
public sealed record Join(
    MemberId Id, DisplayName? Wanted, NameRefusal? Refusal, WireForm Form = WireForm.Plain, ResumeFrom? Resume = null) : IRoomCommand
{
    /// <summary>Whether others have given it that name, and it cannot change it.</summary>
    public bool IsGiven { get; init; }

    /// <summary>As one whom others have given this name.</summary>
    public static Join Given(MemberId id, string name, WireForm form = WireForm.Plain, ResumeFrom? resume = null) =>
        Named(id, name, form, resume) with { IsGiven = true };

    /// <summary>As one who gave this name, whatever it is; a blank one is none.</summary>
    public static Join Named(
        MemberId id, string? name, WireForm form = WireForm.Plain, ResumeFrom? resume = null, int mostCharacters = DisplayName.MostCharacters)
    {
        NameRefusal? refusal = null;
        DisplayName? wanted = null;
        if (!string.IsNullOrWhiteSpace(name))
        {
            _ = DisplayName.TryParse(name, mostCharacters, out wanted, out refusal);
        }

        return new Join(id, wanted, refusal, form, resume);
    }
}

/// <summary>A session says a line to everybody.</summary>
/// <param name="Id">Whose line it is.</param>
/// <param name="Text">The line.</param>
/// <param name="IsAction">Whether it is what the member does, and not what it says.</param>
/// <param name="N">The client's own number for it; null where it has none.</param>
public sealed record Say(MemberId Id, string Text, bool IsAction = false, long? N = null) : IRoomCommand;

/// <summary>A session says something for one other member's eyes.</summary>
/// <param name="Id">Who whispers.</param>
/// <param name="Readings">
/// What may be meant, the likeliest first: as names have spaces, where the name ends only the room can tell.
/// </param>
/// <param name="N">The client's own number for it; null where it has none.</param>
public sealed record Whisper(MemberId Id, ImmutableArray<Addressed> Readings, long? N = null) : IRoomCommand;

/// <summary>A text for somebody.</summary>
/// <param name="To">A name, or one that looks like it.</param>
/// <param name="Text">The text.</param>
public sealed record Addressed(DisplayName To, string Text);

/// <summary>A session wants to be called something else.</summary>
/// <param name="Id">Whose session it is.</param>
/// <param name="Wanted">The name.</param>
/// <param name="N">The client's own number for it; null where it has none.</param>
public sealed record Rename(MemberId Id, DisplayName Wanted, long? N = null) : IRoomCommand;

/// <summary>A session says goodbye; the room answers <see cref="Sessions.Goodbye"/>.</summary>
public sealed record Leave(MemberId Id, LeftReason Reason = LeftReason.Quit) : IRoomCommand;

/// <summary>
/// A session's peer has gone without a goodbye, and its member may come back; the room answers <see cref="Sessions.Goodbye"/>.
/// </summary>
public sealed record Detach(MemberId Id);

/// <summary>A session has a frame that cannot be carried out; the room puts the refusal in order with everything else.</summary>
/// <param name="Id">Whose session it is.</param>
/// <param name="Code">For a program.</param>
/// <param name="Why">For a person.</param>
/// <param name="N">The client's own number for it; null where it has none.</param>
/// <param name="IsAnswer">Whether that is the answer to <paramref name="N"/> for good.</param>
public sealed record Refuse(MemberId Id, ErrorCode Code, string Why, long? N, bool IsAnswer);

/// <summary>A session has ended, for whatever reason. Sent by the death watch; ignored unless it is the member's own.</summary>
public sealed record Ended(MemberId Id, IActorRef Session);

/// <summary>A session has a line for its own member's eyes; the room only puts it in order with everything else.</summary>
public sealed record Aside(MemberId Id, string Text);

/// <summary>A session's socket has taken a whisper: there is room for another.</summary>
/// <param name="Id">Whose session it is.</param>
/// <param name="Bytes">How long the whisper's frame was.</param>
public sealed record WhisperTaken(MemberId Id, int Bytes) : IDeadLetterSuppression;

/// <summary>A session asks who is here.</summary>
public sealed record GetMembers(MemberId Id);

/// <summary>A session asks what was before.</summary>
/// <param name="Id">Whose session it is.</param>
/// <param name="Before">Only facts with lower numbers; null for the latest.</param>
/// <param name="Limit">At most so many; null for as many as one answer holds.</param>
public sealed record GetHistory(MemberId Id, long? Before, int? Limit);

/// <summary>A session asks for a sign of life; the room only puts it in order with everything else.</summary>
public sealed record GetPong(MemberId Id);

/// <summary>A session that fell behind asks for what follows its cursor.</summary>
/// <param name="Cursor">The sequence number of the last fact it wrote.</param>
/// <param name="Form">The form in which it is told.</param>
/// <param name="Id">Whose session it is; null where that is known to make no difference.</param>
public sealed record GetMissed(long Cursor, WireForm Form = WireForm.Plain, MemberId? Id = null) : IDeadLetterSuppression;

/// <summary>
/// The host asks the room to close, by way of <see cref="Sessions.SessionsActor"/>: nothing more is said, everybody is sent
/// away with this reason, those included who have not come in yet.
/// </summary>
/// <param name="Reason">Why.</param>
/// <param name="Time">How long one that goes on reading may take for what it is owed; <see cref="Sessions.SessionActor.ClosingTime"/> at least.</param>
public sealed record CloseRoom(CloseReason Reason, TimeSpan Time = default) : IDeadLetterSuppression;

// Outcomes: what the room makes of a command.

/// <summary>What a command comes to: a <see cref="Fact"/> or a <see cref="Refused"/>.</summary>
public abstract record Outcome;

/// <summary>The command changes nothing, and only the one who gave it hears why.</summary>
/// <param name="Why">One sentence; null where there is nothing to say (a member that is gone already).</param>
/// <param name="Code">What kind of refusal it is, for a program; null where there is nothing to say.</param>
public sealed record Refused(string? Why, ErrorCode? Code = null) : Outcome;

/// <summary>A member said something for another's eyes: no fact, and in nobody's log.</summary>
public sealed record Whispered(Member From, Member To, string Text) : Outcome;

/// <summary>Something that happened, in the one order that every member sees.</summary>
/// <param name="Seq">Its number: one more than the fact before.</param>
public abstract record Fact(long Seq) : Outcome;

/// <summary>Something that a member did.</summary>
/// <param name="Seq">Its number.</param>
/// <param name="Who">The member, as it is called after the fact.</param>
public abstract record MemberFact(long Seq, Member Who) : Fact(Seq);

/// <summary>
/// A member came in. In a room of too many this is announced to nobody else, and has the number of the fact before it.
/// </summary>
/// <param name="Seq">Its number.</param>
/// <param name="Who">The member.</param>
/// <param name="Notice">What the member should know of its name, one sentence; null where it got what it asked for.</param>
public sealed record Joined(long Seq, Member Who, string? Notice) : MemberFact(Seq, Who);

/// <summary>A member said a line.</summary>
/// <param name="Seq">Its number.</param>
/// <param name="Who">The member.</param>
/// <param name="Text">The line.</param>
/// <param name="IsAction">Whether it is what the member does, and not what it says.</param>
/// <param name="N">The member's own number for it; null where it has none.</param>
public sealed record Said(long Seq, Member Who, string Text, bool IsAction = false, long? N = null) : MemberFact(Seq, Who);

/// <summary>A member changed its name.</summary>
/// <param name="Seq">Its number.</param>
/// <param name="Who">The member, under its new name.</param>
/// <param name="Was">The old name.</param>
public sealed record Renamed(long Seq, Member Who, DisplayName Was) : MemberFact(Seq, Who);

/// <summary>
/// A member left, for whatever reason. In a room of too many this is announced to nobody, and has the number of the
/// fact before it.
/// </summary>
/// <param name="Seq">Its number.</param>
/// <param name="Who">The member.</param>
/// <param name="Reason">Why.</param>
public sealed record Left(long Seq, Member Who, LeftReason Reason = LeftReason.Quit) : MemberFact(Seq, Who);

/// <summary>The room has become too full for announcing who comes and goes, or is so no longer.</summary>
/// <param name="Seq">Its number.</param>
/// <param name="Announced">Whether joins and leaves are announced from now on.</param>
/// <param name="Count">How many are here.</param>
public sealed record PresenceChanged(long Seq, bool Announced, int Count) : Fact(Seq);
