using System.Globalization;
using System.Text;
using System.Text.Json;
using Broadcast.Actors.Wire;
using Broadcast.Tests.Names;
using CsCheck;

namespace Broadcast.Tests.Wire;

public sealed class JsonFormParsingSpecs
{
    private static readonly string[] Frames =
    [
        """{"type":"hello","name":"Bob"}""",
        """{"type":"hello","name":"Bob","resume":{"token":"t0k3n","epoch":"e1","seq":41}}""",
        """{"type":"say","text":"hi","n":7}""",
        """{"type":"say","text":"w\u0061ves \ud83d\ude80","action":true,"n":8}""",
        """{"type":"rename","name":"Bobby","n":9}""",
        """{"type":"whisper","to":"Alice","text":"psst","n":10}""",
        """{"type":"who"}""",
        """{"type":"history","before":42,"limit":50}""",
        """{"type":"ping"}""",
        """{"type":"leave"}""",
    ];

    // What can be put in somewhere: what JSON is made of, and what it is not.
    private static readonly Gen<string> Shard = Gen.OneOf(
        AnyName.One(
            "{", "}", "[", "]", "\"", ":", ",", "\\", "\\u", "\\ud800", "\\ude80", "null", "true", "1e9", "-1", "9007199254740992", "\0", "//",
            "\ud800", "\udc00", "\"type\":\"say\",", "\"n\":1,", "\"resume\":{", "\"text\":[],", "\ufeff"),
        Gen.Char['\0', '\uffff'].Select(c => c.ToString()));

    private static readonly Gen<string> Mutated =
        Gen.Select(Gen.Int[0, Frames.Length - 1], Gen.Select(Gen.Int[0, 90], Gen.Int[0, 12], Shard).Array[1, 4]).Select((which, edits) =>
            edits.Aggregate(Frames[which], (frame, edit) =>
            {
                var (at, length, shard) = edit;
                var start = Math.Min(at, frame.Length);
                return string.Concat(frame.AsSpan(0, start), shard, frame.AsSpan(Math.Min(start + length, frame.Length)));
            }));

    public static TheoryData<string, ClientFrame> Examples => new()
    {
        { """{"type":"hello","name":"Bob"}""", new Hello("Bob", Resume: null) },
        {
            """{"type":"hello","name":"Bob","resume":{"token":"t0k3n","epoch":"e1","seq":41}}""",
            new Hello("Bob", new ResumeFrom("t0k3n", "e1", 41))
        },
        { """{"type":"say","text":"hi","n":7}""", new SayText("hi", Action: false, 7) },
        { """{"type":"say","text":"waves","action":true,"n":8}""", new SayText("waves", Action: true, 8) },
        { """{"type":"rename","name":"Bobby","n":9}""", new RenameTo("Bobby", 9) },
        { """{"type":"whisper","to":"Alice","text":"psst","n":10}""", new WhisperTo("Alice", "psst", 10) },
        { """{"type":"who"}""", new WhoAsked() },
        { """{"type":"history","before":42,"limit":50}""", new HistoryAsked(42, 50) },
        { """{"type":"history"}""", new HistoryAsked(Before: null, Limit: null) },
        { """{"type":"ping"}""", new PingAsked() },
        { """{"type":"leave"}""", new LeaveAsked() },
    };

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_frame_that_a_client_can_send_is_read(string text, ClientFrame frame) => Assert.Equal(frame, JsonForm.Parse(text));

    [Theory]
    [InlineData("""{"text":"hi","n":7,"type":"say"}""")]
    [InlineData("""{"n":7,"type":"say","text":"hi"}""")]
    [InlineData(" {\t\"n\" : 7 ,\r\n \"text\" : \"hi\" , \"type\" : \"say\" } ")]
    [InlineData("""{"t\u0079pe":"s\u0061y","text":"\u0068i","n":7}""")]
    public void The_type_is_read_wherever_it_stands_and_however_it_is_written(string text) =>
        Assert.Equal(new SayText("hi", Action: false, 7), JsonForm.Parse(text));

    [Theory]
    [InlineData("""{"type":"say","text":"hi","n":7,"mood":"good"}""")]
    [InlineData("""{"mood":{"type":"who","n":"x","deep":[[{"text":null}]]},"type":"say","text":"hi","n":7}""")]
    [InlineData("""{"type":"say","text":"hi","n":7,"limit":"ten","resume":7,"before":-1,"name":[]}""")]
    [InlineData("""{"type":"say","text":"hi","n":7,"TYPE":"who","Text":5,"":0,"mood":1,"mood":2}""")]
    public void What_the_type_does_not_have_is_ignored_whatever_it_is(string text) =>
        Assert.Equal(new SayText("hi", Action: false, 7), JsonForm.Parse(text));

