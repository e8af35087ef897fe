using System.Text.Json;
using System.Text.Json.Serialization;

namespace Broadcast.Cli.Wire;

/// <summary>A frame of <c>broadcast.v1+json</c> from the server; docs/protocol.md says what each means.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Said), "message")]
[JsonDerivedType(typeof(Joined), "joined")]
[JsonDerivedType(typeof(Left), "left")]
[JsonDerivedType(typeof(Renamed), "renamed")]
[JsonDerivedType(typeof(PresenceChanged), "presence")]
[JsonDerivedType(typeof(Welcome), "welcome")]
[JsonDerivedType(typeof(Whispered), "whisper")]
[JsonDerivedType(typeof(Notice), "notice")]
[JsonDerivedType(typeof(Gap), "gap")]
[JsonDerivedType(typeof(Accepted), "ack")]
[JsonDerivedType(typeof(Refused), "error")]
[JsonDerivedType(typeof(Members), "members")]
[JsonDerivedType(typeof(History), "history")]
[JsonDerivedType(typeof(Pong), "pong")]
[JsonDerivedType(typeof(Bye), "bye")]
internal abstract record ServerFrame;

/// <summary>Somebody who is here, or was.</summary>
/// <param name="Id">The same as long as it is here.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Away">It has no connection, and its place is held.</param>
internal sealed record Member(string Id, string Name, bool Away = false);

/// <summary>What everybody is told, in one order.</summary>
/// <param name="Seq">Its number; null for one's own coming where that is not announced.</param>
/// <param name="Time">When it happened.</param>
internal abstract record Fact(long? Seq, DateTimeOffset Time) : ServerFrame;

/// <summary>A member said a line, or did something.</summary>
internal sealed record Said(long? Seq, DateTimeOffset Time, Member From, string Text, bool Action = false, long? N = null) : Fact(Seq, Time);

/// <summary>A member came in.</summary>
internal sealed record Joined(long? Seq, DateTimeOffset Time, Member Who) : Fact(Seq, Time);

/// <summary>A member left.</summary>
internal sealed record Left(long? Seq, DateTimeOffset Time, Member Who, string? Reason = null) : Fact(Seq, Time);

/// <summary>A member is called something else from now on.</summary>
internal sealed record Renamed(long? Seq, DateTimeOffset Time, Member Who, string Was) : Fact(Seq, Time);

/// <summary>From now on it is told who joins and leaves, or is told no longer.</summary>
internal sealed record PresenceChanged(long? Seq, DateTimeOffset Time, bool Announced, long MemberCount) : Fact(Seq, Time);

/// <summary>One is in, or back.</summary>
/// <param name="Epoch">Which life of the room this is.</param>
/// <param name="Seq">The last fact that the reader has.</param>
/// <param name="You">As whom one is in.</param>
/// <param name="Token">What one comes back with.</param>
/// <param name="Resumed">Whether one has one's old place.</param>
/// <param name="Members">Who is here as of <paramref name="Seq"/>; left out where one has come back.</param>
/// <param name="Limits">What to keep to.</param>
internal sealed record Welcome(
    string Epoch, long Seq, Member You, string Token, bool Resumed = false, IReadOnlyList<Member>? Members = null, Limits? Limits = null)
    : ServerFrame;

/// <summary>What a client has to keep to.</summary>
/// <param name="MessageBytes">The largest frame.</param>
/// <param name="Unanswered">The most numbered frames without an answer.</param>
/// <param name="LinesPerSecond">The most frames a second in the long run; 0 for any number.</param>
/// <param name="Burst">The most frames at once.</param>
internal sealed record Limits(long MessageBytes = long.MaxValue, long Unanswered = long.MaxValue, long LinesPerSecond = 0, long Burst = 1);

/// <summary>A line for this member alone.</summary>
internal sealed record Whispered(DateTimeOffset Time, Member From, Member To, string Text) : ServerFrame;

/// <summary>A sentence of the system's.</summary>
internal sealed record Notice(string Text) : ServerFrame;

/// <summary>Facts that this reader will never get.</summary>
internal sealed record Gap(long Missed, long From, long To) : ServerFrame;

/// <summary>What had this number was accepted.</summary>
internal sealed record Accepted(long N, long? Seq = null) : ServerFrame;

/// <summary>What had this number was refused, or something without a number.</summary>
/// <param name="Code">Why, for a program.</param>
/// <param name="Text">Why, for a person.</param>
/// <param name="Name">The name that one was given instead of the one asked for.</param>
/// <param name="N">The number.</param>
internal sealed record Refused(string Code, string Text, string? Name = null, long? N = null) : ServerFrame;

/// <summary>Who is here.</summary>
/// <param name="List">In the order in which they came, as far as one frame goes.</param>
/// <param name="MemberCount">How many there are.</param>
internal sealed record Members([property: JsonPropertyName("members")] IReadOnlyList<Member> List, long MemberCount) : ServerFrame;

/// <summary>What was, oldest first.</summary>
/// <param name="Facts">Each as it was sent, so that one of a later day costs no other.</param>
internal sealed record History(IReadOnlyList<JsonElement> Facts) : ServerFrame;

/// <summary>The answer to a ping.</summary>
internal sealed record Pong : ServerFrame;

/// <summary>The close frame is next.</summary>
/// <param name="Reason">Why, for a program.</param>
/// <param name="RetryAfterMs">When to come back.</param>
internal sealed record Bye(string? Reason = null, long? RetryAfterMs = null) : ServerFrame;
