using System.Text;
using Broadcast.Cli.Wire;

namespace Broadcast.Cli.Talk;

/// <summary><c>broadcast.v1+json</c>: commands are frames, lines are numbered and answered, and one comes back to one's old place.</summary>
/// <param name="name">To be asked for.</param>
/// <param name="history">How much of what was is wanted on coming in; 0 for none.</param>
internal sealed class JsonTalk(string name, int history) : ITalk
{
    private const string NameInvalid = "name-invalid";
    private const string NotAllowed = "not-allowed";
    private const string TooLong = "that text is too long: send shorter lines";

    private readonly Membership _membership = new(name);
    private readonly Roster _roster = new();
    private Question? _asked = history > 0 ? new Question(new GetHistory(history), $"/history {history}") : null;

    /// <inheritdoc/>
    public string Name => _membership.Name;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names => _roster.Names;

    /// <inheritdoc/>
    /// <remarks>A server answers one question at a time, and what is said behind one is to be heard behind its answer.</remarks>
    public bool HasRoom => _membership.HasRoom && _asked is null;

    /// <inheritdoc/>
    public Limits Limits { get; private set; } = new();

    /// <inheritdoc/>
    public int Unanswered => _membership.Unanswered + (_asked is null ? 0 : 1);

    /// <inheritdoc/>
    public bool IsIn => _membership.IsIn;

    /// <inheritdoc/>
    public IReadOnlyList<string> Open() => [JsonForm.Write(_membership.Hello())];

    /// <inheritdoc/>
    public Spoken Say(string line)
    {
        var command = SlashCommand.Of(line, _roster.Names);
        switch (command.Frame)
        {
            case null:
                return new Spoken(Frame: null, Line.OfTheSystem(command.Hint!));
            case Numbered numbered when Encoding.UTF8.GetByteCount(JsonForm.Write(numbered with { N = long.MaxValue })) > Limits.MessageBytes:
                return new Spoken(Frame: null, Line.OfTheSystem(TooLong), IsRefused: true);
            case Numbered numbered:
                return new Spoken(JsonForm.Write(_membership.Number(numbered, line)));
            case var question:
                _asked = new Question(question, line);
                return new Spoken(JsonForm.Write(question));
        }
    }

    /// <inheritdoc/>
    public Heard Hear(string text)
    {
        var frame = JsonForm.Read(text);
        var heard = frame switch
        {
            Fact fact => Learn(fact),
            Welcome welcome => Enter(welcome),
            Accepted accepted => Settle(accepted),
            Refused refused => Settle(refused),
            Whispered whispered => Take(whispered),
            Members members => Take(members),
            History past => Take(past),
            Notice notice => Show(Line.OfTheSystem(notice.Text)),
            Gap gap => Skip(gap),
            Pong => Answered<Ping>() ? new Heard { IsAnswer = true } : new Heard(),
            Bye bye => new Heard { RetryAfter = bye.RetryAfterMs is >= 0 and var ms ? TimeSpan.FromMilliseconds(Math.Min(ms, int.MaxValue)) : null },
            null => new Heard { IsUnknown = true },
            _ => new Heard(),
        };
        return heard with { Json = JsonText.OfFrame(text) };
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Lose()
    {
        _membership.Lose();
        return [];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> GiveUp() => _membership.GiveUp();

    private Heard Learn(Fact fact)
    {
        if (!_membership.Learn(fact))
        {
            return new Heard();
        }

        _roster.Learn(fact);
        var isOwn = fact is Said said && _membership.IsSelf(said.From);
        var isAnswer = isOwn && _membership.Settle(((Said)fact).N) is not null;
        return Show(Wording.Of(fact) with { Time = fact.Time, IsOwn = isOwn }) with { IsAnswer = isAnswer };
    }

    private Heard Enter(Welcome welcome)
    {
        var entrance = _membership.Enter(welcome);
        Limits = welcome.Limits ?? new Limits();
        if (welcome.Members is { } members)
        {
            _roster.Replace([.. members, welcome.You]);
        }

        // Why one is called something else is told later, and nothing is to be said under a name that nobody has asked for.
        if (entrance.How == Entering.New && Name != name && name != ServerAddress.DefaultName)
        {
            _asked ??= new Question(new Ping(), Line: null);
        }

        return new Heard
        {
            Entrance = entrance,
            Frames = [.. entrance.Again.Select(JsonForm.Write), .. _asked is null ? [] : (string[])[JsonForm.Write(_asked.Frame)]],
        };
    }

    // One's own message comes in front of its ack: an ack that still finds something to settle is for what nobody will repeat.
    private Heard Settle(Accepted accepted) =>
        _membership.Settle(accepted.N) is { } settled && Wording.OfAccepted(settled.Frame, _membership.Name) is { } line
            ? Show(line with { IsOwn = true }) with { IsAnswer = true }
            : new Heard { IsAnswer = true };

    private Heard Settle(Refused refused)
    {
        if (!IsIn && refused.Code == NotAllowed)
        {
            return new Heard { ShutOut = refused.Text };
        }

        var heard = Show(Wording.Of(refused, _membership.Wanted));
        if (refused.Name is { } given)
        {
            return heard with { NameRefused = refused.Code == NameInvalid && given == Name ? refused.Text : null };
        }

        // A question has no number.
        if (refused.N is null && _asked is { } question)
        {
            _asked = null;
            return heard with { IsAnswer = true, NotSaid = question.Line };
        }

        var settled = _membership.Settle(refused.N);
        return heard with { IsAnswer = settled is not null, NotSaid = settled?.Line };
    }

    private Heard Take(Whispered whispered) => _membership.IsSelf(whispered.From) && !_membership.IsSelf(whispered.To)
        ? new Heard()
        : Show(Line.Whispered(whispered.From.Name, whispered.Text) with { Time = whispered.Time });

    // It also comes unasked, behind a gap and where joining is told again.
    private Heard Take(Members members)
    {
        _roster.Replace(members.List);
        return Answered<GetMembers>() ? Show(Wording.Of(members)) with { IsAnswer = true } : new Heard();
    }

    private Heard Take(History past)
    {
        _ = Answered<GetHistory>();
        var facts = past.Facts.Select(fact => JsonForm.Read(fact.GetRawText())).OfType<Fact>();
        return new Heard
        {
            Lines = [.. facts.Select(fact => Wording.Of(fact) with { Time = fact.Time, IsHistory = true })],
            IsAnswer = true,
        };
    }

    private bool Answered<T>()
        where T : ClientFrame
    {
        if (_asked?.Frame is not T)
        {
            return false;
        }

        _asked = null;
        return true;
    }

    private Heard Skip(Gap gap)
    {
        _membership.Skip(gap);
        return Show(Wording.Missed(gap.Missed));
    }

    private static Heard Show(Line line) => new() { Lines = [line] };

    // Line is as it was typed; null where nobody has typed it.
    private sealed record Question(ClientFrame Frame, string? Line);
}
