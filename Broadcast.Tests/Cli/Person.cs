using System.Diagnostics.CodeAnalysis;
using System.IO.Pipes;
using System.Text;
using System.Threading.Channels;
using Broadcast.Cli;
using Broadcast.Tests.Cli.Editing;

namespace Broadcast.Tests.Cli;

/// <summary>
/// Somebody at a terminal, or a script at two pipes, who runs the client in this process: types, sees what is printed,
/// and gets the exit status.
/// </summary>
internal sealed class Person : IAsyncDisposable
{
    private static readonly Patience Patient = new(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));

    /// <summary>The same, and it waits for a lost server.</summary>
    public static readonly Patience Staying = Patient with { Away = Timeout.InfiniteTimeSpan };

    private readonly AnonymousPipeServerStream _keyboard = new(PipeDirection.Out);
    private readonly CancellationTokenSource _interrupt = new();
    private readonly Task<int> _status;

    [SuppressMessage("Reliability", "CA2000", Justification = "The thread that reads the input ends when the keyboard is disposed.")]
    private Person(string[] args, Patience? patience, bool interactive, bool dumb, int columns = 0, Surroundings? surroundings = null, bool colors = false)
    {
        var keys = new AnonymousPipeClientStream(PipeDirection.In, _keyboard.ClientSafePipeHandle);
        Raw = columns > 0 ? new PretendTerminal(keys, columns) : null;
        var terminal = new Terminal(new StreamReader(keys, Encoding.UTF8), Output, Error)
        {
            InputIsTerminal = interactive,
            OutputIsTerminal = interactive,
            CanErase = !dumb,
            HasColors = colors,
            Raw = Raw,
        };
        _status = CommandLine.RunAsync(args, terminal, patience ?? Patient, _interrupt.Token, surroundings);
    }

    public Paper Output { get; } = new();

    public Paper Error { get; } = new();

    /// <summary>The terminal of somebody who types key by key.</summary>
    public PretendTerminal? Raw { get; }

    /// <summary>Nobody is in a hurry, unless the test is about waiting: then the patience is short.</summary>
    public static Person AtTerminal(string[] args, Patience? patience = null, bool dumb = false) =>
        new(args, patience, interactive: true, dumb);

    /// <summary>Somebody whose keys are edited into lines by the client.</summary>
    public static Person AtKeys(string[] args, int columns) => new(args, patience: null, interactive: true, dumb: false, columns);

    public static Person InPipes(string[] args, Patience? patience = null) => new(args, patience, interactive: false, dumb: false);

    /// <summary>Somebody who waits for a lost server, which is dialled again at once.</summary>
    public static Person WhoStays(string[] args, Surroundings surroundings, bool inPipes = false, int columns = 0, Patience? patience = null) =>
        new(args, patience ?? Staying, interactive: !inPipes, dumb: false, columns, surroundings);

    /// <summary>Somebody at a terminal with colours.</summary>
    public static Person InColors(string[] args, Surroundings? surroundings = null) =>
        new(args, patience: null, interactive: true, dumb: false, columns: 0, surroundings, colors: true);

    public void Types(string line) => _keyboard.Write(Encoding.UTF8.GetBytes(line + "\n"));

    public void Presses(string keys) => _keyboard.Write(Encoding.UTF8.GetBytes(keys));

    public void EndsInput() => _keyboard.Dispose();

    public void PressesCtrlC() => _interrupt.Cancel();

    public Task<int> LeavesAsync() => _status.InTimeAsync();

    public async ValueTask DisposeAsync()
    {
        EndsInput();
        await _interrupt.CancelAsync();
        await _status.InTimeAsync();
        _interrupt.Dispose();
    }
}

/// <summary>What has been printed so far, and a way to wait for more.</summary>
internal sealed class Paper : TextWriter
{
    private readonly Channel<string> _printed = Channel.CreateUnbounded<string>();
    private readonly StringBuilder _seen = new();

    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>Everything; for when the client has ended.</summary>
    public string All
    {
        get
        {
            while (_printed.Reader.TryRead(out var more))
            {
                _seen.Append(more);
            }

            return _seen.ToString();
        }
    }

    /// <summary>Set, it is what every further write fails with.</summary>
    public IOException? Tear { get; set; }

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value)
    {
        if (Tear is { } failure)
        {
            throw failure;
        }

        _printed.Writer.TryWrite(value ?? "");
    }

    public override void WriteLine(string? value) => Write(value + "\n");

    public async Task ShowsAsync(string text)
    {
        while (!_seen.ToString().Contains(text, StringComparison.Ordinal))
        {
            _seen.Append(await _printed.Reader.ReadAsync().InTimeAsync());
        }
    }
}
