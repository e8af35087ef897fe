using System.Collections.Immutable;
using Broadcast.Actors.Names;
using Broadcast.Actors.Wire;

namespace Broadcast.Actors.Rooms;

/// <summary>
/// The room as a value: who is in it under which name, and how many facts there have been. <see cref="Decide(IRoomCommand)"/> turns a
/// command into a fact or a refusal and changes nothing; <see cref="Apply"/> gives the room after the fact. It knows no
/// actor, clock, socket or chance: the same commands give the same facts.
/// </summary>
public sealed class Room
{
    private readonly ImmutableSortedDictionary<MemberId, Member> _members;
    private readonly NamesTaken _names;
    private readonly int _announceUpTo;

    private Room(ImmutableSortedDictionary<MemberId, Member> members, NamesTaken names, long seq, int announceUpTo, bool isAnnouncing)
    {
        _members = members;
        _names = names;
        _announceUpTo = announceUpTo;
        Seq = seq;
        IsAnnouncing = isAnnouncing;
    }

    /// <summary>The latest fact's number; 0 before the first.</summary>
    public long Seq { get; }

    /// <summary>Whether joins and leaves are facts, for everybody to see.</summary>
    public bool IsAnnouncing { get; }

    /// <summary>
    /// What is due after the last fact: word that the room has become too full for announcing who comes and goes, or
    /// that it is so no longer, which is at nine tenths, so that one who comes and goes does not turn it on and off.
    /// </summary>
    public PresenceChanged? Due => IsAnnouncing != ShouldAnnounce ? new PresenceChanged(Seq + 1, !IsAnnouncing, Count) : null;

    /// <summary>How many are here.</summary>
    public int Count => _members.Count;

    /// <summary>The room before anybody came.</summary>
    /// <param name="announceUpTo">Up to how many members joins and leaves are announced; 0 for never, -1 for always.</param>
    public static Room Open(int announceUpTo) => new(
        ImmutableSortedDictionary<MemberId, Member>.Empty, NamesTaken.None, seq: 0, announceUpTo, isAnnouncing: announceUpTo != 0);

    /// <summary>The room as it was when a server ended. What it goes by may have been set otherwise since: see <see cref="Due"/>.</summary>
    /// <param name="announceUpTo">As in <see cref="Open"/>.</param>
    /// <param name="seq">The latest fact's number.</param>
    /// <param name="isAnnouncing">Whether joins and leaves were facts.</param>
    /// <param name="members">Who was here.</param>
    public static Room Reopen(int announceUpTo, long seq, bool isAnnouncing, IReadOnlyCollection<Member> members) => new(
        members.ToImmutableSortedDictionary(member => member.Id, member => member),
        members.Aggregate(NamesTaken.None, (names, member) => names.Claim(member.Name, member.Id.Value)),
        seq,
        announceUpTo,
        isAnnouncing);

    /// <summary>Who is here, in the order in which they came.</summary>
    public IEnumerable<Member> Members => _members.Values;

    /// <summary>The member, or null where there is none of that number.</summary>
    public Member? Find(MemberId id) => _members.GetValueOrDefault(id);

    /// <summary>What a command comes to.</summary>
    public Outcome Decide(IRoomCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return (command, Find(command.Id)) switch
        {
            (Join join, null) => Decide(join),
            (Say say, { } who) => new Said(Seq + 1, who, say.Text, say.IsAction, say.N),
            (Whisper whisper, { } who) => Decide(whisper, who),
            (Rename rename, { } who) => Decide(rename, who),
            (Leave leave, { } who) => new Left(SeqOfPresence, who, leave.Reason),
            // A member joins once, and speaks and leaves only while it is here.
            _ => new Refused(Why: null),
        };
    }

    /// <summary>The room after a fact that <see cref="Decide(IRoomCommand)"/> gave.</summary>
    public Room Apply(Fact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        return fact switch
        {
            Joined { Who: var who } => With(_members.Add(who.Id, who), _names.Claim(who.Name, who.Id.Value), fact.Seq),
            Renamed { Who: var who, Was: var was } => With(
                _members.SetItem(who.Id, who), _names.Release(was).Claim(who.Name, who.Id.Value), fact.Seq),
            Left { Who: var who } => With(_members.Remove(who.Id), _names.Release(who.Name), fact.Seq),
            PresenceChanged changed => new Room(_members, _names, fact.Seq, _announceUpTo, changed.Announced),
            _ => With(_members, _names, fact.Seq),
        };
    }

    private bool ShouldAnnounce => _announceUpTo switch
    {
        < 0 => true,
        0 => false,
        _ => IsAnnouncing ? Count <= _announceUpTo : Count <= _announceUpTo * 9L / 10,
    };

    // Who comes and goes unannounced takes no number.
    private long SeqOfPresence => IsAnnouncing ? Seq + 1 : Seq;

    private Room With(ImmutableSortedDictionary<MemberId, Member> members, NamesTaken names, long seq) =>
        new(members, names, seq, _announceUpTo, IsAnnouncing);

    private Joined Decide(Join join)
    {
        var wanted = join.Wanted ?? DisplayName.Anonymous;
        var name = _names.FirstFree(wanted);
        var notice = join switch
        {
            { Refusal: { } refusal } => Sentences.NameRefusedOnJoining(refusal, name, !join.IsGiven),
            { Wanted: not null } when name != wanted => Sentences.NameTakenOnJoining(wanted, name, !join.IsGiven),
            _ => null,
        };
        return new Joined(SeqOfPresence, new Member(join.Id, name), notice);
    }

    // No two members have names that could be taken for each other: whoever answers to it is meant.
    private Outcome Decide(Whisper whisper, Member who)
    {
        foreach (var (name, text) in whisper.Readings)
        {
            if (_names.OwnerOf(name) is { } owner)
            {
                return new Whispered(who, _members[new MemberId(owner)], text);
            }
        }

        return new Refused(Sentences.NobodyCalled(whisper.Readings), ErrorCode.NotHere);
    }

    private Outcome Decide(Rename rename, Member who)
    {
        if (rename.Wanted == who.Name)
        {
            return new Refused(Sentences.NameUnchanged(who.Name), ErrorCode.NameTaken);
        }

        return _names.OwnerOf(rename.Wanted, asking: who.Id.Value) is { } owner && owner != who.Id.Value
            ? new Refused(Sentences.NameTaken(rename.Wanted), ErrorCode.NameTaken)
            : new Renamed(Seq + 1, who with { Name = rename.Wanted }, who.Name);
    }
}
