using Broadcast.Cli.Wire;

namespace Broadcast.Cli.Talk;

/// <summary>
/// The plain form: what is typed is sent as it is, commands and all, and a line is answered when it comes back. There is
/// no coming back to one's old place.
/// </summary>
/// <param name="name">That was asked for; the server may have given another.</param>
internal sealed class PlainTalk(string name) : ITalk
{
    private Unanswered _unanswered = new();

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names => [];

    /// <inheritdoc/>
    public bool HasRoom => IsIn;

    /// <inheritdoc/>
    public Limits Limits { get; } = new();

    /// <inheritdoc/>
    public int Unanswered => _unanswered.Count;

    /// <inheritdoc/>
    public bool IsIn { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Open()
    {
        IsIn = true;
        return [];
    }

    /// <inheritdoc/>
    public Spoken Say(string line)
    {
        _unanswered.Said(line);
        return new Spoken(line);
    }

    /// <inheritdoc/>
    public Heard Hear(string text)
    {
        var isAnswer = _unanswered.IsAnsweredBy(text);
        return new Heard { Lines = [Line.OfPlain(text) with { IsOwn = isAnswer }], Json = JsonText.OfPlain(text), IsAnswer = isAnswer };
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Lose()
    {
        IsIn = false;
        return GiveUp();
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> GiveUp()
    {
        var uncertain = _unanswered.Lines;
        _unanswered = new Unanswered();
        return uncertain;
    }
}
