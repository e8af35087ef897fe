using Broadcast.Verify.Orders;

namespace Broadcast.Verify.Clients;

/// <summary>How somebody leaves.</summary>
internal enum Exit
{
    /// <summary>The form's own goodbye.</summary>
    Quit,

    /// <summary>A close frame.</summary>
    Close,

    /// <summary>The end of its stream.</summary>
    Finish,

    /// <summary>A reset.</summary>
    Reset,

    /// <summary>A binary frame, for which it is sent away.</summary>
    Offence,
}

/// <summary>
/// One client: it does what the history says, and writes down what it did and heard. What it is to send waits until it is in.
/// </summary>
internal abstract class Person(int number, string wanted, bool isPlain, Setup setup)
{
    protected Queue<Action> Waiting { get; } = [];

    protected Setup Setup { get; } = setup;

    protected Wire? Wire { get; set; }

    public int Number { get; } = number;

    public bool IsPlain { get; } = isPlain;

    public Testimony Testimony { get; } = new(number, isPlain, wanted);

    public Changes Changes { get; } = new();

    /// <summary>The name that it has now, as far as it knows.</summary>
    public string Name { get; protected set; } = wanted;

    public bool IsIn { get; protected set; }

    /// <summary>It is out, and does not come back.</summary>
    public bool IsGone { get; protected set; }

    protected bool IsLeaving { get; set; }

    /// <summary>Whether it is to be left alone with its socket full.</summary>
    public bool IsStalled => Wire is { IsReading: false };

    public bool HasLeft => IsGone || IsLeaving;

    /// <summary>Where it is, for whoever wonders why nothing happens.</summary>
    public string State => $"client {Number} ({(IsPlain ? "plain" : "v1")}) is {(IsIn ? "in" : "out")}{(IsLeaving ? ", leaving" : "")}{(IsStalled ? ", not reading" : "")}, {Waiting.Count} waiting";

    /// <summary>Comes in.</summary>
    /// <param name="isNarrow">Whether its socket takes little that nobody reads.</param>
    public abstract Task ComeAsync(bool isNarrow);

    /// <summary>Says a line.</summary>
    /// <param name="style">Which one.</param>
    /// <param name="bytes">How long the whole frame is to be; 0 for as long as it is.</param>
    /// <param name="isAction">Whether it is something that it does.</param>
    public abstract void Speak(int style, int bytes, bool isAction);

    public abstract void Whisper(string to, int style);

    public abstract void Rename(string name);

    public abstract void AskWho();

    public abstract void AskHistory(int? limit, long? before);

    /// <summary>Sends what is answered privately, or not at all, and does nothing else.</summary>
    public abstract void SendOddity(int which);

    public abstract void Leave(Exit how);

    /// <summary>Waits until everything that it sent before has been answered.</summary>
    public abstract Task AnsweredAsync();

    public void Meet(Fate fate) => Wire?.Meet(fate);

    public void Pause() => Wire?.Pause();

    public void GoOn() => Wire?.GoOn();

    /// <summary>Nothing more happens to it; what cannot go on is broken.</summary>
    public void Spare()
    {
        if (Wire is { IsHarmed: true } harmed)
        {
            harmed.Reset();
        }
        else
        {
            Wire?.Spare();
            GoOn();
        }
    }

    public void Settle(long upTo) => Note(new Settled(upTo));

    public Task GoneAsync() => Changes.UntilAsync(() => IsGone, Setup.Deadline);

    public void End() => Wire?.Dispose();

    protected void Note(Entry entry) => Testimony.Entries.Add(entry with { At = Setup.NextPlace() });

    /// <summary>What may be said of why it left, if it leaves so; where connections break, one may break before.</summary>
    protected string[] ReasonsOf(Exit how) => (how, Setup.IsRough) switch
    {
        (Exit.Offence, false) => ["removed"],
        (Exit.Offence, true) => ["removed", "lost"],
        (_, false) => ["quit"],
        _ => ["quit", "lost"],
    };

    /// <summary>A tag that no other line has.</summary>
    protected string NextTag() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"#{Number}-{++_tags}");

    private int _tags;

    protected void SendWhenIn(Action send)
    {
        if (!HasLeft)
        {
            Waiting.Enqueue(send);
            Pump();
        }
    }

    protected abstract void Pump();
}
