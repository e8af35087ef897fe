using Broadcast.Cli.Editing;

namespace Broadcast.Tests.Cli.Editing;

public sealed class ColumnsTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("abc", 3)]
    [InlineData("é", 1)]
    [InlineData("e\u0301", 1)]
    [InlineData("宽", 2)]
    [InlineData("한", 2)]
    [InlineData("\u1112\u1161\u11AB", 2)]
    [InlineData("ｆｕｌｌ", 8)]
    [InlineData("ﾊﾝ", 2)]
    [InlineData("😀", 2)]
    [InlineData("👩‍👩‍👧", 2)]
    [InlineData("👋🏽", 2)]
    [InlineData("🇩🇪", 2)]
    [InlineData("🏳️‍🌈", 2)]
    [InlineData("❤️‍🔥", 2)]
    [InlineData("☃", 1)]
    [InlineData("❤", 1)]
    [InlineData("❤️", 2)]
    [InlineData("1️⃣", 2)]
    [InlineData("⌚", 2)]
    [InlineData("␤", 1)]
    [InlineData("�", 1)]
    [InlineData("ไทย", 3)]
    [InlineData("ที่", 1)]
    [InlineData("\u200B", 0)]
    [InlineData("𠀀", 2)]
    [InlineData("𝒳", 1)]
    public void A_text_takes_as_many_columns_as_a_terminal_gives_it(string text, int columns) => Assert.Equal(columns, Columns.Of(text));
}
