using System.Text.Json.Serialization;

namespace Broadcast.Cli.Wire;

/// <summary>A frame of <c>broadcast.v1+json</c> to the server; docs/protocol.md says what each does.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Hello), "hello")]
[JsonDerivedType(typeof(Say), "say")]
[JsonDerivedType(typeof(Rename), "rename")]
[JsonDerivedType(typeof(Whisper), "whisper")]
[JsonDerivedType(typeof(GetMembers), "who")]
[JsonDerivedType(typeof(GetHistory), "history")]
[JsonDerivedType(typeof(Ping), "ping")]
internal abstract record ClientFrame;

/// <summary>Comes in, or back.</summary>
internal sealed record Hello(string Name, Resume? Resume = null) : ClientFrame;

/// <summary>Where one was.</summary>
internal sealed record Resume(string Token, string Epoch, long Seq);

/// <summary>What is answered by its number, and done once however often it is sent.</summary>
internal abstract record Numbered : ClientFrame
{
    /// <summary>Grows from one frame to the next.</summary>
    [JsonPropertyOrder(1)]
    public long N { get; init; }
}

/// <summary>Says a line to everybody.</summary>
internal sealed record Say(string Text, bool? Action = null) : Numbered;

/// <summary>Changes the name.</summary>
internal sealed record Rename(string Name) : Numbered;

/// <summary>Says a line to one.</summary>
internal sealed record Whisper(string To, string Text) : Numbered;

/// <summary>Asks who is here.</summary>
internal sealed record GetMembers : ClientFrame;

/// <summary>Asks for what was.</summary>
internal sealed record GetHistory(long? Limit = null) : ClientFrame;

/// <summary>Asks for an answer, which comes behind all that the server has told before.</summary>
internal sealed record Ping : ClientFrame;
