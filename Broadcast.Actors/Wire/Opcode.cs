using System.Diagnostics.CodeAnalysis;

namespace Broadcast.Actors.Wire;

/// <summary>The opcodes of RFC 6455 5.2.</summary>
[SuppressMessage("Design", "CA1027:Mark enums with FlagsAttribute", Justification = "They are numbers, whatever their bits look like.")]
public enum Opcode
{
    /// <summary>A further fragment of the message that is under way.</summary>
    Continuation = 0x0,

    /// <summary>UTF-8 text, or its first fragment.</summary>
    Text = 0x1,

    /// <summary>Bytes, or their first fragment.</summary>
    Binary = 0x2,

    /// <summary>The last frame of its sender.</summary>
    Close = 0x8,

    /// <summary>Asks for a pong with the same payload.</summary>
    Ping = 0x9,

    /// <summary>Answers a ping, or says unasked that its sender is alive.</summary>
    Pong = 0xA,
}
