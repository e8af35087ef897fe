using System.Text;
using Broadcast.Actors.Wire;
using Broadcast.Tests.Hosting;
using Broadcast.Tests.Wire;

namespace Broadcast.Tests.Conformance;

/// <summary>
/// For each transport a real server on a real socket with a bystander in its room, who hears all of what others do, and
/// after each case says a line and hears it.
/// </summary>
public sealed class Scene : IAsyncLifetime
{
    private readonly Dictionary<string, Room> _rooms = [];
    private int _cases;

    public async Task InitializeAsync()
    {
        foreach (var transport in Transport.All)
        {
            _rooms.Add(transport.Name, await Room.OpenAsync(transport));
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var room in _rooms.Values)
        {
            await room.CloseAsync();
        }
    }

    internal Task<RawPeer> ConnectAsync(string transport) => Transport.Named(transport).ConnectAsync(_rooms[transport].Server);

    /// <summary>Plays a case with a new client, and looks at all that comes back and at what the bystander hears.</summary>
    internal Task PlayAsync(Case[] cases, string title, WireForm form, string transport) =>
        PlayAsync(transport, () => PlayAsync(cases.Single(one => one.Title == title), form, transport));

    /// <summary>Plays something; where it fails, what it has left behind is nobody else's trouble.</summary>
    internal async Task PlayAsync(string transport, Func<Task> play)
    {
        try
        {
            await play();
        }
        catch
        {
            await _rooms[transport].CloseAsync();
            _rooms[transport] = await Room.OpenAsync(Transport.Named(transport));
            throw;
        }
    }

    private async Task PlayAsync(Case play, WireForm form, string transport)
    {
        var name = $"p{++_cases}";
        var dialect = new Dialect(form, name);
        using var peer = await ConnectAsync(transport);
        await peer.SendAsync([.. Encoding.ASCII.GetBytes(dialect.Request), .. dialect.Hello]);
        Assert.StartsWith("HTTP/1.1 101 ", await peer.ReadHeadAsync(), StringComparison.Ordinal);
        _ = await peer.ReadUntilAsync(dialect.IsJoined);

        foreach (var write in play.Sent.SelectMany(piece => piece.Writes(dialect)))
        {
            await peer.SendAsync(write);
        }

        List<Frame> came = [];
        if (play is { Closes: null, Echoes: null })
        {
            // At its end a client has two seconds for what it is owed: this one has had it by then.
            var owed = play.Lines.Count * dialect.FramesForALine;
            came = owed == 0 ? [] : await peer.ReadUntilAsync(frame => frame.Opcode == Opcode.Text && --owed == 0);
            await peer.SendAsync(Piece.Close().Writes(dialect)[0]);
        }

        came.AddRange(await peer.ReadUntilAsync(frame => frame.Opcode == Opcode.Close));
        if (play.Closes is not null)
        {
            // The server would wait for an answer to its close frame.
            peer.FinishSending();
        }

        Assert.Empty(await peer.ReadToEndAsync());
        Assert.Equal(play.Closes is { } why ? (why.Code, why.Text) : (play.Echoes ?? 1000, ""), (came[^1].CloseCode, came[^1].CloseText));
        Assert.Equal(play.Pongs, came.Where(frame => frame.Opcode == Opcode.Pong).Select(pong => Encoding.Latin1.GetString(pong.Payload)));
        List<string> lines = [.. play.Lines.Select(line => line.In(dialect))];
        Assert.Equal(lines.Select(dialect.Shown), dialect.Lines(came));

        await OthersAreServedAsync(
            transport,
            [$"System: {name} joined the chat", .. lines.Select(line => $"{name}: {Dialect.Visible(line)}"), $"System: {name} left the chat"]);
    }

    /// <summary>The bystander has heard just this, says a line, and hears it.</summary>
    internal async Task OthersAreServedAsync(string transport, params string[] heard)
    {
        var bystander = _rooms[transport].Bystander;
        var line = $"{_cases} and I am still here";
        await bystander.SayAsync(line);
        Assert.Equal([.. heard, $"Bystander: {line}"], await bystander.HearUntilAsync($"Bystander: {line}"));
    }

    private sealed record Room(Server Server, Person Bystander)
    {
        public static async Task<Room> OpenAsync(Transport transport)
        {
            // Whoever loses its connection leaves at once, in both forms.
            var server = await Server.StartAsync(["broadcast.resume.grace=0", .. transport.Settings]);
            return new Room(server, await transport.JoinAsync(server, "Bystander"));
        }

        public async Task CloseAsync()
        {
            await Bystander.DisposeAsync();
            await Server.DisposeAsync();
        }
    }
}
