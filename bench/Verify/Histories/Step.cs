using Broadcast.Verify.Clients;

namespace Broadcast.Verify.Histories;

/// <summary>One thing that happens.</summary>
internal abstract record Step;

/// <summary>A new client comes in.</summary>
/// <param name="IsNarrow">Whether its socket takes little that nobody reads.</param>
/// <param name="IsAwaited">Whether nothing happens until it is in.</param>
internal sealed record Come(int Person, bool IsPlain, string Name, bool IsNarrow, bool IsAwaited) : Step;

/// <summary>Somebody says so many lines, one after the other.</summary>
/// <param name="Style">How the first begins; each next one begins otherwise.</param>
/// <param name="Bytes">How long they are; 0 for short.</param>
internal sealed record Speak(int Person, int Lines, int Style, int Bytes, bool IsAction) : Step;

/// <summary>Somebody whispers to somebody.</summary>
internal sealed record WhisperTo(int Person, int To, int Style) : Step;

internal sealed record Rename(int Person, string Name) : Step;

internal sealed record AskWho(int Person) : Step;

internal sealed record AskHistory(int Person, int? Limit, long? Back) : Step;

/// <summary>Something that comes to nothing: an unknown command, an empty frame, what is no JSON.</summary>
internal sealed record Oddity(int Person, int Which) : Step;

internal sealed record Leave(int Person, Exit How) : Step;

/// <summary>The connection of one who speaks broadcast.v1+json breaks.</summary>
internal sealed record Drop(int Person, Exit How) : Step;

/// <summary>One who speaks broadcast.v1+json comes back, from a broken connection or from one that is still there.</summary>
internal sealed record ComeBack(int Person) : Step;

/// <summary>One who speaks broadcast.v1+json is gone and does not come back.</summary>
internal sealed record Forget(int Person) : Step;

internal sealed record StopReading(int Person) : Step;

internal sealed record ReadOn(int Person) : Step;

internal sealed record Wait(int Milliseconds) : Step;

/// <summary>Chaos: a connection meets its fate.</summary>
internal sealed record Cut(int Person, Fate Fate) : Step;

/// <summary>Chaos: <c>kill -9</c>, and another server.</summary>
/// <param name="Torn">So many bytes of a write that was under way are behind the journal.</param>
internal sealed record Kill(int Torn, int PauseMilliseconds) : Step;

/// <summary>Chaos: SIGTERM, and another server.</summary>
internal sealed record Terminate(int PauseMilliseconds) : Step;

/// <summary>Chaos: SIGSTOP, and SIGCONT after a while.</summary>
internal sealed record Freeze(int Milliseconds) : Step;

/// <summary>Chaos: the disk has so many bytes left, until the server has ended; then there is room, and another server.</summary>
internal sealed record FillDisk(int BytesLeft, int MostMilliseconds) : Step;
