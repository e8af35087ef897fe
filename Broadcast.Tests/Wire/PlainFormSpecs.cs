using System.Buffers;
using System.Globalization;
using System.Text;
using Broadcast.Actors.Names;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Wire;
using Broadcast.Tests.Names;
using CsCheck;

namespace Broadcast.Tests.Wire;

public sealed class PlainFormSpecs
{
    private static readonly Member Alice = new(new MemberId(1), Called("Alice"));

    [Theory]
    [InlineData("hi", PlainVerb.Say, "hi")]
    [InlineData(" /name x", PlainVerb.Say, " /name x")]
    [InlineData("//x", PlainVerb.Say, "/x")]
    [InlineData("///", PlainVerb.Say, "//")]
    [InlineData("", PlainVerb.Nothing, "")]
    [InlineData("/name New", PlainVerb.Rename, "New")]
    [InlineData("/name  Two Words ", PlainVerb.Rename, "Two Words")]
    [InlineData("/name", PlainVerb.Rename, "")]
    [InlineData("/name ", PlainVerb.Rename, "")]
    [InlineData("/named", PlainVerb.Unknown, "/named")]
    [InlineData("/NAME New", PlainVerb.Unknown, "/NAME")]
    [InlineData("/who", PlainVerb.Who, "")]
    [InlineData("/who\n", PlainVerb.Who, "")]
    [InlineData("/help me", PlainVerb.Help, "")]
    [InlineData("/quit", PlainVerb.Quit, "")]
    [InlineData("/me waves at all", PlainVerb.Act, "waves at all")]
    [InlineData("/me", PlainVerb.Act, "")]
    [InlineData("/msg Bob  hi there ", PlainVerb.Whisper, "Bob  hi there")]
    [InlineData("/message Bob hi", PlainVerb.Unknown, "/message")]
    [InlineData("/", PlainVerb.Unknown, "/")]
    [InlineData("/shrug hi", PlainVerb.Unknown, "/shrug")]
    public void What_people_type_is_read_as(string typed, PlainVerb verb, string text) =>
        Assert.Equal(new PlainLine(verb, text), PlainForm.Parse(typed));

    [Theory]
    [InlineData("hi", "Alice: hi")]
    [InlineData("tab\there", "Alice: tab\there")]
    [InlineData("one\ntwo", "Alice: one␤two")]
    [InlineData("one\r\ntwo", "Alice: one␍␤two")]
    [InlineData("\0\u0007\u001b[2J", "Alice: ␀␇␛[2J")]
    [InlineData("\u007f\u009b", "Alice: \ufffd\ufffd")]
    [InlineData("a\u2028b\u2029c", "Alice: a\ufffdb\ufffdc")]
    [InlineData("\u202a\u202e\u2066\u2069", "Alice: \ufffd\ufffd\ufffd\ufffd")]
    [InlineData("\ufeffmark", "Alice: \ufeffmark")]
    [InlineData("👩\u200d🚀 \u200f\u200b", "Alice: 👩\u200d🚀 \u200f\u200b")]
    public void A_said_line_is_one_visible_line(string text, string line) => Assert.Equal(line, LineOf(new Said(1, Alice, text)));

    [Fact]
    public void Facts_read_as_the_first_system_wrote_them()
    {
        Assert.Equal("System: Alice joined the chat", LineOf(new Joined(1, Alice, Notice: null)));
        Assert.Equal("System: Alice left the chat", LineOf(new Left(1, Alice)));
        Assert.Equal("System: Al is now known as Alice", LineOf(new Renamed(1, Alice, Called("Al"))));
    }

    [Fact]
    public void What_somebody_does_cannot_be_read_as_what_somebody_says() =>
        Assert.Equal("* Alice: waves␤Bob: hi", LineOf(new Said(1, Alice, "waves\nBob: hi", IsAction: true)));

    [Theory]
    [InlineData("Bob hi", "Bob|hi")]
    [InlineData("Bob  hi  there", "Bob|hi  there", "Bob|hi  there", "Bob hi|there")]
    [InlineData("Big Bob hi you", "Big|Bob hi you", "Big Bob|hi you", "Big Bob hi|you")]
    [InlineData("/slash hi", "")]
    [InlineData("Bob", "")]
    [InlineData("", "")]
    public void A_name_and_a_text_are_read_in_every_way_the_longest_name_first(string typed, params string[] readings) =>
        Assert.Equal(
            readings.Where(reading => reading.Length > 0).Reverse().Distinct(),
            PlainForm.Readings(typed).Select(reading => $"{reading.To.Text}|{reading.Text}").Distinct());

    [Fact]
    public void Any_text_behind_a_name_is_among_the_readings() =>
        Gen.Select(AnyName.Name, Gen.String).Where(pair => pair.Item2.Trim().Length > 0).Sample((name, text) =>
            Assert.Contains(new Addressed(name, text.TrimStart()), PlainForm.Readings($"{name.Text} {text.TrimStart()}")));

    [Fact]
    public void However_many_spaces_stand_behind_a_name_it_is_one_reading() =>
        Assert.Equal(new Addressed(Called("Bob"), "hi"), Assert.Single(PlainForm.Readings($"Bob{new string(' ', 100)}hi")));

    [Fact]
    public void No_text_can_break_its_line_or_hide_in_it() =>
        Gen.String.Sample(text =>
        {
            var line = LineOf(new Said(1, Alice, text));
            Assert.StartsWith("Alice: ", line, StringComparison.Ordinal);
            Assert.DoesNotContain(line, c => c != '\t' && (char.IsControl(c) || CharUnicodeInfo.GetUnicodeCategory(c)
                is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator));
            Assert.Equal("Alice: ".Length + text.Length, line.Length);
        });

    private static DisplayName Called(string name) =>
        DisplayName.TryParse(name, out var parsed, out _) ? parsed : throw new ArgumentException(name, nameof(name));

    private static string LineOf(Fact fact)
    {
        var output = new ArrayBufferWriter<byte>();
        PlainForm.WriteLine(fact, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
