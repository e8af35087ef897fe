using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Wire;

namespace Broadcast.Actors.Keeping;

/// <summary>
/// What of the room can outlive its process: who is in it, what was said, what was answered. Every change of it is made
/// here, in the same way when it happens and when it is read. Owned by one actor, which it is handed over to at the start.
/// </summary>
public sealed class RoomState
{
    // Where every change is put down, if it is.
    private RecordWriter? _records;

    private RoomState(RoomSettings settings, TimeProvider time, string epoch)
    {
        Epoch = epoch;
        Room = Room.Open(settings.AnnounceUpTo);
        Feeds = [FeedOf(new PlainVoice(), settings), FeedOf(new JsonVoice(), settings)];
        History = new RoomHistory(settings.LogEntries, settings.LogBytes);
        Tokens = new ResumeTokens(time);
    }

    /// <summary>What a sequence number counts in: another room's is another's.</summary>
    public string Epoch { get; }

    /// <summary>The highest member's number there has been.</summary>
    public MemberId LastId { get; private set; }

    /// <summary>The latest fact's number.</summary>
    public long Seq => Room.Seq;

    /// <summary>How many are in it who can come back.</summary>
    public int Members => Seats.Values.Count(seat => seat.Token is not null);

    internal Room Room { get; private set; }

    /// <summary>One for each form, by its number.</summary>
    internal Feed[] Feeds { get; }

    internal RoomHistory History { get; }

    internal Dictionary<MemberId, Seat> Seats { get; } = [];

    internal ResumeTokens Tokens { get; }

