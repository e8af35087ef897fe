using System.Security.Cryptography;

namespace Broadcast.Verify.Servers;

/// <summary>The directory in which the room outlives the server; on a disk of its own where that is to be filled.</summary>
internal sealed class StateDisk : IDisposable
{
    private const int Detach = 2;

    private readonly string _path;
    private readonly bool _isMounted;

    public StateDisk(string path, bool isSmall)
    {
        _path = path;
        _ = System.IO.Directory.CreateDirectory(path);
        // Only root can, and then only where the system lets it.
        _isMounted = isSmall && Libc.Mount("tmpfs", path, "tmpfs", 0, "size=64m,mode=700") == 0;
        Directory = System.IO.Directory.CreateDirectory(Path.Combine(path, "state")).FullName;
    }

    public string Directory { get; }

    /// <summary>Whether it can be filled.</summary>
    public bool CanBeFilled => _isMounted;

    /// <summary>What a write leaves behind that was under way when the machine fell: the beginning of a block of the journal.</summary>
    public void Tear(int bytes)
    {
        var journal = Path.Combine(Directory, "room.state");
        if (bytes > 0 && File.Exists(journal))
        {
            using var file = new FileStream(journal, FileMode.Append);
            byte[] head = [0xFF, 0x00, (byte)'B', (byte)'C', 0xFF, 0xFF, 0x00, 0x00, .. RandomNumberGenerator.GetBytes(bytes)];
            file.Write(head.AsSpan(0, bytes));
        }
    }

    /// <summary>Leaves so many bytes.</summary>
    public void Fill(int bytesLeft)
    {
        using var filler = new FileStream(Path.Combine(_path, "filler"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var free = new DriveInfo(_path).AvailableFreeSpace;
        var zeros = new byte[1 << 20];
        try
        {
            for (var left = free - bytesLeft; left > 0; left -= zeros.Length)
            {
                filler.Write(zeros.AsSpan(0, (int)Math.Min(left, zeros.Length)));
            }
        }
        catch (IOException)
        {
            // The server has taken the rest: it is as full as it gets.
        }
    }

    public void MakeRoom() => File.Delete(Path.Combine(_path, "filler"));

    public void Dispose()
    {
        if (_isMounted)
        {
            _ = Libc.Unmount(_path, Detach);
        }

        System.IO.Directory.Delete(_path, recursive: true);
    }
}
