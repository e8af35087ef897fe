using System.Net.WebSockets;

namespace Broadcast.Cli;

/// <summary>A conversation that has ended unasked.</summary>
/// <param name="Sentence">What has happened, for a person.</param>
/// <param name="Fate">Whether there is a point in coming back.</param>
internal sealed record Ending(string Sentence, Fate Fate)
{
    /// <summary>The server sent a message larger than any chat line.</summary>
    public static Ending TooLarge { get; } = new(LostServer.TooLarge, Fate.Over);

    /// <summary>The server opened the connection, and then nothing came of it.</summary>
    public static Ending LetNobodyIn { get; } = new("The server opened the connection and let nobody in.", Fate.ComeBack);

    /// <summary>The server closed the connection: see <see cref="LostServer.Closed"/>.</summary>
    public static Ending Closed(WebSocketCloseStatus? code, string? reason, string? shutOut) =>
        new(LostServer.Closed(code, reason, shutOut), FateOf(code));

    /// <summary>The connection is gone, and the server did not say why.</summary>
    public static Ending Dropped(Exception cause) => new(LostServer.Dropped(cause), Fate.ComeBack);

    private static Fate FateOf(WebSocketCloseStatus? code) => code switch
    {
        WebSocketCloseStatus.NormalClosure => Fate.Over,
        WebSocketCloseStatus.ProtocolError or WebSocketCloseStatus.InvalidMessageType or WebSocketCloseStatus.InvalidPayloadData
            or WebSocketCloseStatus.PolicyViolation => Fate.Refused,
        WebSocketCloseStatus.MessageTooBig => Fate.LineRefused,
        _ => Fate.ComeBack,
    };
}

/// <summary>What to do about an ending.</summary>
internal enum Fate
{
    /// <summary>The server, or the way to it, is gone for a while.</summary>
    ComeBack,

    /// <summary>It was for a line, which is not sent again by itself in the plain form; a program would send its next as the last.</summary>
    LineRefused,

    /// <summary>The server would do the same again: it wants somebody else here, or something else from this client.</summary>
    Refused,

    /// <summary>All has been said.</summary>
    Over,
}
