using Broadcast.Actors.Keeping;
using Broadcast.Host.State;

namespace Broadcast.Fuzz.Targets;

/// <summary>The file that keeps the room, as it lies on the disk.</summary>
internal static class FileTarget
{
    private const string Epoch = "nFkp8rQ2Zx_-";

    public static Target Target { get; } = new(
        "file",
        "the file of broadcast.state: blocks that were written as they are, or refused",
        [Written([new byte[] { 1, 2, 3 }]), Written([default, "\u00FF\0BC"u8.ToArray(), new byte[100]]), [.. Written([new byte[] { 7 }]), .. "torn"u8]],
        Check);

    private static void Check(byte[] input)
    {
        try
        {
            // Bytes that nobody changed are the bytes of what was read.
            var file = StateFile.Read(input);
            var again = Written(file.Blocks, file.Epoch);
            Target.Require(file.Torn == input.Length - again.Length && input.AsSpan().StartsWith(again), "something else was read");
        }
        catch (StateException refusal)
        {
            Target.Require(refusal.Message.Length > 0, "no reason");
        }
    }

    private static byte[] Written(IReadOnlyList<ReadOnlyMemory<byte>> blocks, string epoch = Epoch) =>
        [.. StateFile.Header(epoch), .. blocks.SelectMany((block, number) => (byte[])[.. StateFile.Head(epoch, number, block.Span), .. block.Span])];
}
