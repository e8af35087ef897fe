using Broadcast.Actors.Keeping;
using Broadcast.Actors.Rooms;
using Broadcast.Host.State;
using Broadcast.Tests.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Broadcast.Tests.Keeping;

/// <summary>What keeps the room on the disk, as whoever runs the server meets it.</summary>
public sealed class StateDirectorySpecs
{
    [Fact]
    public async Task One_server_has_it_at_a_time()
    {
        using var folder = new Folder();
        await using (await Server.StartAsync(folder.Setting))
        {
            var fault = await Assert.ThrowsAsync<StateException>(() => Server.StartAsync(folder.Setting));
            Assert.Equal($"broadcast.state: {folder.Path} is another server's: stop that one, or name another directory", fault.Message);
        }

        await using var next = await Server.StartAsync(folder.Setting);
    }

    [Fact]
    public async Task It_is_made_where_there_is_none_and_nobody_else_can_read_it()
    {
        using var folder = new Folder();
        var path = Path.Combine(folder.Path, "new", "state");
        await using (var server = await Server.StartAsync($"broadcast.state={path}"))
        {
            await server.StopAsync();
        }

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
            foreach (var file in Directory.GetFiles(path))
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }

        Assert.Equal(["room.lock", "room.state"], Directory.GetFiles(path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_no_directory_is_one_line()
    {
        using var folder = new Folder();
        await File.WriteAllTextAsync(folder.State, "");
        var fault = await Assert.ThrowsAsync<StateException>(() => Server.StartAsync($"broadcast.state={folder.State}"));
        Assert.StartsWith($"broadcast.state: {folder.State} cannot be used (", fault.Message, StringComparison.Ordinal);
        Assert.EndsWith("): name a directory that the server may write to", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_journal_that_has_become_long_says_so_and_begins_anew()
    {
        using var folder = new Folder();
        var settings = new RoomSettings(LogEntries: 1, LogBytes: 1, AnnounceUpTo: 0, EchoLines: false);
        string epoch;
        using (var directory = StateDirectory.Open(folder.Path))
        {
            var state = directory.Load(settings, TimeProvider.System, durable: true, NullLogger.Instance);
            epoch = state.Epoch;
            Assert.False(directory.Append(new byte[1]));
            Assert.True(directory.Append(new byte[64 << 20]));
            directory.Begin(state.Snapshot());
            Assert.False(directory.Append(new byte[] { 1, 2, 3 }));
        }

        var file = StateFile.Read(File.ReadAllBytes(folder.State));
        Assert.Equal((epoch, 2, 0), (file.Epoch, file.Blocks.Count, file.Torn));
        Assert.Equal([1, 2, 3], file.Blocks[1].ToArray());
    }

    [Theory]
    [InlineData("broadcast-state 2 abc\n", "has the format 2, and this version knows 1")]
    [InlineData("broadcast-state 1 abc\nxyz", "is damaged at byte 22")]
    [InlineData("Dear diary", "is not the state of a room")]
    public async Task What_cannot_be_read_is_one_line_and_stays_as_it_is(string content, string what)
    {
        using var folder = new Folder();
        await File.WriteAllTextAsync(folder.State, content);
        var fault = await Assert.ThrowsAsync<StateException>(() => Server.StartAsync(folder.Setting));
        Assert.Equal($"broadcast.state: {folder.State} {what}: move it away to begin with an empty room", fault.Message);
        Assert.Equal(content, await File.ReadAllTextAsync(folder.State));
    }
}
