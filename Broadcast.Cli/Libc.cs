using System.Runtime.InteropServices;

namespace Broadcast.Cli;

/// <summary>
/// What .NET's console has no call for, or one that asks the terminal questions: the modes of the terminal at standard
/// input, its width, and stopping as Ctrl-Z does. Numbers are those of <c>termios.h</c>, <c>ioctl.h</c> and <c>signal.h</c>.
/// </summary>
internal static partial class Libc
{
    /// <summary>More than any system's <c>struct termios</c> takes.</summary>
    public const int MostTermiosBytes = 256;

    private const int UsualColumns = 80;
    private const int StandardInput = 0;
    private const int AtOnce = 0;

    private static readonly Layout Here = OperatingSystem.IsMacOS() ? Layout.MacOS : Layout.Linux;

    /// <summary>The numbers below hold here; on other systems nothing of this may be called.</summary>
    public static bool KnowsThisSystem =>
        OperatingSystem.IsMacOS()
        || (OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture
            is Architecture.X64 or Architecture.X86 or Architecture.Arm64 or Architecture.Arm or Architecture.S390x or Architecture.LoongArch64
            or Architecture.RiscV64);

    /// <summary>Reads the modes into a buffer of <see cref="MostTermiosBytes"/>.</summary>
    /// <returns>False where standard input is no terminal.</returns>
    public static bool GetTermios(byte[] into) => TcGetAttr(StandardInput, ref into[0]) == 0;

    /// <summary>Sets the modes. In the background it stops the process until it is in the foreground.</summary>
    public static void SetTermios(byte[] modes)
    {
        while (TcSetAttr(StandardInput, AtOnce, ref modes[0]) != 0 && Marshal.GetLastPInvokeError() == Interrupted)
        {
        }
    }

    /// <summary>The same modes, but that each byte is handed over when it comes, Ctrl-Z too, and none is echoed or edited away.</summary>
    public static byte[] Raw(byte[] usual)
    {
        var raw = (byte[])usual.Clone();
        var flags = MemoryMarshal.Cast<byte, uint>(raw.AsSpan(Here.LocalFlags, sizeof(uint)));
        flags[0] &= ~Here.CanonicalEchoExtended;
        raw[Here.Characters + Here.Least] = 1;
        raw[Here.Characters + Here.Time] = 0;
        raw[Here.Characters + Here.Suspend] = Here.NoCharacter;
        return raw;
    }

    /// <summary>The width of the terminal at standard output.</summary>
    public static int Columns()
    {
        const int StandardOutput = 1;
        var size = default(WindowSize);

        // ioctl takes any number of arguments, and those that are not named are on the stack there, behind eight in registers.
        var status = OperatingSystem.IsMacOS() && RuntimeInformation.ProcessArchitecture == Architecture.Arm64
            ? IoctlOnStack(StandardOutput, Here.GetWindowSize, 0, 0, 0, 0, 0, 0, ref size)
            : Ioctl(StandardOutput, Here.GetWindowSize, ref size);
        return status == 0 && size.Columns > 0 ? size.Columns : UsualColumns;
    }

    /// <summary>Stops this process and those that were started with it, where a shell is there to continue them.</summary>
    public static void StopThisGroup() => _ = Kill(process: 0, Here.TerminalStop);

    private const int Interrupted = 4;

    [LibraryImport("libc", EntryPoint = "tcgetattr"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int TcGetAttr(int descriptor, ref byte modes);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int TcSetAttr(int descriptor, int when, ref byte modes);

    [LibraryImport("libc", EntryPoint = "ioctl"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Ioctl(int descriptor, nuint request, ref WindowSize size);

    [LibraryImport("libc", EntryPoint = "ioctl"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int IoctlOnStack(
        int descriptor, nuint request, nint third, nint fourth, nint fifth, nint sixth, nint seventh, nint eighth, ref WindowSize size);

    [LibraryImport("libc", EntryPoint = "kill"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);

    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort PixelsAcross;
        public ushort PixelsDown;
    }

    /// <summary>Where things are in <c>struct termios</c>, in bytes, and what they are called by.</summary>
    private sealed record Layout(
        int LocalFlags, uint CanonicalEchoExtended, int Characters, int Least, int Time, int Suspend, byte NoCharacter,
        nuint GetWindowSize, int TerminalStop)
    {
        public static Layout Linux { get; } = new(
            LocalFlags: 12, CanonicalEchoExtended: 0x2 | 0x8 | 0x8000, Characters: 17, Least: 6, Time: 5, Suspend: 10, NoCharacter: 0,
            GetWindowSize: 0x5413, TerminalStop: 20);

        public static Layout MacOS { get; } = new(
            LocalFlags: 24, CanonicalEchoExtended: 0x100 | 0x8 | 0x400, Characters: 32, Least: 16, Time: 17, Suspend: 10, NoCharacter: 0xFF,
            GetWindowSize: 0x40087468, TerminalStop: 18);
    }
}
