using System.Net.WebSockets;
using Broadcast.Cli.Editing;

namespace Broadcast.Cli;

/// <summary>Everything that can happen to the chat client; each comes to its loop through one channel.</summary>
internal abstract record Happening;

/// <summary>From the input's thread: a line, without its line break.</summary>
internal sealed record Typed(string Line) : Happening;

/// <summary>From the input's thread: it has read as far ahead as it may, and ended.</summary>
internal sealed record ReadAheadEnded : Happening;

/// <summary>From the thread that reads the input: there is nothing more to read.</summary>
internal sealed record InputEnded : Happening;

/// <summary>From the keys' thread: one of them.</summary>
internal sealed record Pressed(Key Key) : Happening;

/// <summary>From the socket: a whole text message.</summary>
internal sealed record Arrived(string Text) : Happening;

/// <summary>From the socket: a whole binary message, which no chat line is.</summary>
internal sealed record ArrivedBinary(int Bytes) : Happening;

/// <summary>From the socket: a message of more than <see cref="Incoming.MostBytes"/>.</summary>
internal sealed record ArrivedTooLarge : Happening;

/// <summary>From the socket: the server's close frame.</summary>
internal sealed record Closed(WebSocketCloseStatus? Code, string? Reason) : Happening;

/// <summary>From the socket: it is gone without a close frame.</summary>
internal sealed record Dropped(Exception Cause) : Happening;

/// <summary>From the socket: the line being sent has been handed over.</summary>
internal sealed record Sent : Happening;

/// <summary>From the socket: the line being sent did not get through. What became of the socket is told by its reading side.</summary>
internal sealed record SendFailed(Exception Cause) : Happening;

/// <summary>From a signal: the person wants to go.</summary>
internal sealed record LeaveAsked : Happening;

/// <summary>From a signal: the process is to stop, as by Ctrl-Z.</summary>
internal sealed record StopAsked : Happening;

/// <summary>From a signal: the process goes on after it was stopped; the terminal may have been used by others since.</summary>
internal sealed record Continued : Happening;

/// <summary>From a signal: the terminal has another size.</summary>
internal sealed record Resized : Happening;

/// <summary>From the clock: an alarm has gone off; <see cref="Alarm.HasRung"/> tells which.</summary>
internal sealed record Rang : Happening;

/// <summary>From a socket, which may be one that nobody listens to any more: what has happened to it.</summary>
internal sealed record OfConnection(Connection Connection, Happening What) : Happening;

/// <summary>From the network: the server was dialled again.</summary>
internal sealed record Dialled(Dial Dial) : Happening;
