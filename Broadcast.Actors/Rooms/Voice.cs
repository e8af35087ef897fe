using System.Buffers;
using Broadcast.Actors.Wire;

namespace Broadcast.Actors.Rooms;

/// <summary>
/// How the room says things in one wire form: each is a complete frame, or null where the form says nothing. What there
/// is to say is decided by the room, and is the same in every form.
/// </summary>
internal abstract class Voice
{
    // One answer is no longer, unless a single fact is.
    private const int MostHistoryBytes = 64 * 1024;

    private readonly FrameBuffer _buffer = new();

    /// <summary>What everybody sees of a fact; valid until the next frame is made.</summary>
    public ReadOnlySpan<byte> Fact(Fact fact, DateTimeOffset time)
    {
        WriteFact(fact, time, _buffer.Begin());
        return _buffer.Frame();
    }

    /// <summary>To one who comes in where that is not announced: its own line all the same.</summary>
    public abstract byte[] Unannounced(Joined joined, DateTimeOffset time);

    /// <summary>To one who is new, in front of everything else: the room as it was when it came.</summary>
    public abstract byte[]? Welcome(Welcoming welcoming, Presence present);

    /// <summary>To one who is back, in front of everything else.</summary>
    public abstract byte[]? WelcomeBack(Welcoming welcoming);

    /// <summary>To a joiner that does not have the name it asked for.</summary>
    public abstract byte[]? NameGiven(Join join, Joined joined);

    /// <summary>To one whose numbered frame was accepted.</summary>
    /// <param name="n">Its number.</param>
    /// <param name="seq">Of the fact that it became; null where it is none.</param>
    public abstract byte[]? Accepted(long n, long? seq);

    /// <summary>To one whose frame was refused.</summary>
    /// <param name="code">For a program.</param>
    /// <param name="why">For a person.</param>
    /// <param name="n">The frame's number; null where it has none.</param>
    public abstract byte[] Refusal(ErrorCode code, string why, long? n);

    /// <summary>To one who has whispered and been heard.</summary>
    public abstract byte[]? YouWhisper(Whispered whispered);

    /// <summary>To whom a whisper is for.</summary>
    public abstract byte[] Whisper(Whispered whispered, DateTimeOffset time);

    /// <summary>To one who asks who is here.</summary>
    /// <param name="present">Who is.</param>
    /// <param name="seq">As of which fact.</param>
    public abstract byte[] Who(Presence present, long seq);

    /// <summary>To one who cannot know any more who is here.</summary>
    /// <param name="present">Who is.</param>
    /// <param name="seq">As of which fact.</param>
    public abstract byte[]? WhoNow(Presence present, long seq);

    /// <summary>To one who asks for a sentence.</summary>
    public abstract byte[] Sentence(string text);

    /// <summary>In place of the facts that the log no longer has.</summary>
    /// <param name="from">The first of them.</param>
    /// <param name="to">The last.</param>
    public abstract byte[] Missed(long from, long to);

    /// <summary>To one who asks what was before: one frame or several.</summary>
    /// <param name="latestFirst">As far back as is asked for.</param>
    /// <param name="most">At most so many.</param>
    public abstract byte[] History(IEnumerable<Past> latestFirst, int most);

    /// <summary>To one who asks for a sign of life.</summary>
    public abstract byte[]? Pong();

    /// <summary>To everybody, in front of the close frame, when the server goes.</summary>
    /// <param name="retryAfter">How long to stay away.</param>
    public abstract byte[]? Bye(TimeSpan retryAfter);

    /// <summary>Writes what everybody sees of a fact.</summary>
    protected abstract void WriteFact(Fact fact, DateTimeOffset time, IBufferWriter<byte> output);

    /// <summary>A frame to keep.</summary>
    protected byte[] FrameOf(Action<IBufferWriter<byte>> write)
    {
        write(_buffer.Begin());
        return _buffer.Frame().ToArray();
    }

    /// <summary>The latest of what was, as far as one answer goes, oldest first; each as this form writes it.</summary>
    /// <param name="latestFirst">What was.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="write">Writes one.</param>
    /// <returns>Whether there is more, too.</returns>
    protected static (List<ReadOnlyMemory<byte>> Facts, bool More) AsFarAsOneAnswerGoes(
        IEnumerable<Past> latestFirst, int most, Action<Past, IBufferWriter<byte>> write)
    {
        List<ReadOnlyMemory<byte>> facts = [];
        var bytes = 0;
        foreach (var past in latestFirst)
        {
            var fact = new ArrayBufferWriter<byte>();
            if (facts.Count < most)
            {
                write(past, fact);
            }

            bytes += fact.WrittenCount;
            if (facts.Count == most || (bytes > MostHistoryBytes && facts.Count > 0))
            {
                facts.Reverse();
                return (facts, true);
            }

            facts.Add(fact.WrittenMemory);
        }

        facts.Reverse();
        return (facts, false);
    }
}

/// <summary>What one who comes in has to know.</summary>
/// <param name="Epoch">The room's.</param>
/// <param name="Seq">The last fact that it has.</param>
/// <param name="You">Who it is.</param>
/// <param name="Token">What it can come back with; null where it cannot.</param>
/// <param name="Limits">What it has to keep to.</param>
internal readonly record struct Welcoming(string Epoch, long Seq, Member You, ResumeToken? Token, ClientLimits Limits);

/// <summary>Who is here, and who of them is away for the moment.</summary>
/// <param name="Room">The room.</param>
/// <param name="IsAway">Whether a member is.</param>
internal readonly record struct Presence(Room Room, Func<MemberId, bool> IsAway);
