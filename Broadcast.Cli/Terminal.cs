using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Broadcast.Cli;

/// <summary>
/// The three streams of a process and what stands behind them. Everything that reads or prints takes one of these, so
/// that a test can be the person.
/// </summary>
/// <param name="Input">What is typed, or piped in.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
[SuppressMessage("Reliability", "CA2000", Justification = "The streams and descriptors are the process's; they end with it.")]
internal sealed record Terminal(TextReader Input, TextWriter Output, TextWriter Error) : IDisposable
{
    /// <summary>Somebody types here: input is a terminal.</summary>
    public bool InputIsTerminal { get; init; }

    /// <summary>Somebody reads here: output is a terminal.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>The terminal knows how to erase a row (<c>TERM</c> is not <c>dumb</c>).</summary>
    public bool CanErase { get; init; }

    /// <summary>It shows colours, and whoever reads it wants them (https://no-color.org).</summary>
    public bool HasColors { get; init; }

    /// <summary>Set where lines are edited here, key by key; null leaves that to the kernel.</summary>
    public IRawTerminal? Raw { get; init; }

    /// <summary>Prompts are for a person who reads and types at one and the same place.</summary>
    public bool IsInteractive => InputIsTerminal && OutputIsTerminal;

    /// <summary>The real thing: UTF-8 both ways, whatever the locale says, and no byte order mark.</summary>
    public static Terminal OfThisProcess()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var input = OpenInput();
        var output = OpenOutput();
        return new Terminal(
            new StreamReader(input, Encoding.UTF8, detectEncodingFromByteOrderMarks: false),
            new StreamWriter(output, utf8, bufferSize: 16 * 1024) { NewLine = "\n" },
            new StreamWriter(Console.OpenStandardError(), utf8) { NewLine = "\n", AutoFlush = true })
        {
            InputIsTerminal = !Console.IsInputRedirected,
            OutputIsTerminal = !Console.IsOutputRedirected,
            CanErase = Environment.GetEnvironmentVariable("TERM") is not "dumb",
            HasColors = !Console.IsOutputRedirected && HasGoodTerm() && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
            Raw = !OperatingSystem.IsWindows() && CanEdit() ? PosixTerminal.Find(input, output) : null,
        };
    }

    /// <inheritdoc/>
    /// <remarks>The input is left alone: its thread may be reading it, and the process ends now.</remarks>
    public void Dispose()
    {
        Flush(Output);
        Flush(Error);
    }

    private static bool CanEdit() =>
        !Console.IsInputRedirected && !Console.IsOutputRedirected && HasGoodTerm();

    private static bool HasGoodTerm() => Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    private static void Flush(TextWriter writer)
    {
        try
        {
            writer.Flush();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Nobody is there to read it.
        }
    }

    // .NET's console stream does line editing of its own on a terminal, and asks the terminal questions for it. The
    // kernel's line mode needs neither, so the descriptor is read directly.
    private static Stream OpenInput()
    {
        if (OperatingSystem.IsWindows() || Console.IsInputRedirected)
        {
            return Console.OpenStandardInput();
        }

        return new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
    }

    // .NET's console stream swallows a broken pipe, and `connect | head -1` would never end. A FileStream reports it, but
    // keeps an offset of its own, which is wrong for a file that standard error may share.
    private static Stream OpenOutput()
    {
        if (!OperatingSystem.IsWindows())
        {
            try
            {
                var direct = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
                if (!direct.CanSeek)
                {
                    return direct;
                }

                direct.Dispose();
            }
            catch (Exception closed) when (closed is IOException or UnauthorizedAccessException or ArgumentException)
            {
                // Started with standard output closed: the console stream knows what to do.
            }
        }

        return Console.OpenStandardOutput();
    }
}
