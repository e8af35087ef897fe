using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Broadcast.Actors.Rooms;
using Broadcast.Actors.Wire;
using Broadcast.Tests.Names;
using CsCheck;

namespace Broadcast.Tests.Wire;

public sealed class JsonFormWritingSpecs
{
    private const string Secret = "AAECAwQFBgcICQoLDA0ODw";

    private static readonly Member Alice = new(new MemberId(3), AnyName.Called("Alice"));
    private static readonly Member Bob = new(new MemberId(7), AnyName.Called("Bob"));
    private static readonly DateTimeOffset Time = new(2026, 11, 24, 20, 15, 30, 123, TimeSpan.Zero);
    private static readonly ClientLimits Limits = new(MessageBytes: 65_536, NameLength: 32, Unanswered: 32, LinesPerSecond: 100, Burst: 200);

    private static readonly Gen<Member> AnyMember = Gen.Select(Gen.Long, AnyName.Name).Select((id, name) => new Member(new MemberId(id), name));

    private static readonly Gen<DateTimeOffset> AnyTime =
        Gen.Select(Gen.DateTime, Gen.Int[-14, 14]).Select((time, hours) => new DateTimeOffset(
            new DateTime(Math.Clamp(time.Ticks, TimeSpan.TicksPerDay, DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay), DateTimeKind.Unspecified),
            TimeSpan.FromHours(hours)));

    private static ResumeToken Token =>
        ResumeToken.TryParse(Secret, out var token) ? token : throw new InvalidOperationException("It is one.");

    [Fact]
    public void A_message_is_written_with_the_speakers_number_and_as_an_action_only_where_it_is_one()
    {
        Assert.Equal(
            """{"type":"message","seq":43,"time":"2026-11-24T20:15:30.123Z","from":{"id":"3","name":"Alice"},"text":"hi","n":7}""",
            Written(output => JsonForm.WriteMessage(43, Time, Alice, "hi", action: false, n: 7, output)));
        Assert.Equal(
            """{"type":"message","seq":44,"time":"2026-11-24T20:15:30.123Z","from":{"id":"3","name":"Alice"},"text":"waves","action":true,"n":8}""",
            Written(output => JsonForm.WriteMessage(44, Time, Alice, "waves", action: true, n: 8, output)));
        Assert.Equal(
            """{"type":"message","seq":45,"time":"2026-11-24T20:15:30.123Z","from":{"id":"3","name":"Alice"},"text":"from a plain member"}""",
            Written(output => JsonForm.WriteMessage(45, Time, Alice, "from a plain member", action: false, n: null, output)));
    }

    [Fact]
    public void A_join_is_written_and_has_no_number_where_it_is_not_announced()
    {
        Assert.Equal(
            """{"type":"joined","seq":42,"time":"2026-11-24T20:15:30.123Z","who":{"id":"7","name":"Bob"}}""",
            Written(output => JsonForm.WriteJoined(42, Time, Bob, output)));
        Assert.Equal(
            """{"type":"joined","time":"2026-11-24T20:15:30.123Z","who":{"id":"7","name":"Bob"}}""",
            Written(output => JsonForm.WriteJoined(seq: null, Time, Bob, output)));
    }

    [Theory]
    [InlineData(LeftReason.Quit, "quit")]
    [InlineData(LeftReason.Lost, "lost")]
    [InlineData(LeftReason.Removed, "removed")]
    public void A_leave_is_written_with_its_reason(LeftReason reason, string word) => Assert.Equal(
        $$$"""{"type":"left","seq":44,"time":"2026-11-24T20:15:30.123Z","who":{"id":"7","name":"Bob"},"reason":"{{{word}}}"}""",
        Written(output => JsonForm.WriteLeft(44, Time, Bob, reason, output)));

