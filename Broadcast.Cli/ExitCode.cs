namespace Broadcast.Cli;

/// <summary>What the process ends with; the help text lists them.</summary>
internal static class ExitCode
{
    /// <summary>Left because the person or the end of input said so, or did all that was asked for.</summary>
    public const int Done = 0;

    /// <summary>The server could not be reached, refused the connection, or never let one in.</summary>
    public const int CannotConnect = 1;

    /// <summary>The server went away, closed the connection, took no more lines, or did not answer in time; or a script cannot tell whether all was said.</summary>
    public const int Lost = 2;

    /// <summary>The server turned this client, or a script's name or one of its lines, away.</summary>
    public const int Refused = 3;

    /// <summary>The command line makes no sense (EX_USAGE of sysexits.h).</summary>
    public const int Usage = 64;

    /// <summary>Standard output could not be written, a full disk for example (EX_IOERR of sysexits.h).</summary>
    public const int OutputFailed = 74;

    /// <summary>Interrupted while waiting for the server, or a second time while leaving.</summary>
    public const int Interrupted = 130;
}
