namespace Broadcast.Cli.Editing;

/// <summary>What a key has come to.</summary>
internal abstract record Outcome;

/// <summary>The line may look different now, and nothing else has happened.</summary>
internal sealed record Edited : Outcome;

/// <summary>Enter: one line, or those of a pasted block. The editor is empty again.</summary>
internal sealed record Entered(IReadOnlyList<string> Lines) : Outcome;

/// <summary>Tab: whoever knows names and commands is to call <see cref="LineEditor.Complete"/>.</summary>
internal sealed record CompletionAsked : Outcome;

/// <summary>Ctrl-D on an empty line.</summary>
internal sealed record EndAsked : Outcome;

/// <summary>Ctrl-C.</summary>
internal sealed record InterruptAsked : Outcome;

/// <summary>Ctrl-Z.</summary>
internal sealed record SuspendAsked : Outcome;

/// <summary>Ctrl-L.</summary>
internal sealed record RedrawAsked : Outcome;
