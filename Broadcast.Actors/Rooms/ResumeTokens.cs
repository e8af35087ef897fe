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

    private readonly Dictionary<ResumeToken, Seat> _seats = [];
    private readonly Dictionary<ResumeToken, Answers> _departed = [];

    // In the order in which they left, which is the order in which they are forgotten.
    private readonly Queue<(ResumeToken Token, long At)> _forgetting = [];

    /// <summary>A new token for a member.</summary>
    public ResumeToken Give(Seat seat)
    {
        var token = ResumeToken.Create();
        _seats.Add(token, seat);
        return token;
    }

    /// <summary>Whose token it is; null where it is nobody's who is here.</summary>
    public Seat? SeatOf(ResumeToken token) => _seats.GetValueOrDefault(token);

    /// <summary>The answers to one who has left and had this token; null where none are remembered.</summary>
    public Answers? AnswersOf(ResumeToken token)
    {
        Forget();
        return _departed.GetValueOrDefault(token);
    }

    /// <summary>The member has left of itself.</summary>
    public void Retire(ResumeToken token, Answers answers)
    {
        Revoke(token);
        if (answers.Highest > 0)
        {
            answers.KeepOnlyUnanswered();
            _departed.Add(token, answers);
            _forgetting.Enqueue((token, time.GetTimestamp()));
            Forget();
        }
    }

    /// <summary>The member was sent away: the token is worth nothing any more.</summary>
    public void Revoke(ResumeToken token) => _ = _seats.Remove(token);

    private void Forget()
    {
        while (_forgetting.TryPeek(out var first) && (_departed.Count > MostDeparted || time.GetElapsedTime(first.At) >= Remembered))
        {
            _ = _departed.Remove(_forgetting.Dequeue().Token);
        }
    }
}
