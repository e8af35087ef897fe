namespace Broadcast.Verify.Orders;

/// <summary>
/// What one who speaks broadcast.v1+json saw: a contiguous slice of the order, where a gap says exactly how much is missing, and
/// each private frame in its place.
/// </summary>
internal sealed class JsonView
{
    private readonly Testimony _testimony;
    private readonly Ground _ground;
    private readonly Order _order;
    private readonly List<Violation> _violations;
    private readonly Dictionary<long, Entry> _sent = [];
    private readonly Dictionary<long, Entry> _answers = [];
    private readonly Queue<Asked> _asked = [];

    private Member? _you;
    private long _cursor;
    private long? _from;
    private bool _awaitsOwnJoin;
    private bool _hasGap;

    public JsonView(Testimony testimony, Ground ground, Order order, List<Violation> violations)
    {
        _testimony = testimony;
        _ground = ground;
        _order = order;
        _violations = violations;
        foreach (var entry in testimony.Entries)
        {
            See(entry);
        }
    }

    private void See(Entry entry)
    {
        switch (entry)
        {
            case Dialled dialled:
                _from = dialled.From;
                _hasGap = false;
                _asked.Clear();
                break;
            case Welcomed welcomed:
                OnWelcomed(welcomed);
                break;
            case Heard { Fact: var fact }:
                OnFact(fact);
                break;
            case CameInUnannounced { Who: var who }:
                Demand(_awaitsOwnJoin && who == _you, $"it was told privately that {who} came in");
                _awaitsOwnJoin = false;
                break;
            case Missed missed:
                OnMissed(missed);
                break;
            case MembersHeard members:
                Demand(_hasGap ? members.Seq <= _cursor : members.Seq == _cursor, $"a list as of {members.Seq} came behind {_cursor}");
                break;
            case Asked { IsHistory: true } asked:
                _asked.Enqueue(asked);
                break;
            case HistoryHeard history:
                OnHistory(history);
                break;
            case Spoke or Whispered or AskedForName:
                _sent.Add((entry as Spoke)?.N ?? (entry as Whispered)?.N ?? ((AskedForName)entry).N!.Value, entry);
                break;
            case Accepted accepted:
                OnAccepted(accepted);
                break;
            case Refused { N: { } n } refused:
                Demand(!_answers.TryGetValue(n, out var before) || (before is Refused was && was.Code == refused.Code), $"{n} was answered {before} and then {refused}");
                _answers[n] = refused;
                break;
            case Settled settled:
                Demand(_cursor >= settled.UpTo, $"it has everything up to {_cursor}, and there is {settled.UpTo}");
                Demand(_sent.Keys.FirstOrDefault(n => !_answers.ContainsKey(n)) is 0, "something that it sent was not answered");
                break;
            // A server that stops takes nothing more.
            case Over { Code: 1000, IsAskedFor: true, IsHarmed: false } when !_ground.IsChaos:
                Demand(_sent.Keys.FirstOrDefault(n => !_answers.ContainsKey(n)) is 0, "it said goodbye and was not answered before");
                break;
            case Over { IsAskedFor: false, IsHarmed: false } over when !_ground.IsChaos:
                Demand(isSo: false, $"its connection ended: {over.Code} {over.Why}");
                break;
            case Faulty faulty:
                Demand(isSo: false, faulty.Why);
                break;
        }
    }

    private void OnWelcomed(Welcomed welcomed)
    {
        Demand(!welcomed.IsBack || _from is not null, "it was welcomed back and had not been here");
        if (welcomed.IsBack)
        {
            Demand(welcomed.Seq == _from, $"it came back with {_from} and is told that it has {welcomed.Seq}");
            Demand(welcomed.You.Id == _you?.Id, $"it was {_you} and came back as {welcomed.You}");
            // Unannounced, its own join has no number, and is not told again.
            _awaitsOwnJoin = false;
        }
        else
        {
            Demand(!welcomed.IsInTime, "it came back in time and was not waited for");
            Demand(Names.MayBecome(_testimony.Wanted, welcomed.You.Name, _ground.NameLength) || _from is not null, $"it asked for {_testimony.Wanted} and is {welcomed.You}");
            _awaitsOwnJoin = true;
            _cursor = welcomed.Seq;
        }

        _you = welcomed.You;
    }

