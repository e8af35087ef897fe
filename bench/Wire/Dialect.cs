using Broadcast.Bench.Net;

namespace Broadcast.Bench.Wire;

/// <summary>How a server wraps what is said: the way to it, what opens a conversation, and how a line stands in a frame.</summary>
internal abstract unsafe class Dialect
{
    /// <summary>The path and query that a member opens.</summary>
    public abstract string Path(int member);

    /// <summary>What a member offers as the form that it speaks (RFC 6455 1.9); null for nothing.</summary>
    public virtual string? Subprotocol => null;

    /// <summary>What a member sends as its first frame; empty for nothing.</summary>
    public virtual byte[] Greeting(int member) => [];

    /// <summary>The length of the frame's payload around a text.</summary>
    public abstract int WrappedLength(int textLength);

    /// <summary>Writes the payload around a text.</summary>
    /// <returns>Where in it the text is to stand.</returns>
    public abstract byte* Wrap(byte* payload, int member, int textLength);

    /// <summary>Takes one whole text message from the server.</summary>
    public abstract void Read(Crowd crowd, Member member, byte* payload, int length, long now);

    /// <summary>Reads one <c>NAME: text</c>.</summary>
    protected static void ReadNamed(Crowd crowd, Member member, byte* payload, int length, long now)
    {
        if (length == crowd.TextLength + Names.PrefixLength
            && Line.TryRead(payload + Names.PrefixLength, crowd.TextLength, out var publisher, out var number, out var sentAt))
        {
            crowd.Line(member, publisher, *(ulong*)payload, number, sentAt, now);
        }
        else
        {
            crowd.Other(member, new ReadOnlySpan<byte>(payload, length));
        }
    }
}
