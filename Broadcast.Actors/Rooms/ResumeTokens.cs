namespace Broadcast.Actors.Rooms;

/// <summary>
/// Who can come back with which token. A member's answers stay under its token for a while after it has left, so that
/// what it sends again is not carried out twice. Owned by one actor.
/// </summary>
/// <param name="time">Measures the while.</param>
internal sealed class ResumeTokens(TimeProvider time)
{
    /// <summary>The most members that have left whose answers are remembered.</summary>
    public const int MostDeparted = 10_000;

    /// <summary>How long they are.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    private readonly Dictionary<TokenDigest, Seat> _seats = [];
    private readonly Dictionary<TokenDigest, Answers> _departed = [];

    // In the order in which they left, which is the order in which they are forgotten.
    private readonly Queue<(TokenDigest Token, long At)> _forgetting = [];

    /// <summary>The members that have left whose answers are remembered, in the order in which they left.</summary>
    public IEnumerable<(TokenDigest Token, Answers Answers)> Departed => _forgetting.Select(left => (left.Token, _departed[left.Token]));

    /// <summary>A member's token.</summary>
    public void Give(TokenDigest token, Seat seat) => _seats.Add(token, seat);

    /// <summary>Whose token it is; null where it is nobody's who is here.</summary>
    public Seat? SeatOf(TokenDigest token) => _seats.GetValueOrDefault(token);

    /// <summary>The answers to one who has left and had this token; null where none are remembered.</summary>
    public Answers? AnswersOf(TokenDigest token)
    {
        Forget();
        return _departed.GetValueOrDefault(token);
    }

    /// <summary>The member has left of itself.</summary>
    public void Retire(TokenDigest token, Answers answers)
    {
        Revoke(token);
        if (answers.Highest > 0)
        {
            answers.KeepOnlyUnanswered();
            Remember(token, answers);
        }
    }

    /// <summary>The answers to one who has left.</summary>
    public void Remember(TokenDigest token, Answers answers)
    {
        _departed.Add(token, answers);
        _forgetting.Enqueue((token, time.GetTimestamp()));
        Forget();
    }

    /// <summary>The member was sent away: the token is worth nothing any more.</summary>
    public void Revoke(TokenDigest token) => _ = _seats.Remove(token);

    private void Forget()
    {
        while (_forgetting.TryPeek(out var first) && (_departed.Count > MostDeparted || time.GetElapsedTime(first.At) >= Remembered))
        {
            _ = _departed.Remove(_forgetting.Dequeue().Token);
        }
    }
}
