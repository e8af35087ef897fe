using System.Text;
using Broadcast.Actors.Wire;
using Broadcast.Tests.Hosting;

namespace Broadcast.Tests.Conformance;

/// <summary>
/// A real server on a real socket with a bystander in its room, who hears all of what others do, and after each case
/// says a line and hears it.
/// </summary>
public sealed class Scene : IAsyncLifetime
{
    private Server _server = null!;
    private Person _bystander = null!;
    private int _cases;

    internal int Port => _server.Port;

    public async Task InitializeAsync()
    {
        // Whoever loses its connection leaves at once, in both forms.
        _server = await Server.StartAsync("broadcast.resume.grace=0");
        _bystander = await _server.JoinAsync("Bystander");
    }

    public async Task DisposeAsync()
    {
        await _bystander.DisposeAsync();
        await _server.DisposeAsync();
    }

    /// <summary>Plays a case with a new client, and looks at all that comes back and at what the bystander hears.</summary>
    internal async Task PlayAsync(Case[] cases, string title, WireForm form)
    {
        var play = cases.Single(one => one.Title == title);
        var name = $"p{++_cases}";
        var dialect = new Dialect(form, name);
        using var peer = await RawPeer.ConnectAsync(Port);
        await peer.SendAsync([.. Encoding.ASCII.GetBytes(dialect.Request), .. dialect.Hello]);
        Assert.StartsWith("HTTP/1.1 101 ", await peer.ReadHeadAsync(), StringComparison.Ordinal);
        _ = await peer.ReadUntilAsync(dialect.IsJoined);

        IEnumerable<Piece> goodbye = play is { Closes: null, Echoes: null } ? [Piece.Close()] : [];
        foreach (var write in play.Sent.Concat(goodbye).SelectMany(piece => piece.Writes(dialect)))
        {
            await peer.SendAsync(write);
        }

        var came = await peer.ReadUntilAsync(frame => frame.Opcode == Opcode.Close);
        if (play.Closes is not null)
        {
            // The server would wait for an answer to its close frame.
            peer.FinishSending();
        }

        Assert.Empty(await peer.ReadToEndAsync());
        Assert.Equal(play.Closes is { } why ? (why.Code, why.Text) : (play.Echoes ?? 1000, ""), (came[^1].CloseCode, came[^1].CloseText));
        Assert.Equal(play.Pongs, came.Where(frame => frame.Opcode == Opcode.Pong).Select(pong => Encoding.Latin1.GetString(pong.Payload)));
        Assert.DoesNotContain(came, frame => frame.Opcode == Opcode.Ping);
        List<string> lines = [.. play.Lines.Select(line => line.In(dialect))];
        Assert.Equal(lines.Select(dialect.Shown), dialect.Lines(came));

        await OthersAreServedAsync(
            [$"System: {name} joined the chat", .. lines.Select(line => $"{name}: {Dialect.Visible(line)}"), $"System: {name} left the chat"]);
    }

    /// <summary>The bystander has heard just this, says a line, and hears it.</summary>
    internal async Task OthersAreServedAsync(params string[] heard)
    {
        var line = $"{_cases} and I am still here";
        await _bystander.SayAsync(line);
        Assert.Equal([.. heard, $"Bystander: {line}"], await _bystander.HearUntilAsync($"Bystander: {line}"));
    }
}
