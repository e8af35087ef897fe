using Xunit.Sdk;

namespace Broadcast.Tests.Wire;

/// <summary>What looks at the server's frames in every test finds what is wrong with one.</summary>
public sealed class FrameSpecs
{
    [Theory]
    [InlineData("810161")]
    [InlineData("8100 8900 8A0161 880203E8")]
    [InlineData("880503E8C3AB61")]
    public void What_is_right_passes(string frames) => Assert.NotEmpty(Frame.All(Bytes(frames)));

    [Theory]
    [InlineData("C100")]
    [InlineData("A100")]
    [InlineData("9100")]
    [InlineData("0100")]
    [InlineData("8000")]
    [InlineData("8200")]
    [InlineData("8300")]
    [InlineData("8B00")]
    [InlineData("8180 00000000")]
    [InlineData("817E0001 61")]
    [InlineData("817F0000000000000001 61")]
    [InlineData("8101C3")]
    [InlineData("8800")]
    [InlineData("880103")]
    [InlineData("880203ED")]
    [InlineData("880203F7")]
    [InlineData("880203E7")]
    [InlineData("88021388")]
    [InlineData("880303E8FF")]
    [InlineData("880203E8 8900")]
    public void What_is_wrong_does_not(string frames) => Assert.ThrowsAny<XunitException>(() => Frame.All(Bytes(frames)));

    [Fact]
    public void Nor_does_a_long_control_frame() =>
        Assert.ThrowsAny<XunitException>(() => Frame.All([0x89, 126, 0, 126, .. new byte[126]]));

    [Fact]
    public void Half_a_frame_is_none() => Assert.Throws<InvalidOperationException>(() => Frame.All(Bytes("8102 61")));

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
