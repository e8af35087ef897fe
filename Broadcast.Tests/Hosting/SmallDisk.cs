using System.Diagnostics;

namespace Broadcast.Tests.Hosting;

/// <summary>A disk of the test's own that can be full (tmpfs; only root can make one).</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly Folder _folder = new();

    public string Path => _folder.Path;

    /// <summary>For <c>--set</c>.</summary>
    public string Setting => _folder.Setting;

    private string Filler => System.IO.Path.Combine(Path, "filler");

    public static async Task<SmallDisk> MountAsync(string options)
    {
        var disk = new SmallDisk();
        await RunAsync("mount", "-t", "tmpfs", "-o", options, "broadcast", disk.Path);
        return disk;
    }

    /// <summary>From here on nothing can be added to it.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(page);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void MakeRoom() => File.Delete(Filler);

    public Task RemountAsync(string options) => RunAsync("mount", "-o", $"remount,{options}", Path);

    public async ValueTask DisposeAsync()
    {
        await RunAsync("umount", Path);
        _folder.Dispose();
    }

    private static async Task RunAsync(string command, params string[] args)
    {
        using var process = Process.Start(command, args);
        using var deadline = new CancellationTokenSource(Person.Patience);
        await process.WaitForExitAsync(deadline.Token);
        Assert.Equal(0, process.ExitCode);
    }
}