    [Fact]
    public void A_rename_is_written_with_the_new_name_and_the_old_one() => Assert.Equal(
        """{"type":"renamed","seq":45,"time":"2026-11-24T20:15:30.123Z","who":{"id":"7","name":"Bobby"},"was":"Bob"}""",
        Written(output => JsonForm.WriteRenamed(45, Time, Bob with { Name = AnyName.Called("Bobby") }, "Bob", output)));

    [Fact]
    public void A_change_of_presence_is_written() => Assert.Equal(
        """{"type":"presence","seq":46,"time":"2026-11-24T20:15:30.123Z","announced":false,"memberCount":1001}""",
        Written(output => JsonForm.WritePresence(46, Time, announced: false, memberCount: 1001, output)));

    [Fact]
    public void A_welcome_is_written_with_who_is_here() => Assert.Equal(
        $$$"""{"type":"welcome","epoch":"e1","seq":41,"you":{"id":"7","name":"Bob"},"token":"{{{Secret}}}","resumed":false"""
        + ""","members":[{"id":"3","name":"Alice"}],"memberCount":1,"limits":{"messageBytes":65536,"nameLength":32,"unanswered":32,"linesPerSecond":100,"burst":200}}""",
        Written(output => JsonForm.WriteWelcome("e1", 41, Bob, Token, [Alice], memberCount: 1, Limits, output)));

    [Fact]
    public void A_welcome_back_is_written_without_who_is_here() => Assert.Equal(
        $$$"""{"type":"welcome","epoch":"e1","seq":41,"you":{"id":"7","name":"Bob"},"token":"{{{Secret}}}","resumed":true"""
        + ""","limits":{"messageBytes":65536,"nameLength":32,"unanswered":32,"linesPerSecond":100,"burst":200}}""",
        Written(output => JsonForm.WriteWelcomeBack("e1", 41, Bob, Token, Limits, output)));

    [Fact]
    public void Who_is_here_is_written() => Assert.Equal(
        """{"type":"members","seq":358,"members":[{"id":"3","name":"Alice"},{"id":"7","name":"Bob"}],"memberCount":2}""",
        Written(output => JsonForm.WriteMembers(358, [Alice, Bob], memberCount: 2, output)));

    [Fact]
    public void A_thousand_members_are_listed_and_all_are_counted()
    {
        using var members = Read(output => JsonForm.WriteMembers(1, Enumerable.Repeat(Alice, 1_001), memberCount: 1_001, output));
        using var welcome = Read(output => JsonForm.WriteWelcome("e", 1, Bob, Token, Enumerable.Repeat(Alice, 1_001), memberCount: 1_001, Limits, output));

        foreach (var root in (JsonElement[])[members.RootElement, welcome.RootElement])
        {
            Assert.Equal(1_000, root.GetProperty("members").GetArrayLength());
            Assert.Equal(1_001, root.GetProperty("memberCount").GetInt32());
        }
    }

    [Fact]
    public void A_whisper_is_written_with_both_who_are_in_it() => Assert.Equal(
        """{"type":"whisper","time":"2026-11-24T20:15:30.123Z","from":{"id":"3","name":"Alice"},"to":{"id":"7","name":"Bob"},"text":"psst"}""",
        Written(output => JsonForm.WriteWhisper(Time, Alice, Bob, "psst", output)));

    [Fact]
    public void A_notice_is_written() =>
        Assert.Equal("""{"type":"notice","text":"mind the step"}""", Written(output => JsonForm.WriteNotice("mind the step", output)));

    [Fact]
    public void A_gap_is_written_with_how_many_are_missing() =>
        Assert.Equal("""{"type":"gap","missed":312,"from":46,"to":357}""", Written(output => JsonForm.WriteGap(46, 357, output)));

    [Fact]
    public void An_ack_is_written_with_the_number_of_the_fact_where_there_is_one()
    {
        Assert.Equal("""{"type":"ack","n":7,"seq":43}""", Written(output => JsonForm.WriteAck(7, 43, output)));
        Assert.Equal("""{"type":"ack","n":10}""", Written(output => JsonForm.WriteAck(10, seq: null, output)));
    }