    [Fact]
    public void What_a_resume_does_not_have_is_ignored_as_well() => Assert.Equal(
        new Hello("Bob", new ResumeFrom("t", "e", 0)),
        JsonForm.Parse("""{"type":"hello","name":"Bob","resume":{"n":"x","seq":0,"type":5,"epoch":"e","more":{"seq":1},"token":"t"}}"""));

    [Theory]
    [InlineData("""{"type":"hello","name":"Bob","resume":null}""")]
    [InlineData("""{"type":"say","text":"hi","action":null,"n":7}""")]
    [InlineData("""{"type":"history","before":null,"limit":null}""")]
    public void An_optional_field_may_be_null(string text) => Assert.IsNotType<BadRequest>(JsonForm.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("hi")]
    [InlineData("{")]
    [InlineData("{}}")]
    [InlineData("""{"type":"who"} {"type":"who"}""")]
    [InlineData("""{"type":"who",}""")]
    [InlineData("""{'type':'who'}""")]
    [InlineData("""{"type":"who"/**/}""")]
    [InlineData("""{"type":"say","text":"hi","n":7""")]
    [InlineData("""{"type":"say","text":"hi","n":07}""")]
    [InlineData("""{"type":"say","text":"h\i","n":7}""")]
    [InlineData("{\"type\":\"say\",\"text\":\"h\ni\",\"n\":7}")]
    [InlineData("\ufeff{\"type\":\"who\"}")]
    public void What_is_not_JSON_is_a_bad_request(string text) =>
        Assert.Equal(new BadRequest("that is not JSON: send one JSON object a frame", N: null), JsonForm.Parse(text));

    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("\"who\"")]
    [InlineData("""[{"type":"who"}]""")]
    public void What_is_not_an_object_is_a_bad_request(string text) =>
        Assert.Equal(new BadRequest("that is JSON but not an object: send one JSON object a frame", N: null), JsonForm.Parse(text));

    [Theory]
    [InlineData("""{"type":"shout","text":"hi","n":7}""")]
    [InlineData("""{"type":"Say","text":"hi","n":7}""")]
    [InlineData("""{"type":"","n":7}""")]
    [InlineData("""{"type":"message","n":7}""")]
    public void An_unknown_type_is_a_bad_request_that_lists_the_known_ones(string text) => Assert.Equal(
        new BadRequest("there is no frame of that type: send hello, say, rename, whisper, who, history, ping or leave", 7),
        JsonForm.Parse(text));

    [Theory]
    [InlineData("""{"text":"hi","n":7}""", "the field type is missing: send a string")]
    [InlineData("""{"type":null,"n":7}""", "the field type is missing: send a string")]
    [InlineData("""{"type":["say"],"n":7}""", "the field type is something else: send a string")]
    [InlineData("""{"type":"say","n":7}""", "the field text is missing: send a string")]
    [InlineData("""{"type":"say","text":null,"n":7}""", "the field text is missing: send a string")]
    [InlineData("""{"type":"say","text":5,"n":7}""", "the field text is something else: send a string")]
    [InlineData("""{"type":"say","text":"hi","action":1,"n":7}""", "the field action is something else: send true or false")]
    [InlineData("""{"type":"say","text":"hi","action":"true","n":7}""", "the field action is something else: send true or false")]
    [InlineData("""{"type":"rename","n":7}""", "the field name is missing: send a string")]
    [InlineData("""{"type":"whisper","text":"psst","n":7}""", "the field to is missing: send a string")]
    [InlineData("""{"type":"whisper","to":"Alice","n":7}""", "the field text is missing: send a string")]
    [InlineData("""{"type":"hello","n":7}""", "the field name is missing: send a string")]
    [InlineData("""{"type":"hello","name":"Bob","resume":"t","n":7}""", "the field resume is something else: send an object")]
    [InlineData("""{"type":"hello","name":"Bob","resume":[],"n":7}""", "the field resume is something else: send an object")]
    [InlineData("""{"type":"hello","name":"Bob","resume":{"epoch":"e","seq":1},"n":7}""", "the field resume.token is missing: send a string")]
    [InlineData("""{"type":"hello","name":"Bob","resume":{"token":"t","seq":1},"n":7}""", "the field resume.epoch is missing: send a string")]
    [InlineData(
        """{"type":"hello","name":"Bob","resume":{"token":"t","epoch":"e","seq":-1},"n":7}""",
        "the field resume.seq is something else: send a whole number from 0 to 9007199254740991")]
    [InlineData("""{"type":"history","before":0,"n":7}""", "the field before is something else: send a whole number from 1 to 9007199254740991")]
    [InlineData("""{"type":"history","limit":"50","n":7}""", "the field limit is something else: send a whole number from 1 to 9007199254740991")]
    public void A_field_that_is_missing_or_something_else_is_named_and_the_number_kept(string text, string why) =>
        Assert.Equal(new BadRequest(why, 7, IsHello(text)), JsonForm.Parse(text));

    [Theory]
    [InlineData("1")]
    [InlineData("9007199254740991")]
    public void The_number_of_a_line_may_be_anything_from_1_to_2_to_the_53rd_less_one(string n) => Assert.Equal(
        new SayText("hi", Action: false, long.Parse(n, CultureInfo.InvariantCulture)),
        JsonForm.Parse($$"""{"type":"say","text":"hi","n":{{n}}}"""));

    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("-7")]
    [InlineData("7.0")]
    [InlineData("7.5")]
    [InlineData("7e0")]
    [InlineData("9007199254740992")]
    [InlineData("9223372036854775808")]
    [InlineData("1e400")]
    [InlineData("\"7\"")]
    [InlineData("true")]
    [InlineData("{}")]
    public void Any_other_number_of_a_line_is_a_bad_request_without_one(string n) => Assert.Equal(
        new BadRequest("the field n is something else: send a whole number from 1 to 9007199254740991", N: null),
        JsonForm.Parse($$"""{"type":"say","text":"hi","n":{{n}}}"""));

    [Theory]
    [InlineData("say", "\"text\":\"hi\"")]
    [InlineData("rename", "\"name\":\"Bob\"")]
    [InlineData("whisper", "\"to\":\"Alice\",\"text\":\"psst\"")]
    public void Who_speaks_must_number_it(string type, string fields) => Assert.Equal(
        new BadRequest("the field n is missing: send a whole number from 1 to 9007199254740991", N: null),
        JsonForm.Parse($$"""{"type":"{{type}}",{{fields}}}"""));

    [Theory]
    [InlineData("""{"type":"say","text":"hi","type":"say","n":7}""", "type", 7L)]
    [InlineData("""{"type":"say","text":"hi","t\u0079pe":"who","n":7}""", "type", 7L)]
    [InlineData("""{"type":null,"type":"who","n":7}""", "type", 7L)]
    [InlineData("""{"type":"say","text":"hi","text":"ho","n":7}""", "text", 7L)]
    [InlineData("""{"type":"say","text":"hi","n":7,"n":7}""", "n", null)]
    [InlineData("""{"type":"hello","name":"Bob","resume":{"token":"t","token":"u","epoch":"e","seq":1}}""", "resume.token", null)]
    public void A_field_that_is_there_twice_is_a_bad_request(string text, string field, long? n) =>
        Assert.Equal(new BadRequest($"the field {field} is there twice: send it once", n, IsHello(text)), JsonForm.Parse(text));

    [Theory]
    [InlineData("""{"type":"hello","name":5}""", true)]
    [InlineData("""{"name":5,"type":"h\u0065llo"}""", true)]
    [InlineData("""{"type":"hello","name":"\ud800"}""", true)]
    [InlineData("""{"type":"hello","type":"hello","name":"Bob"}""", false)]
    [InlineData("""{"type":"hello\ud800","name":"Bob"}""", false)]
    [InlineData("""{"type":"hello","name":5""", false)]
    [InlineData("""{"type":"Hello","name":"Bob"}""", false)]
    public void A_hello_is_one_whatever_is_wrong_with_its_other_fields(string text, bool isHello) =>
        Assert.Equal(isHello, Assert.IsType<BadRequest>(JsonForm.Parse(text)).IsHello);

    [Theory]
    [InlineData("\\ud83d\\ude80", "🚀")]
    [InlineData("\\uD83D\\uDE80\\n\\\"", "🚀\n\"")]
    [InlineData("\\\\ud83d", "\\ud83d")]
    [InlineData("\\u0000", "\0")]
    public void A_text_may_be_escaped(string escaped, string text) => Assert.Equal(
        new SayText(text, Action: false, 7),
        JsonForm.Parse($$"""{"type":"say","text":"{{escaped}}","n":7}"""));

    [Theory]
    [InlineData("""{"type":"say","text":"\ud83d","n":7}""")]
    [InlineData("""{"type":"say","text":"\ude80","n":7}""")]
    [InlineData("""{"type":"say","text":"\ud83d\ud83d\ude80","n":7}""")]
    [InlineData("""{"type":"say","text":"\ude80\ud83d","n":7}""")]
    [InlineData("""{"type":"say","text":"\ud83d \ude80","n":7}""")]
    [InlineData("""{"type":"say","text":"\ud83d\n","n":7}""")]
    [InlineData("""{"type":"\ud83d","n":7}""")]
    [InlineData("""{"n":7,"type":"say","text":"hi","mood":[{"deep":"\ud83d"}]}""")]
    [InlineData("""{"n":7,"type":"say","text":"hi","\ud83d":1}""")]
    public void Half_of_a_surrogate_pair_is_a_bad_request_wherever_it_stands(string text) =>
        Assert.Equal(new BadRequest("a string has half of a surrogate pair: send both halves", 7), JsonForm.Parse(text));

    [Fact]
    public void Half_of_a_surrogate_pair_is_a_bad_request_unescaped_as_well()
    {
        foreach (var half in (string[])["\ud83d", "\ude80", "\\ud83d\ude80", "\ud83d\\ude80"])
        {
            Assert.Equal(
                new BadRequest("a string has half of a surrogate pair: send both halves", N: null),
                JsonForm.Parse($$"""{"type":"say","text":"{{half}}","n":7}"""));
        }
    }

    [Theory]
    [InlineData(15, true)]
    [InlineData(16, false)]
    [InlineData(100_000, false)]
    public void What_is_ignored_may_be_nested_up_to_16_levels(int arrays, bool isRead)
    {
        var text = $$"""{"type":"ping","mood":{{new string('[', arrays)}}{{new string(']', arrays)}}}""";

        Assert.Equal(isRead ? new PingAsked() : new BadRequest("that is nested too deep: send at most 16 levels", N: null), JsonForm.Parse(text));
    }

    [Fact]
    public void Any_text_that_is_well_formed_is_read_to_the_letter_and_any_other_is_a_bad_request() =>
        AnyName.Text.Sample(text =>
        {
            var escaped = string.Concat(text.Select(c => $"\\u{(int)c:x4}"));
            var frame = JsonForm.Parse($$"""{"type":"whisper","text":"{{escaped}}","to":"{{escaped}}","n":1}""");

            Assert.Equal(
                IsWellFormed(text)
                    ? new WhisperTo(text, text, 1)
                    : new BadRequest("a string has half of a surrogate pair: send both halves", 1),
                frame);
        });

    [Fact]
    public void What_the_framework_writes_is_read() =>
        Gen.Select(AnyName.Text.Where(IsWellFormed), Gen.Long[1, JsonFields.LargestNumber], Gen.Bool).Sample((text, n, action) =>
            Assert.Equal(new SayText(text, action, n), JsonForm.Parse(JsonSerializer.Serialize(new { n, action, text, type = "say" }))));

    [Fact]
    public void Random_bytes_are_bad_requests() =>
        Gen.OneOf(Gen.Byte.Array[0, 200].Select(Encoding.UTF8.GetString), Gen.Byte.Array[0, 200].Select(Encoding.Latin1.GetString), AnyName.Text)
            .Sample(text => Assert.IsType<BadRequest>(JsonForm.Parse(text)));

    [Fact]
    public void However_a_frame_is_mutilated_it_is_read_as_the_JSON_that_it_still_is_or_is_a_bad_request() =>
        Mutated.Sample(
            text =>
            {
                var frame = JsonForm.Parse(text);
                if (frame is BadRequest bad)
                {
                    Assert.NotEmpty(bad.Why);
                    Assert.InRange(bad.N ?? 1, 1, JsonFields.LargestNumber);
                    return;
                }

                // The framework's own parser agrees that it is one object, and about its type and its number.
                using var document = JsonDocument.Parse(text);
                var type = document.RootElement.GetProperty("type").GetString();
                var (expected, n) = frame switch
                {
                    Hello => ("hello", (long?)null),
                    SayText say => ("say", say.N),
                    RenameTo rename => ("rename", rename.N),
                    WhisperTo whisper => ("whisper", whisper.N),
                    WhoAsked => ("who", null),
                    HistoryAsked => ("history", null),
                    PingAsked => ("ping", null),
                    _ => ("leave", null),
                };
                Assert.Equal(expected, type);
                Assert.Equal(n ?? 0, n is null ? 0 : document.RootElement.GetProperty("n").GetInt64());
            },
            iter: 20_000);

    [Fact]
    public void Nothing_prints_the_token_that_a_client_comes_back_with()
    {
        var printed = JsonForm.Parse("""{"type":"hello","name":"Bob","resume":{"token":"t0k3n","epoch":"e1","seq":41}}""").ToString();

        Assert.DoesNotContain("t0k3n", printed, StringComparison.Ordinal);
        Assert.Contains("e1", printed, StringComparison.Ordinal);
    }

    private static bool IsHello(string text) => text.StartsWith("""{"type":"hello",""", StringComparison.Ordinal);

    private static bool IsWellFormed(string text) => text == Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
