using Broadcast.Actors.Wire;

namespace Broadcast.Tests.Wire;

public sealed class ServerFrameSpecs
{
    [Theory]
    [InlineData(0, new byte[] { 0x81, 0 })]
    [InlineData(125, new byte[] { 0x81, 125 })]
    [InlineData(126, new byte[] { 0x81, 126, 0, 126 })]
    [InlineData(65535, new byte[] { 0x81, 126, 0xFF, 0xFF })]
    [InlineData(65536, new byte[] { 0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0 })]
    public void A_text_frame_has_the_shortest_header_there_is(int payload, byte[] header)
    {
        var before = new byte[ServerFrame.LongestHeader];
        var length = ServerFrame.WriteHeaderBefore(before, Opcode.Text, payload);
        Assert.Equal(header, before[^length..]);
    }

    [Fact]
    public void A_control_frame_carries_at_most_125_bytes()
    {
        Assert.Equal(127, ServerFrame.Control(Opcode.Pong, new byte[125]).Length);
        Assert.Throws<ArgumentException>(() => ServerFrame.Control(Opcode.Pong, new byte[126]));
    }

    public static TheoryData<int, CloseReason> Reasons => new()
    {
        { 1000, CloseReason.Quit },
        { 1001, CloseReason.ShuttingDown },
        { 1002, CloseReason.Malformed },
        { 1003, CloseReason.NotText },
        { 1007, CloseReason.NotUtf8 },
        { 1009, CloseReason.TooLarge },
    };

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Every_close_frame_has_its_code_and_a_sentence(int code, CloseReason reason)
    {
        var frame = Assert.Single(Frame.All(reason.Frame.Span));
        Assert.Equal(Opcode.Close, frame.Opcode);
        Assert.Equal(code, frame.CloseCode);
        Assert.NotEmpty(frame.CloseText);
    }

    [Fact]
    public void A_close_is_answered_with_its_own_code()
    {
        Assert.Equal(4000, Assert.Single(Frame.All(CloseReason.Answer(4000).Span)).CloseCode);
    }
}