    [Fact]
    public void An_error_is_written_with_the_number_of_the_frame_and_the_name_given_where_there_are_such()
    {
        Assert.Equal(
            """{"type":"error","code":"name-taken","text":"choose another","n":9}""",
            Written(output => JsonForm.WriteError(ErrorCode.NameTaken, "choose another", given: null, n: 9, output)));
        Assert.Equal(
            """{"type":"error","code":"name-taken","text":"you are Bob-2","name":"Bob-2"}""",
            Written(output => JsonForm.WriteError(ErrorCode.NameTaken, "you are Bob-2", given: "Bob-2", n: null, output)));
    }

    [Fact]
    public void A_history_is_written_of_the_facts_as_they_were()
    {
        byte[] fact = [.. Encoding.UTF8.GetBytes(Written(output => JsonForm.WriteJoined(42, Time, Bob, output)))];
        var text = Encoding.UTF8.GetString(fact);

        Assert.Equal($$"""{"type":"history","facts":[{{text}},{{text}}],"more":true}""", Written(output => JsonForm.WriteHistory([fact, fact], more: true, output)));
        Assert.Equal("""{"type":"history","facts":[],"more":false}""", Written(output => JsonForm.WriteHistory([], more: false, output)));
    }

    [Fact]
    public void A_pong_is_written() => Assert.Equal("""{"type":"pong"}""", Written(JsonForm.WritePong));

    [Fact]
    public void A_bye_is_written_with_when_to_come_back_where_that_is_known()
    {
        Assert.Equal(
            """{"type":"bye","reason":"restarting","retryAfterMs":2000}""",
            Written(output => JsonForm.WriteBye("restarting", TimeSpan.FromSeconds(2), output)));
        Assert.Equal("""{"type":"bye","reason":"replaced"}""", Written(output => JsonForm.WriteBye("replaced", retryAfter: null, output)));
    }

    [Fact]
    public void Times_are_in_UTC_whatever_the_clock_and_cut_to_milliseconds() => Assert.Contains(
        "\"time\":\"2026-11-24T20:15:30.000Z\"",
        Written(output => JsonForm.WriteJoined(1, new DateTimeOffset(2026, 11, 24, 21, 15, 30, TimeSpan.FromHours(1)).AddTicks(9_999), Bob, output)),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("<b>Zoë & 'co' + 李</b>", "<b>Zoë & 'co' + 李</b>")]
    [InlineData("\"\\/", "\\\"\\\\/")]
    [InlineData("\b\t\n\f\r", "\\b\\t\\n\\f\\r")]
    [InlineData("\0\u001b", "\\u0000\\u001B")]
    [InlineData("\u007f\u0085\u00a0\u2028\ue000\u0378", "\\u007F\\u0085\\u00A0\\u2028\\uE000\\u0378")]
    [InlineData("\u202e\u200d\u0301", "\u202e\u200d\u0301")]
    [InlineData("🚀", "\\uD83D\\uDE80")]
    public void Controls_separators_and_what_is_no_character_are_escaped_and_all_else_stands_as_it_is(string text, string json) =>
        Assert.Equal($$"""{"type":"notice","text":"{{json}}"}""", Written(output => JsonForm.WriteNotice(text, output)));

    [Fact]
    public void Half_of_a_surrogate_pair_is_replaced()
    {
        foreach (var half in (string[])["\ud83d", "\ude80"])
        {
            using var notice = Read(output => JsonForm.WriteNotice($"a{half}b", output));

            Assert.Equal("a\ufffdb", notice.RootElement.GetProperty("text").GetString());
        }
    }

