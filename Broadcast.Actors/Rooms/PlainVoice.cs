using System.Buffers;
using System.Globalization;
using Broadcast.Actors.Wire;

namespace Broadcast.Actors.Rooms;

/// <summary>The room in <see cref="PlainForm"/>.</summary>
internal sealed class PlainVoice : Voice
{
    public override byte[] Unannounced(Joined joined, DateTimeOffset time) => Fact(joined, time).ToArray();

    public override byte[]? Welcome(Welcoming welcoming, Presence present) => null;

    public override byte[]? WelcomeBack(Welcoming welcoming) => null;

    public override byte[]? NameGiven(Join join, Joined joined) => joined.Notice is { } notice ? Sentence(notice) : null;

    public override byte[]? Accepted(long n, long? seq) => null;

    public override byte[] Refusal(ErrorCode code, string why, long? n) => Sentence(why);

    public override byte[] YouWhisper(Whispered whispered) => Sentence(Sentences.YouWhisper(whispered));

    public override byte[] Whisper(Whispered whispered, DateTimeOffset time) => Sentence(Sentences.Whispers(whispered));

    public override byte[] Who(Presence present, long seq) => Sentence(Sentences.Who(present.Room, present.IsAway));

    public override byte[]? WhoNow(Presence present, long seq) => null;

    public override byte[] Sentence(string text) => FrameOf(output => PlainForm.WriteSystemLine(text, output));

    public override byte[] Missed(long from, long to) => Sentence(Sentences.Missed(to - from + 1));

    // A line each, as one run of frames.
    public override byte[] History(IEnumerable<Past> latestFirst, int most)
    {
        var (facts, _) = AsFarAsOneAnswerGoes(latestFirst, most, WritePast);
        return facts.Count == 0
            ? Sentence(Sentences.NothingBefore)
            : [.. facts.SelectMany(fact => FrameOf(output => output.Write(fact.Span)))];
    }

    public override byte[]? Pong() => null;

    public override byte[]? Bye(TimeSpan retryAfter) => null;

    protected override void WriteFact(Fact fact, DateTimeOffset time, IBufferWriter<byte> output) => PlainForm.WriteLine(fact, output);

    private static void WritePast(Past past, IBufferWriter<byte> output)
    {
        PlainForm.WriteSystemLine(past.Time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z' ", CultureInfo.InvariantCulture), output);
        PlainForm.WriteLine(past.Fact, output);
    }
}
