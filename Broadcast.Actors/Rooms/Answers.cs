using Broadcast.Actors.Wire;

namespace Broadcast.Actors.Rooms;

/// <summary>
/// The answers to one member's numbered frames, so that one that is sent again is answered as before and not carried out
/// twice. It holds the last <see cref="Most"/>. Owned by one actor.
/// </summary>
public sealed class Answers
{
    /// <summary>The most answers that are remembered: eight times what a client may have unanswered.</summary>
    public const int Most = 256;

    /// <summary>How many a client may have unanswered.</summary>
    public const int MostUnanswered = 32;

    // In the order of their numbers. Looked through only when something is sent again.
    private readonly Queue<(long N, Answer Answer)> _last = [];

    /// <summary>The highest number that has been answered; 0 before the first.</summary>
    public long Highest { get; private set; }

    /// <summary>Those that are remembered, in the order of their numbers.</summary>
    public IReadOnlyCollection<(long N, Answer Answer)> Last => _last;

    /// <summary>What is known of a number.</summary>
    /// <returns><see cref="Unheard"/>, <see cref="Again"/> or <see cref="Forgotten"/>.</returns>
    public Finding Find(long n)
    {
        if (n > Highest)
        {
            return Unheard.Instance;
        }

        foreach (var (number, answer) in _last)
        {
            if (number == n)
            {
                return new Again(answer);
            }
        }

        return Forgotten.Instance;
    }

    /// <summary>Takes the answer to a number that was <see cref="Unheard"/>; the oldest gives way where there are too many.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not higher than every one before.</exception>
    public void Remember(long n, Answer answer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(n, Highest);
        if (_last.Count == Most)
        {
            _ = _last.Dequeue();
        }

        _last.Enqueue((n, answer));
        Highest = n;
    }

    /// <summary>Keeps as many as a client can still be without: it has left, and sends nothing new.</summary>
    public void KeepOnlyUnanswered()
    {
        while (_last.Count > MostUnanswered)
        {
            _ = _last.Dequeue();
        }

        _last.TrimExcess();
    }
}

/// <summary>What the room answered to a numbered frame.</summary>
public abstract record Answer;

/// <summary>It was accepted.</summary>
/// <param name="Seq">The number of the fact that it became; null where it is none (a whisper).</param>
public sealed record Acked(long? Seq) : Answer;

/// <summary>It was refused.</summary>
/// <param name="Code">Which of the closed list.</param>
/// <param name="Text">Why, for a person.</param>
public sealed record Erred(ErrorCode Code, string Text) : Answer;

/// <summary>What <see cref="Answers"/> knows of a number.</summary>
public abstract record Finding;

/// <summary>It is higher than every one before: its frame is to be carried out.</summary>
public sealed record Unheard : Finding
{
    /// <summary>The only one.</summary>
    public static Unheard Instance { get; } = new();
}

/// <summary>Its frame has been answered, and is to be answered so again.</summary>
public sealed record Again(Answer Answer) : Finding;

/// <summary>It is not higher than every one before, and no answer is remembered: <see cref="ErrorCode.BadRequest"/>.</summary>
public sealed record Forgotten : Finding
{
    /// <summary>The only one.</summary>
    public static Forgotten Instance { get; } = new();
}