    [Fact]
    public void A_message_reads_back_as_it_was_whatever_is_in_it() =>
        Gen.Select(Gen.Long, AnyTime, AnyMember, AnyName.Text, Gen.Bool, Gen.Long[1, JsonFields.LargestNumber].Nullable())
            .Sample((seq, time, from, text, action, n) =>
            {
                using var read = Read(output => JsonForm.WriteMessage(seq, time, from, text, action, n, output));
                var root = read.RootElement;

                string[] fields = ["type", "seq", "time", "from", "text", .. action ? ["action"] : Array.Empty<string>(), .. n is null ? Array.Empty<string>() : ["n"]];
                Assert.Equal(fields, root.EnumerateObject().Select(field => field.Name));
                Assert.Equal("message", root.GetProperty("type").GetString());
                Assert.Equal(seq, root.GetProperty("seq").GetInt64());
                AssertIs(time, root.GetProperty("time"));
                AssertIs(from, root.GetProperty("from"));
                Assert.Equal(Mended(text), root.GetProperty("text").GetString());
                Assert.True(!action || root.GetProperty("action").GetBoolean());
                Assert.Equal(n ?? 0, n is null ? 0 : root.GetProperty("n").GetInt64());
            });

    [Fact]
    public void Every_text_anywhere_reads_back_as_it_was() =>
        Gen.Select(AnyName.Text, AnyMember, AnyMember, AnyTime).Sample((text, one, other, time) =>
        {
            AssertText("text", text, output => JsonForm.WriteNotice(text, output));
            AssertText("was", text, output => JsonForm.WriteRenamed(1, time, one, text, output));
            AssertText("reason", text, output => JsonForm.WriteBye(text, retryAfter: null, output));
            AssertText("epoch", text, output => JsonForm.WriteWelcomeBack(text, 1, one, Token, Limits, output));
            AssertText("text", text, output => JsonForm.WriteError(ErrorCode.TooLong, text, text, n: 1, output));
            AssertText("name", text, output => JsonForm.WriteError(ErrorCode.TooLong, text, text, n: 1, output));
            AssertText("text", text, output => JsonForm.WriteWhisper(time, one, other, text, output));
            using var members = Read(output => JsonForm.WriteMembers(1, [one, other], memberCount: 2, output));
            AssertIs(one, members.RootElement.GetProperty("members")[0]);
            AssertIs(other, members.RootElement.GetProperty("members")[1]);
        });

    [Fact]
    public void The_list_of_errors_is_closed_and_each_says_what_to_do()
    {
        Assert.Equal(
            ["bad-request", "name-taken", "name-invalid", "too-long", "too-fast", "not-here", "not-allowed", "hello-first"],
            ErrorCode.All.Select(error => error.Code));
        Assert.All(ErrorCode.All, error => Assert.Matches("^[a-z].+: [^:]+[^.]$", error.Text));
        Assert.Equal(ErrorCode.All.Count, ErrorCode.All.Select(error => error.Text).Distinct().Count());
    }

    private static void AssertText(string field, string text, Action<IBufferWriter<byte>> write)
    {
        using var read = Read(write);
        Assert.Equal("type", read.RootElement.EnumerateObject().First().Name);
        Assert.Equal(Mended(text), read.RootElement.GetProperty(field).GetString());
    }

    private static void AssertIs(Member member, JsonElement json)
    {
        Assert.Equal(["id", "name"], json.EnumerateObject().Select(field => field.Name));
        Assert.Equal(member.Id.Value, long.Parse(json.GetProperty("id").GetString()!, CultureInfo.InvariantCulture));
        Assert.Equal(member.Name.Text, json.GetProperty("name").GetString());
    }

    private static void AssertIs(DateTimeOffset time, JsonElement json)
    {
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", json.GetString());
        Assert.InRange(time - json.GetDateTimeOffset(), TimeSpan.Zero, TimeSpan.FromTicks(TimeSpan.TicksPerMillisecond - 1));
    }

    // What UTF-8 makes of it: half of a surrogate pair becomes U+FFFD.
    private static string Mended(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static JsonDocument Read(Action<IBufferWriter<byte>> write) => JsonDocument.Parse(Written(write));

    private static string Written(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(output.WrittenSpan);
    }
}
