using System.Buffers;
using System.Runtime.InteropServices;

namespace Broadcast.Actors.Wire;

/// <summary>Makes text frames, one after the other in the same memory. Owned by one actor.</summary>
internal sealed class FrameBuffer
{
    private readonly ArrayBufferWriter<byte> _written = new(1024);

    /// <summary>Where the next frame's payload is written.</summary>
    public IBufferWriter<byte> Begin()
    {
        // Room for the header in front of it.
        _written.ResetWrittenCount();
        _ = _written.GetSpan(ServerFrame.LongestHeader);
        _written.Advance(ServerFrame.LongestHeader);
        return _written;
    }

    /// <summary>What has been written since <see cref="Begin"/>, as a complete text frame; valid until the next.</summary>
    public ReadOnlySpan<byte> Frame()
    {
        var written = MemoryMarshal.AsMemory(_written.WrittenMemory).Span;
        var payload = written.Length - ServerFrame.LongestHeader;
        var header = ServerFrame.WriteHeaderBefore(written[..ServerFrame.LongestHeader], Opcode.Text, payload);
        return written[(ServerFrame.LongestHeader - header)..];
    }
}
