namespace Broadcast.Tests.Hosting;

/// <summary>A directory of the test's own, gone with it.</summary>
internal sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("broadcast-").FullName;

    /// <summary>What keeps the room.</summary>
    public string State => System.IO.Path.Combine(Path, "room.state");

    /// <summary>For <c>--set</c>.</summary>
    public string Setting => $"broadcast.state={Path}";

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
