namespace Broadcast.Verify.Orders;

/// <summary>A fact as members that speak broadcast.v1+json get it.</summary>
/// <param name="Seq">Its number.</param>
/// <param name="Time">When it was, as it is written.</param>
internal abstract record Fact(long Seq, string Time);

/// <summary>Somebody said a line, or did something.</summary>
internal sealed record Said(long Seq, string Time, Member From, string Text, bool IsAction, long? N) : Fact(Seq, Time)
{
    public override string ToString() => $"{Seq} {From} {(IsAction ? "does" : "says")} {Short.Of(Text)} n={N}";
}

/// <summary>Somebody came in.</summary>
internal sealed record Joined(long Seq, string Time, Member Who) : Fact(Seq, Time)
{
    public override string ToString() => $"{Seq} {Who} joined";
}

/// <summary>Somebody left.</summary>
internal sealed record Left(long Seq, string Time, Member Who, string Reason) : Fact(Seq, Time)
{
    public override string ToString() => $"{Seq} {Who} left, {Reason}";
}

/// <summary>Somebody changed its name.</summary>
internal sealed record Renamed(long Seq, string Time, Member Who, string Was) : Fact(Seq, Time)
{
    public override string ToString() => $"{Seq} {Who} was {Was}";
}

/// <summary>From here on joins and leaves are facts no longer, or are again.</summary>
internal sealed record PresenceChanged(long Seq, string Time, bool IsAnnounced, int Count) : Fact(Seq, Time)
{
    public override string ToString() => $"{Seq} {Count} are here, announced: {IsAnnounced}";
}

/// <summary>A member and its name at that point of the order.</summary>
internal readonly record struct Member(string Id, string Name)
{
    public override string ToString() => $"{Name}[{Id}]";
}

/// <summary>Texts as they are shown to whoever looks for what went wrong.</summary>
internal static class Short
{
    private const int Most = 60;

    public static string Of(string text)
    {
        // Half of a pair cannot be printed.
        return text.Length <= Most ? $"\"{Shown(text)}\"" : $"\"{Shown(text[..(Most / 2)])}…{Shown(text[^(Most / 2)..])}\" ({text.Length})";

        string Shown(string part) => string.Concat(part.Select(c => char.IsControl(c) || (char.IsSurrogate(c) && text.Length > Most) ? '·' : c));
    }
}
