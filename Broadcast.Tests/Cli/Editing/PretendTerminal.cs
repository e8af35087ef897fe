using Broadcast.Cli;

namespace Broadcast.Tests.Cli.Editing;

/// <summary>A terminal whose keys, size and signals come from the test; what it is told to do with itself is counted.</summary>
internal sealed class PretendTerminal(Stream keys, int columns, bool reflows = true) : IRawTerminal
{
    private Action<Happening>? _tell;

    public Stream Keys { get; } = keys;

    public int Columns { get; set; } = columns;

    public bool Reflows { get; } = reflows;

    public bool IsRaw { get; private set; }

    public int Stops { get; private set; }

    public void Enter() => IsRaw = true;

    public void Leave() => IsRaw = false;

    public void Stop()
    {
        Assert.False(IsRaw, "A process that stops gives the terminal back first.");
        Stops++;
    }

    public IDisposable Watch(Action<Happening> tell)
    {
        _tell = tell;
        return default(CancellationTokenRegistration);
    }

    public void Tells(Happening happening) => _tell!(happening);
}