    private void OnFact(Fact fact)
    {
        Demand(fact.Seq == _cursor + 1, fact.Seq <= _cursor ? $"it has {_cursor} and got once more: {fact}" : $"it has {_cursor} and then got {fact}", fact.Seq);
        if (_awaitsOwnJoin)
        {
            Demand(fact is Joined { Who: var who } && who == _you, $"its first fact is not its own join: {fact}", fact.Seq);
            _awaitsOwnJoin = false;
        }

        Demand(fact is not Left { Who: var gone } || gone.Id != _you?.Id, $"it is here and was told: {fact}", fact.Seq);
        _cursor = fact.Seq;
    }

    private void OnMissed(Missed missed)
    {
        Demand(missed.First == _cursor + 1 && missed.Last - missed.First + 1 == missed.Count && missed.Count > 0, $"it has {_cursor} and was told {missed}", missed.First);
        Demand(Gaps.MayBe(_order, _ground, missed.First, missed.Last), $"the log can hold it, and it was told {missed}", missed.First);
        _cursor = missed.Last;
        _hasGap = true;
        _awaitsOwnJoin = false;
    }

    private void OnHistory(HistoryHeard history)
    {
        if (!_asked.TryDequeue(out var asked))
        {
            Demand(isSo: false, "it was told what was before and had not asked");
            return;
        }

        var facts = history.Facts;
        if (facts.Count == 0)
        {
            return;
        }

        var last = Math.Min(asked.Before - 1 ?? long.MaxValue, _cursor);
        Demand(_hasGap ? facts[^1].Seq <= last : facts[^1].Seq == last, $"{history} was told behind {_cursor} to {asked}");
        Demand(facts[^1].Seq - facts[0].Seq + 1 == facts.Count && facts.Zip(facts.Skip(1)).All(pair => pair.First.Seq < pair.Second.Seq), $"{history} has a hole");
        Demand(facts.Count <= (asked.Limit ?? int.MaxValue), $"{facts.Count} facts were told to {asked}");
        Demand(history.HasMore ? facts[0].Seq > 1 : facts[0].Seq <= 1 || Gaps.MayBe(_order, _ground, facts[0].Seq - 1, _cursor), $"{history} is not all that the log can hold");
    }

    private void OnAccepted(Accepted accepted)
    {
        if (!_sent.TryGetValue(accepted.N, out var sent))
        {
            Demand(isSo: false, $"it never sent {accepted.N}, which was accepted");
            return;
        }

        Demand(!_answers.TryGetValue(accepted.N, out var before) || (before is Accepted was && was.Seq == accepted.Seq), $"{accepted.N} was answered {before} and then {accepted}");
        _answers[accepted.N] = accepted;
        if (accepted.Seq is not { } seq)
        {
            Demand(sent is Whispered, $"{sent} was accepted and is no fact");
            return;
        }

        Demand(seq <= _cursor, $"it has {_cursor} and was told {accepted}", seq);
        Demand(
            _order.Find(seq) switch
            {
                null => true,
                Said said => sent is Spoke spoke && said.Text == spoke.Text && said.N == accepted.N,
                Renamed renamed => sent is AskedForName asked && renamed.Who.Name == asked.Name.Trim().Normalize(),
                _ => false,
            },
            $"{sent} was accepted as another fact",
            seq);
    }

    private void Demand(bool isSo, string otherwise, long? seq = null)
    {
        if (!isSo)
        {
            _violations.Add(new Violation(otherwise, _testimony.Number, seq ?? _cursor));
        }
    }
}

/// <summary>Whether the log may have dropped facts that somebody had not read.</summary>
internal static class Gaps
{
    // More than a frame has beside its text, in either form.
    private const int FrameBytes = 512;

    /// <summary>Whether the log can have been without <paramref name="first"/> when <paramref name="last"/> was the last.</summary>
    public static bool MayBe(Order order, Ground ground, long first, long last)
    {
        if (last - first + 1 > ground.LogEntries)
        {
            return true;
        }

        // A text takes at most six times its bytes, and a character at most three.
        var most = 0L;
        for (var seq = first; seq <= last; seq++)
        {
            if (order.Find(seq) is not { } fact)
            {
                return true;
            }

            most += FrameBytes + (fact is Said said ? 6L * said.Text.Length : 0);
        }

        return most > ground.LogBytes;
    }
}
