using System.Buffers;
using Broadcast.Actors.Names;
using Broadcast.Actors.Wire;

namespace Broadcast.Actors.Rooms;

/// <summary>The room in <see cref="JsonForm"/>.</summary>
internal sealed class JsonVoice : Voice
{
    public override byte[] Unannounced(Joined joined, DateTimeOffset time) =>
        FrameOf(output => JsonForm.WriteJoined(seq: null, time, joined.Who, output));

    public override byte[] Welcome(Welcoming welcoming, Presence present) => FrameOf(output => JsonForm.WriteWelcome(
        welcoming.Epoch, welcoming.Seq, welcoming.You, welcoming.Token!, present.Room.Members, present.Room.Count, welcoming.Limits, output, present.IsAway));

    public override byte[] WelcomeBack(Welcoming welcoming) => FrameOf(output => JsonForm.WriteWelcomeBack(
        welcoming.Epoch, welcoming.Seq, welcoming.You, welcoming.Token!, welcoming.Limits, output));

    public override byte[]? NameGiven(Join join, Joined joined)
    {
        var given = joined.Who.Name;
        return join switch
        {
            // Nobody has asked for anything that could be refused.
            { IsGiven: true } => joined.Notice is { } notice ? Sentence(notice) : null,
            { Refusal: { } refusal } => Error(ErrorCode.NameInvalid, refusal.Text, given, n: null),
            { Wanted: { } wanted } when wanted != given => Error(ErrorCode.NameTaken, Sentences.NameTaken(wanted), given, n: null),
            _ => null,
        };
    }

    public override byte[] Accepted(long n, long? seq) => FrameOf(output => JsonForm.WriteAck(n, seq, output));

    // The sentence of one who is not here is made for people who type commands.
    public override byte[] Refusal(ErrorCode code, string why, long? n) =>
        Error(code, code == ErrorCode.NotHere ? code.Text : why, given: null, n);

    public override byte[]? YouWhisper(Whispered whispered) => null;

    public override byte[] Whisper(Whispered whispered, DateTimeOffset time) =>
        FrameOf(output => JsonForm.WriteWhisper(time, whispered.From, whispered.To, whispered.Text, output));

    public override byte[] Who(Presence present, long seq) => FrameOf(output => JsonForm.WriteMembers(seq, present.Room.Members, present.Room.Count, output, present.IsAway));

    public override byte[] WhoNow(Presence present, long seq) => Who(present, seq);

    public override byte[] Sentence(string text) => FrameOf(output => JsonForm.WriteNotice(text, output));

    public override byte[] Missed(long from, long to) => FrameOf(output => JsonForm.WriteGap(from, to, output));

    public override byte[] History(IEnumerable<Past> latestFirst, int most)
    {
        var (facts, more) = AsFarAsOneAnswerGoes(latestFirst, most, (past, output) => WriteFact(past.Fact, past.Time, output));
        return FrameOf(output => JsonForm.WriteHistory(facts, more, output));
    }

    public override byte[] Pong() => FrameOf(JsonForm.WritePong);

    public override byte[] Bye(TimeSpan retryAfter) => FrameOf(output => JsonForm.WriteBye("shutting-down", retryAfter, output));

    protected override void WriteFact(Fact fact, DateTimeOffset time, IBufferWriter<byte> output)
    {
        switch (fact)
        {
            case Said said:
                JsonForm.WriteMessage(said.Seq, time, said.Who, said.Text, said.IsAction, said.N, output);
                break;
            case Joined joined:
                JsonForm.WriteJoined(joined.Seq, time, joined.Who, output);
                break;
            case Left left:
                JsonForm.WriteLeft(left.Seq, time, left.Who, left.Reason, output);
                break;
            case Renamed renamed:
                JsonForm.WriteRenamed(renamed.Seq, time, renamed.Who, renamed.Was.Text, output);
                break;
            case PresenceChanged changed:
                JsonForm.WritePresence(changed.Seq, time, changed.Announced, changed.Count, output);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(fact), fact, "A fact that the form has no frame for.");
        }
    }

    private byte[] Error(ErrorCode code, string text, DisplayName? given, long? n) =>
        FrameOf(output => JsonForm.WriteError(code, text, given?.Text, n, output));
}