    /// <summary>A room that nobody has been in.</summary>
    public static RoomState New(RoomSettings settings, TimeProvider time) =>
        new(settings, time, Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(9)));

    /// <summary>The room as it was.</summary>
    /// <param name="settings">What it goes by now.</param>
    /// <param name="time">How long those who have left are remembered, counted from now.</param>
    /// <param name="epoch">Its epoch.</param>
    /// <param name="snapshot">What <see cref="Snapshot"/> gave.</param>
    /// <param name="records">What <see cref="RecordTo"/> gave since.</param>
    /// <exception cref="StateException">It is none; the message fits behind the name of where it comes from.</exception>
    public static RoomState Read(
        RoomSettings settings, TimeProvider time, string epoch, ReadOnlyMemory<byte> snapshot, IEnumerable<ReadOnlyMemory<byte>> records)
    {
        var state = new RoomState(settings, time, epoch);
        try
        {
            state.Load(settings, new RecordReader(snapshot.Span));
            foreach (var batch in records)
            {
                state.Repeat(new RecordReader(batch.Span));
            }

            if (state.Room.Count != state.Seats.Count || state.Seats.Keys.Any(id => state.Room.Find(id) is null))
            {
                throw RecordReader.Nonsense();
            }
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or KeyNotFoundException)
        {
            // A name that is another's, a number that is used already: each record is whole, and they do not fit.
            throw new StateException(RecordReader.Nonsense().Message, e);
        }

        return state;
    }

    /// <summary>Every change from here on is put down there as well.</summary>
    public void RecordTo(IBufferWriter<byte> records) => _records = new RecordWriter(records);

    /// <summary>All of it.</summary>
    public ReadOnlyMemory<byte> Snapshot()
    {
        var snapshot = new ArrayBufferWriter<byte>();
        var to = new RecordWriter(snapshot);
        to.Write(Room.Seq);
        to.Write(Room.IsAnnouncing);
        to.Write(LastId.Value);
        to.Write(History.Count);
        foreach (var (fact, time) in History.All)
        {
            to.Write(fact, time);
        }

        // One who came back with an old token has the answers of who it was: they are the same, and not only equal.
        Dictionary<Answers, int> numbers = new(ReferenceEqualityComparer.Instance);
        var departed = Tokens.Departed.ToList();
        foreach (var answers in Seats.Values.Select(seat => seat.Answers).Concat(departed.Select(left => left.Answers)).OfType<Answers>())
        {
            _ = numbers.TryAdd(answers, numbers.Count);
        }

        to.Write(numbers.Count);
        foreach (var answers in numbers.Keys)
        {
            to.Write(answers.Last.Count);
            foreach (var (n, answer) in answers.Last)
            {
                to.Write(n);
                to.Write(answer);
            }
        }

        to.Write(Seats.Count);
        foreach (var seat in Seats.Values)
        {
            to.Write(Room.Find(seat.Id)!);
            to.Write((long)seat.Form);
            to.Write(seat.Token);
            to.Write(seat.Answers is { } answers ? numbers[answers] + 1 : 0);
            to.Write(seat.ListedAt + 1);
        }

        to.Write(departed.Count);
        foreach (var (token, answers) in departed)
        {
            to.Write(token);
            to.Write(numbers[answers]);
        }

        return snapshot.WrittenMemory;
    }

    /// <summary>A member has a seat, before it has joined.</summary>
    /// <param name="id">Which.</param>
    /// <param name="form">In which form it is told.</param>
    /// <param name="token">What it can come back with; null where it cannot.</param>
    /// <param name="former">What it could come back with when it was here before, and answers are remembered of it; otherwise null.</param>
    internal Seat Admit(MemberId id, WireForm form, TokenDigest? token, TokenDigest? former)
    {
        var answers = former is { } known ? Tokens.AnswersOf(known) : null;
        if (_records is { } records)
        {
            records.Write(RecordKind.Seated);
            records.Write(id.Value);
            records.Write((long)form);
            records.Write(token);
            records.Write(answers is null ? null : former);
        }

        return Seat(id, form, token, token is null ? null : answers ?? new Answers());
    }

    /// <summary>It happened.</summary>
    internal void Apply(Fact fact, DateTimeOffset time)
    {
        _records?.Write(fact, time);

        // Who comes and goes unannounced takes no number, and is in no log.
        var isAnnounced = fact.Seq > Room.Seq;
        Room = Room.Apply(fact);
        if (fact is Left left)
        {
            LeaveSeat(left);
        }

        if (isAnnounced)
        {
            foreach (var feed in Feeds)
            {
                feed.Append(fact, time);
            }

            History.Append(fact, time);
        }

        if (fact is PresenceChanged { Announced: true })
        {
            foreach (var seat in Seats.Values)
            {
                seat.ListedAt = Room.Seq;
            }
        }
    }

    /// <summary>A member's numbered frame has been answered.</summary>
    internal void Answer(Seat seat, long n, Answer answer)
    {
        if (_records is { } records)
        {
            records.Write(RecordKind.Answered);
            records.Write(seat.Id.Value);
            records.Write(n);
            records.Write(answer);
        }

        seat.Answers!.Remember(n, answer);
    }

    /// <summary>A member has been told unasked who is here.</summary>
    internal void List(Seat seat)
    {
        if (_records is { } records)
        {
            records.Write(RecordKind.Listed);
            records.Write(seat.Id.Value);
        }

        seat.ListedAt = Room.Seq;
    }

    private static Feed FeedOf(Voice voice, RoomSettings settings) => new(voice, settings.LogEntries, settings.LogBytes);

    private Seat Seat(MemberId id, WireForm form, TokenDigest? token, Answers? answers)
    {
        var feed = Feeds[(int)form];
        feed.Open(Room.Seq);
        var seat = new Seat(id, form, feed) { Token = token, Answers = answers };
        Seats.Add(id, seat);
        if (token is { } given)
        {
            Tokens.Give(given, seat);
        }

        LastId = id > LastId ? id : LastId;
        return seat;
    }

    private void LeaveSeat(Left left)
    {
        if (!Seats.Remove(left.Who.Id, out var seat))
        {
            throw new InvalidOperationException("Who has no seat does not leave.");
        }

        seat.Feed.Close();
        switch (seat)
        {
            case { Token: { } token } when left.Reason == LeftReason.Removed:
                Tokens.Revoke(token);
                break;
            case { Token: { } token, Answers: { } answers }:
                Tokens.Retire(token, answers);
                break;
        }
    }

    private void Load(RoomSettings settings, RecordReader from)
    {
        var seq = from.ReadNumber();
        var isAnnouncing = from.ReadFlag();
        LastId = from.ReadId();
        for (var left = from.ReadCount(); left > 0; left--)
        {
            var (fact, time) = from.ReadFact(from.ReadKind());
            History.Append(fact, time);
        }

        var answers = new Answers[from.ReadCount()];
        for (var i = 0; i < answers.Length; i++)
        {
            answers[i] = new Answers();
            for (var left = from.ReadCount(); left > 0; left--)
            {
                answers[i].Remember(from.ReadNumber(), from.ReadAnswer());
            }
        }

        // Whoever was here can come back for it.
        Feeds[(int)WireForm.Json].Recall(History.All);
        List<Member> members = [];
        Room = Room.Reopen(settings.AnnounceUpTo, seq, isAnnouncing, members);
        for (var left = from.ReadCount(); left > 0; left--)
        {
            members.Add(from.ReadMember());
            var (form, token, number) = (from.ReadForm(), from.ReadToken(), from.ReadNumber());
            if (token is null != (number == 0))
            {
                throw RecordReader.Nonsense();
            }

            Seat(members[^1].Id, form, token, number == 0 ? null : answers[At(number - 1)]).ListedAt = from.ReadNumber() - 1;
        }

        Room = Room.Reopen(settings.AnnounceUpTo, seq, isAnnouncing, members);
        for (var left = from.ReadCount(); left > 0; left--)
        {
            if (from.ReadToken() is not { } token)
            {
                throw RecordReader.Nonsense();
            }

            Tokens.Remember(token, answers[At(from.ReadNumber())]);
        }

        if (!from.IsAtEnd)
        {
            throw RecordReader.Nonsense();
        }

        int At(long number) => number < answers.Length ? (int)number : throw RecordReader.Nonsense();
    }

    private void Repeat(RecordReader from)
    {
        while (!from.IsAtEnd)
        {
            switch (from.ReadKind())
            {
                case RecordKind.Seated:
                    _ = Admit(from.ReadId(), from.ReadForm(), from.ReadToken(), from.ReadToken());
                    break;
                case RecordKind.Answered:
                    var (answering, n) = (SeatOf(from.ReadId()), from.ReadNumber());
                    Answer(answering.Answers is null ? throw RecordReader.Nonsense() : answering, n, from.ReadAnswer());
                    break;
                case RecordKind.Listed:
                    List(SeatOf(from.ReadId()));
                    break;
                case var kind:
                    var (fact, time) = from.ReadFact(kind);
                    Apply(Follows(fact) ? fact : throw RecordReader.Nonsense(), time);
                    break;
            }
        }
    }

    // The next number is the only one that a fact can have, but for who comes and goes unannounced.
    private bool Follows(Fact fact) =>
        fact.Seq == Room.Seq + (fact is Joined or Left && !Room.IsAnnouncing ? 0 : 1)
        && (fact is not MemberFact { Who.Id: var id } || Seats.ContainsKey(id))
        && (fact is Joined or PresenceChanged || Room.Find(((MemberFact)fact).Who.Id) is not null);

    private Seat SeatOf(MemberId id) => Seats.GetValueOrDefault(id) ?? throw RecordReader.Nonsense();
}
