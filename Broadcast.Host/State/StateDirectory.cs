using System.Runtime.InteropServices;
using Broadcast.Actors.Keeping;
using Broadcast.Actors.Rooms;

namespace Broadcast.Host.State;

/// <summary>
/// The directory <c>broadcast.state</c>: one file that is the room, readable by nobody else. A new one takes the old one's
/// place by its name, so that there is always one that is whole. One server has it at a time.
/// </summary>
internal sealed partial class StateDirectory : IJournal, IDisposable
{
    /// <summary>The exit status where it cannot be read or written: EX_IOERR of sysexits.</summary>
    public const int Failed = 74;

    // So much behind the whole state, and the next is a whole state again.
    private const long MostBehind = 64 << 20;

    // EAGAIN of Linux and of BSD, and ERROR_SHARING_VIOLATION.
    private static readonly int[] TakenResults = [11, 35, unchecked((int)0x80070020)];

    private readonly string _path;
    private readonly string _file;
    private readonly FileStream _taken;

    private string _epoch = "";
    private FileStream? _open;
    private long _next;
    private long _length;
    private long _due;

    private StateDirectory(string path, FileStream taken)
    {
        _path = path;
        _file = Path.Combine(path, "room.state");
        _taken = taken;
    }

    /// <summary>Whether the last state has been written.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Takes the directory for this process, and makes it where there is none.</summary>
    /// <exception cref="StateException">It cannot be had; the message says what to do.</exception>
    public static StateDirectory Open(string path)
    {
        try
        {
            path = Path.GetFullPath(path);
            _ = OperatingSystem.IsWindows()
                ? Directory.CreateDirectory(path)
                : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return new StateDirectory(path, new FileStream(Path.Combine(path, "room.lock"), Options(FileMode.OpenOrCreate)));
        }
        catch (IOException e) when (TakenResults.Contains(e.HResult))
        {
            throw new StateException($"broadcast.state: {path} is another server's: stop that one, or name another directory", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StateException($"broadcast.state: {path} cannot be used ({Reason(e)}): name a directory that the server may write to", e);
        }
    }

    /// <summary>
    /// The room as it was, or a new one. What there was is used up: without a journal nobody can know how far the room has
    /// come when a server ends without a word, and the next one's is another epoch.
    /// </summary>
    /// <param name="settings">What the room goes by.</param>
    /// <param name="time">How long those who have left are remembered.</param>
    /// <param name="durable">Whether there is to be a journal from here on.</param>
    /// <param name="logger">What was found.</param>
    /// <exception cref="StateException">It cannot be read, or nothing can be written; the message says what to do.</exception>
    public RoomState Load(RoomSettings settings, TimeProvider time, bool durable, ILogger logger)
    {
        var state = Read(settings, time, logger) ?? RoomState.New(settings, time);
        _epoch = state.Epoch;
        if (durable)
        {
            Begin(state.Snapshot());
        }
        else
        {
            Try(() =>
            {
                File.Delete(_file);
                Sync();
            });
        }

        return state;
    }

    /// <inheritdoc/>
    public bool Append(ReadOnlyMemory<byte> records)
    {
        Try(() => Write(records));
        return _length > _due;
    }

    /// <inheritdoc/>
    public void Begin(ReadOnlyMemory<byte> snapshot) => Try(() =>
    {
        var file = _file + ".new";
        _open?.Dispose();
        _open = new FileStream(file, Options(FileMode.Create));
        var header = StateFile.Header(_epoch);
        RandomAccess.Write(_open.SafeFileHandle, header, 0);
        (_next, _length) = (0, header.Length);
        Write(snapshot);
        _due = _length + MostBehind;
        File.Move(file, _file, overwrite: true);
        Sync();
    });

    /// <inheritdoc/>
    public void Close(ReadOnlyMemory<byte> snapshot)
    {
        Begin(snapshot);
        IsClosed = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _open?.Dispose();
        _taken.Dispose();
    }

    private RoomState? Read(RoomSettings settings, TimeProvider time, ILogger logger)
    {
        if (!File.Exists(_file))
        {
            return null;
        }

        try
        {
            var file = StateFile.Read(File.ReadAllBytes(_file));
            var state = RoomState.Read(settings, time, file.Epoch, file.Blocks[0], file.Blocks.Skip(1));
            if (file.Torn > 0)
            {
                Log.Torn(logger, _file, file.Torn);
            }

            Log.TakenUp(logger, _file, state.Members, state.Seq);
            return state;
        }
        catch (StateException fault)
        {
            throw new StateException($"broadcast.state: {_file} {fault.Message}: move it away to begin with an empty room", fault);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StateException($"broadcast.state: {_file} cannot be read ({Reason(e)}): see who owns it", e);
        }
    }

    private void Write(ReadOnlyMemory<byte> content)
    {
        var file = _open!.SafeFileHandle;
        RandomAccess.Write(file, [StateFile.Head(_epoch, _next, content.Span), content], _length);
        RandomAccess.FlushToDisk(file);
        _next++;
        _length += StateFile.HeadBytes + content.Length;
    }

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            throw new StateException(
                $"broadcast.state: {_path} cannot be written ({Reason(e)}): see that the disk works, has room and may be written to, and start the server again", e);
        }
    }

    // A name is in the directory for good when the directory is (fsync(2)).
    private void Sync()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var directory = Libc.Open(_path, flags: 0);
        var isDone = directory >= 0 && Libc.Sync(directory) == 0;
        var error = Marshal.GetLastPInvokeError();
        _ = Libc.Close(directory);
        if (!isDone)
        {
            throw new IOException(Marshal.GetPInvokeErrorMessage(error));
        }
    }

    private static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private static string Reason(Exception e) => e.Message.Split('\n')[0].Trim().TrimEnd('.');

    private static partial class Libc
    {
        [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static partial int Open(string path, int flags);

        [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static partial int Sync(int file);

        [LibraryImport("libc", EntryPoint = "close"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        public static partial int Close(int file);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 41, Level = LogLevel.Warning, Message = "{File}: the last {Bytes} bytes were being written when the server ended, and nobody was told of them: they are cut off")]
        public static partial void Torn(ILogger logger, string file, int bytes);

        [LoggerMessage(EventId = 42, Level = LogLevel.Information, Message = "{File}: the room goes on at {Seq}, and {Members} members can come back")]
        public static partial void TakenUp(ILogger logger, string file, int members, long seq);
    }
}
