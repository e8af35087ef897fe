namespace Broadcast.Verify.Orders;

/// <summary>One line of what a client did and heard, in the order in which it did.</summary>
internal abstract record Entry
{
    /// <summary>Its place among what all clients did and heard.</summary>
    public long At { get; init; }
}

/// <summary>It connected. From here on it is this connection that it hears.</summary>
/// <param name="From">The last fact that it has, where it comes back; otherwise null.</param>
internal sealed record Dialled(long? From) : Entry;

/// <summary>It was told that it is in.</summary>
/// <param name="Members">Null where it came back.</param>
/// <param name="IsInTime">Whether the server has to have waited for it.</param>
internal sealed record Welcomed(string Epoch, long Seq, Member You, bool IsBack, IReadOnlyList<Member>? Members, int Count, bool IsInTime) : Entry
{
    public override string ToString() =>
        $"Welcomed {You} at {Seq} of {Epoch}, back: {IsBack}, in time: {IsInTime}, here: {(Members is null ? "" : string.Join(", ", Members))} ({Count})";
}

/// <summary>It heard a fact.</summary>
internal sealed record Heard(Fact Fact) : Entry
{
    public override string ToString() => $"Heard {Fact}";
}

/// <summary>It was told privately that it is in: joins are not announced.</summary>
internal sealed record CameInUnannounced(Member Who) : Entry;

/// <summary>It was told how much it missed.</summary>
internal sealed record Missed(long Count, long First, long Last) : Entry;

/// <summary>A line of the plain form, whatever it is.</summary>
internal sealed record Line(string Text) : Entry
{
    public override string ToString() => $"Line {Short.Of(Text)}";
}

/// <summary>It sent a line for everybody. A line has its tag at its end, and no other has it.</summary>
/// <param name="Tag">Whose line it is, and which.</param>
/// <param name="Text">As everybody is to see it, tag included.</param>
/// <param name="N">The client's number; null for plain.</param>
internal sealed record Spoke(string Tag, string Text, bool IsAction, long? N) : Entry
{
    public override string ToString() => $"Spoke {Short.Of(Text)} n={N}";
}

/// <summary>It sent a whisper.</summary>
internal sealed record Whispered(string Tag, string To, string Text, long? N) : Entry;

/// <summary>It asked for another name.</summary>
internal sealed record AskedForName(string Name, long? N) : Entry;

/// <summary>It got a whisper.</summary>
/// <param name="To">Whom it was for; null in plain.</param>
internal sealed record WhisperHeard(string From, Member? To, string Text) : Entry;

/// <summary>Its number was accepted.</summary>
internal sealed record Accepted(long N, long? Seq) : Entry;

/// <summary>It was refused.</summary>
internal sealed record Refused(string Code, string Text, long? N) : Entry;

/// <summary>It asked who is here, or what was before.</summary>
/// <param name="Before">Only facts in front of this one; null for the last.</param>
/// <param name="Limit">The most facts that are wanted.</param>
internal sealed record Asked(bool IsHistory, long? Before, int? Limit) : Entry;

/// <summary>It was told who is here.</summary>
internal sealed record MembersHeard(long Seq, IReadOnlyList<Member> Members, int Count) : Entry
{
    public override string ToString() => $"MembersHeard at {Seq}: {string.Join(", ", Members)} ({Count})";
}

/// <summary>It was told what was before.</summary>
internal sealed record HistoryHeard(IReadOnlyList<Fact> Facts, bool HasMore) : Entry
{
    public override string ToString() => $"HistoryHeard {(Facts.Count == 0 ? "nothing" : $"{Facts[0].Seq} to {Facts[^1].Seq}")}, more: {HasMore}";
}

/// <summary>It is in, everybody who spoke has been answered, and it has asked and been answered after that.</summary>
/// <param name="UpTo">The last fact that there was before it asked.</param>
internal sealed record Settled(long UpTo) : Entry;

/// <summary>It is about to leave.</summary>
/// <param name="Reasons">What may be said of why it left; empty where it may come back.</param>
internal sealed record Leaving(string How, IReadOnlyList<string> Reasons) : Entry
{
    public override string ToString() => $"Leaving by {How}";
}

/// <summary>The connection is over.</summary>
/// <param name="Code">The server's close code; null where there was none.</param>
/// <param name="IsAskedFor">Whether the client has asked for it.</param>
/// <param name="IsHarmed">Whether somebody has broken it.</param>
internal sealed record Over(int? Code, string Why, bool IsAskedFor, bool IsHarmed) : Entry;

/// <summary>The server sent what it must not.</summary>
internal sealed record Faulty(string Why) : Entry;
