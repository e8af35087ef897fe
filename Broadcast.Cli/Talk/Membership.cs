using Broadcast.Cli.Wire;

namespace Broadcast.Cli.Talk;

/// <summary>
/// What a client holds of its place in the room: what it comes back with, which facts it has, and what it has said that is
/// not answered. It sends nothing itself; whoever does asks it what.
/// </summary>
/// <remarks>
/// Each line gets a number once and keeps it. Within one epoch the room does what has a number once, however often it is
/// sent; so everything unanswered goes out again, in order, after each welcome of the same epoch. Of another epoch nobody
/// knows, and nothing is sent again.
/// </remarks>
/// <param name="name">To be asked for.</param>
internal sealed class Membership(string name)
{
    /// <summary>How many may be without an answer, whatever the server allows.</summary>
    public const int MostUnanswered = 32;

    private readonly List<Unsettled> _unanswered = [];
    private string? _token;
    private string? _epoch;
    private string? _id;
    private long _seq;
    private long _n;
    private long _mostUnanswered = MostUnanswered;

    /// <summary>Between a welcome and the end of the connection.</summary>
    public bool IsIn { get; private set; }

    /// <summary>What one is called, once one is in.</summary>
    public string Name { get; private set; } = "";

    /// <summary>What one wants to be called.</summary>
    public string Wanted { get; private set; } = name;

    /// <summary>There may be one more without an answer.</summary>
    public bool HasRoom => IsIn && _unanswered.Count < _mostUnanswered;

    /// <summary>How much is not answered yet.</summary>
    public int Unanswered => _unanswered.Count;

    /// <summary>The first frame of a connection.</summary>
    public Hello Hello() => new(Wanted, _token is null || _epoch is null ? null : new Resume(_token, _epoch, _seq));

    /// <summary>The server has let one in.</summary>
    public Entrance Enter(Welcome welcome)
    {
        var isOfSameRoom = welcome.Epoch == _epoch;
        var how = (_epoch, welcome.Resumed, isOfSameRoom) switch
        {
            (null, _, _) => Entering.New,
            (_, true, true) => Entering.Resumed,
            (_, _, true) => Entering.TooLate,
            _ => Entering.Elsewhere,
        };
        var missed = how == Entering.TooLate ? Math.Max(0, welcome.Seq - _seq) : 0;
        List<string> uncertain = [];
        if (!isOfSameRoom)
        {
            uncertain.AddRange(GiveUp());
        }

        if (how != Entering.Resumed)
        {
            _seq = welcome.Seq;
        }

        _epoch = welcome.Epoch;
        _token = welcome.Token;
        _id = welcome.You.Id;
        _mostUnanswered = Math.Clamp(welcome.Limits?.Unanswered ?? MostUnanswered, 1, MostUnanswered);
        Name = welcome.You.Name;
        IsIn = true;
        return new Entrance(how, missed, [.. _unanswered.Select(unsettled => unsettled.Frame)], uncertain);
    }

    /// <summary>Gives a frame its number; it is unanswered from now on.</summary>
    /// <param name="frame">What is to be said.</param>
    /// <param name="line">As it was typed.</param>
    public Numbered Number(Numbered frame, string line)
    {
        var numbered = frame with { N = ++_n };
        _unanswered.Add(new Unsettled(numbered, line));
        return numbered;
    }

    /// <summary>An answer, or one's own line coming round, which says the same.</summary>
    /// <returns>What was said; null where nobody waits for it any more.</returns>
    public Unsettled? Settle(long? n)
    {
        var found = _unanswered.FindIndex(unsettled => unsettled.Frame.N == n);
        if (found < 0)
        {
            return null;
        }

        var settled = _unanswered[found];
        _unanswered.RemoveAt(found);
        return settled;
    }

    /// <summary>A fact has come.</summary>
    /// <returns>False for one that is known already.</returns>
    public bool Learn(Fact fact)
    {
        if (fact.Seq <= _seq)
        {
            return false;
        }

        _seq = fact.Seq ?? _seq;
        if (fact is Renamed renamed && IsSelf(renamed.Who))
        {
            Name = renamed.Who.Name;
            Wanted = Name;
        }

        return true;
    }

    /// <summary>Facts will not come any more.</summary>
    public void Skip(Gap gap) => _seq = Math.Max(_seq, gap.To);

    /// <summary>Whether that is oneself.</summary>
    public bool IsSelf(Member member) => member.Id == _id;

    /// <summary>The connection has ended.</summary>
    public void Lose() => IsIn = false;

    /// <summary>No answer is waited for any more.</summary>
    /// <returns>What has none, as it was typed, oldest first.</returns>
    public IReadOnlyList<string> GiveUp()
    {
        List<string> lines = [.. _unanswered.Select(unsettled => unsettled.Line)];
        _unanswered.Clear();
        return lines;
    }
}

/// <summary>What was said and is not answered.</summary>
/// <param name="Frame">With its number.</param>
/// <param name="Line">As it was typed.</param>
internal sealed record Unsettled(Numbered Frame, string Line);

/// <summary>How one has come in.</summary>
internal enum Entering
{
    /// <summary>For the first time.</summary>
    New,

    /// <summary>To one's old place: nobody has noticed.</summary>
    Resumed,

    /// <summary>As somebody new, for the old place is gone.</summary>
    TooLate,

    /// <summary>As somebody new in a room that knows nothing of before: the server was started anew.</summary>
    Elsewhere,
}

/// <summary>What a welcome comes to.</summary>
/// <param name="How">The way in.</param>
/// <param name="Missed">How many facts there were meanwhile that will not come.</param>
/// <param name="Again">To be sent once more, in this order.</param>
/// <param name="Uncertain">Nobody knows whether these were said.</param>
internal sealed record Entrance(Entering How, long Missed, IReadOnlyList<Numbered> Again, IReadOnlyList<string> Uncertain);
