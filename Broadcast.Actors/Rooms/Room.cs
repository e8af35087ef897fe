using System.Collections.Immutable;
using Broadcast.Actors.Names;

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

    private Room(ImmutableSortedDictionary<MemberId, Member> members, NamesTaken names, long seq)
    {
        _members = members;
        _names = names;
        Seq = seq;
    }

    /// <summary>The room before anybody came.</summary>
    public static Room Empty { get; } = new(ImmutableSortedDictionary<MemberId, Member>.Empty, NamesTaken.None, seq: 0);

    /// <summary>The latest fact's number; 0 before the first.</summary>
    public long Seq { get; }

    /// <summary>How many are here.</summary>
    public int Count => _members.Count;

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
            (Say say, { } who) => new Said(Seq + 1, who, say.Text),
            (Rename rename, { } who) => Decide(rename, who),
            (Leave, { } who) => new Left(Seq + 1, who),
            // A member joins once, and speaks and leaves only while it is here.
            _ => new Refused(Why: null),
        };
    }

    /// <summary>The room after a fact that <see cref="Decide(IRoomCommand)"/> gave.</summary>
    public Room Apply(Fact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        var who = fact.Who;
        return fact switch
        {
            Joined => new Room(_members.Add(who.Id, who), _names.Claim(who.Name, who.Id.Value), fact.Seq),
            Renamed renamed => new Room(
                _members.SetItem(who.Id, who), _names.Release(renamed.Was).Claim(who.Name, who.Id.Value), fact.Seq),
            Left => new Room(_members.Remove(who.Id), _names.Release(who.Name), fact.Seq),
            _ => new Room(_members, _names, fact.Seq),
        };
    }

    private Joined Decide(Join join)
    {
        var wanted = join.Wanted ?? DisplayName.Anonymous;
        var name = _names.FirstFree(wanted);
        var notice = join switch
        {
            { Refusal: { } refusal } => Sentences.NameRefusedOnJoining(refusal, name),
            { Wanted: not null } when name != wanted => Sentences.NameTakenOnJoining(wanted, name),
            _ => null,
        };
        return new Joined(Seq + 1, new Member(join.Id, name), notice);
    }

    private Outcome Decide(Rename rename, Member who)
    {
        if (rename.Wanted == who.Name)
        {
            return new Refused(Sentences.NameUnchanged(who.Name));
        }

        return _names.OwnerOf(rename.Wanted, asking: who.Id.Value) is { } owner && owner != who.Id.Value
            ? new Refused(Sentences.NameTaken(rename.Wanted))
            : new Renamed(Seq + 1, who with { Name = rename.Wanted }, who.Name);
    }
}
