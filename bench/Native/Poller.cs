using System.Runtime.InteropServices;

namespace Broadcast.Bench.Native;

/// <summary>Waits for many sockets at once.</summary>
internal sealed unsafe class Poller : IDisposable
{
    private const int Most = 1024;

    // epoll_event is packed on x86-64 and nowhere else.
    private static readonly int DataAt = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int Stride = DataAt + 8;

    private readonly int _epoll;
    private readonly byte* _events;

    public Poller()
    {
        _epoll = Libc.EpollCreate(Libc.SockCloseOnExec);
        if (_epoll < 0)
        {
            throw new IOException($"epoll_create1: {Libc.Why(Marshal.GetLastPInvokeError())}");
        }

        _events = (byte*)NativeMemory.AllocZeroed((nuint)(Most * Stride));
    }

    public void Add(int fd, int index, uint interest) => Control(Libc.EpollAdd, fd, index, interest);

    public void Change(int fd, int index, uint interest) => Control(Libc.EpollModify, fd, index, interest);

    public void Remove(int fd) => Control(Libc.EpollDelete, fd, 0, 0);

    /// <summary>Waits for at most so long.</summary>
    /// <param name="nanoseconds">0 looks without waiting.</param>
    /// <returns>How many sockets have something; <see cref="Event"/> tells which.</returns>
    public int Wait(long nanoseconds)
    {
        var timeout = new Libc.Timespec { Seconds = nanoseconds / 1_000_000_000, Nanoseconds = nanoseconds % 1_000_000_000 };
        var count = Libc.EpollWait(_epoll, _events, Most, &timeout, null);
        if (count >= 0)
        {
            return count;
        }

        var error = Marshal.GetLastPInvokeError();
        return error == Libc.Interrupted ? 0 : throw new IOException($"epoll_pwait2: {Libc.Why(error)}");
    }

    public (int Index, uint What) Event(int place)
    {
        var at = _events + (place * Stride);
        return (*(int*)(at + DataAt), *(uint*)at);
    }

    public void Dispose()
    {
        NativeMemory.Free(_events);
        _ = Libc.Close(_epoll);
    }

    private void Control(int operation, int fd, int index, uint interest)
    {
        var about = stackalloc byte[16];
        *(uint*)about = interest;
        *(long*)(about + DataAt) = index;
        if (Libc.EpollControl(_epoll, operation, fd, about) < 0)
        {
            throw new IOException($"epoll_ctl: {Libc.Why(Marshal.GetLastPInvokeError())}");
        }
    }
}
