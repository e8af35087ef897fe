using Broadcast.Cli.Wire;

namespace Broadcast.Tests.Cli.Wire;

/// <summary>The client's side of the form, against docs/protocol.md.</summary>
public sealed class JsonFormTests
{
    [Theory]
    [InlineData("""{"type":"ack","n":7,"seq":43}""")]
    [InlineData("""{"n":7,"seq":43,"type":"ack"}""")]
    [InlineData("""{"seq":43,"of":{"another":["day"]},"n":7,"type":"ack"}""")]
    public void A_frame_is_read_in_any_order_and_what_is_not_known_of_it_is_ignored(string frame) =>
        Assert.Equal(new Accepted(7, 43), JsonForm.Read(frame));

    [Theory]
    [InlineData("")]
    [InlineData("hi")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"n":7}""")]
    [InlineData("""{"type":"of another day"}""")]
    [InlineData("""{"type":7}""")]
    [InlineData("""{"type":"ack"}""")]
    [InlineData("""{"type":"ack","n":"seven"}""")]
    [InlineData("""{"type":"message","seq":1,"time":"2026-11-24T20:15:30.123Z","from":null,"text":"hi"}""")]
    [InlineData("""{"type":"message","seq":1,"time":"yesterday","from":{"id":"3","name":"Alice"},"text":"hi"}""")]
    [InlineData("""{"type":"ack","n":7}{"type":"ack","n":8}""")]
    public void Anything_else_is_no_frame_and_no_accident(string text) => Assert.Null(JsonForm.Read(text));

    [Fact]
    public void A_line_may_hold_anything()
    {
        Assert.Equal(
            """{"type":"say","text":"Zoë said \"<&'>\\\"\n\u0007","n":7}""",
            JsonForm.Write(new Say("Zoë said \"<&'>\\\"\n\a") { N = 7 }));
        Assert.Equal("""{"type":"say","text":"half \uFFFD","n":8}""", JsonForm.Write(new Say("half \uD83D") { N = 8 }));
    }

    [Fact]
    public void Coming_back_says_where_one_was() => Assert.Equal(
        """{"type":"hello","name":"Bob","resume":{"token":"t","epoch":"e","seq":41}}""",
        JsonForm.Write(new Hello("Bob", new Resume("t", "e", 41))));
}
