using Broadcast.Cli.Wire;

namespace Broadcast.Cli.Talk;

/// <summary>
/// A way of talking with the server: what becomes of a typed line, and what that means which arrives. It outlives the
/// connection, knows no socket and no screen, and belongs to the chat client's loop.
/// </summary>
internal interface ITalk
{
    /// <summary>What one is called, as far as is known.</summary>
    string Name { get; }

    /// <summary>Who is known to be here.</summary>
    IReadOnlyCollection<string> Names { get; }

    /// <summary>A line may be said now; otherwise it has to wait for something to arrive.</summary>
    bool HasRoom { get; }

    /// <summary>What the server has said one has to keep to.</summary>
    Limits Limits { get; }

    /// <summary>How many lines and questions are without an answer.</summary>
    int Unanswered { get; }

    /// <summary>Whether the server has let one in.</summary>
    bool IsIn { get; }

    /// <summary>A connection is open.</summary>
    /// <returns>What is to be sent on it first.</returns>
    IReadOnlyList<string> Open();

    /// <summary>A typed line, which is not empty, goes out.</summary>
    Spoken Say(string line);

    /// <summary>Something has arrived.</summary>
    Heard Hear(string text);

    /// <summary>The connection has ended.</summary>
    /// <returns>Lines of which nobody will ever know whether they were said.</returns>
    IReadOnlyList<string> Lose();

    /// <summary>There will be no other connection.</summary>
    /// <returns>Lines of which nobody knows whether they were said.</returns>
    IReadOnlyList<string> GiveUp();
}

/// <summary>What a typed line has come to.</summary>
/// <param name="Frame">To be sent; null where it was answered here.</param>
/// <param name="Answer">To be shown.</param>
/// <param name="IsRefused">It was to be said, and will not be.</param>
internal sealed record Spoken(string? Frame, Line? Answer = null, bool IsRefused = false);

/// <summary>What has arrived comes to.</summary>
internal sealed record Heard
{
    /// <summary>To be shown, in this order.</summary>
    public IReadOnlyList<Line> Lines { get; init; } = [];

    /// <summary>To be sent in front of all that waits.</summary>
    public IReadOnlyList<string> Frames { get; init; } = [];

    /// <summary>For a program: one JSON object, without line breaks; null where this is nothing for it.</summary>
    public JsonText? Json { get; init; }

    /// <summary>Something that was said or asked is answered.</summary>
    public bool IsAnswer { get; init; }

    /// <summary>The line that was refused, as it was typed.</summary>
    public string? NotSaid { get; init; }

    /// <summary>Why one cannot be called what one asked to be called on coming in; a name that somebody else has is no such case.</summary>
    public string? NameRefused { get; init; }

    /// <summary>Why one is not let in, for want of the server's key.</summary>
    public string? ShutOut { get; init; }

    /// <summary>One has been let in.</summary>
    public Entrance? Entrance { get; init; }

    /// <summary>When the server, which is about to close, wants one back.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>It makes no sense here.</summary>
    public bool IsUnknown { get; init; }
}
