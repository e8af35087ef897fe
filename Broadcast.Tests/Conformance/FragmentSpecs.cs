using Broadcast.Actors.Wire;
using static Broadcast.Tests.Conformance.Piece;

namespace Broadcast.Tests.Conformance;

/// <summary>Messages in fragments (5.4), and what may stand between them.</summary>
public sealed class FragmentSpecs(Scene scene) : IClassFixture<Scene>
{
    private static readonly Case[] Cases =
    [
        new("5.5", "a ping in two fragments", Unfinished(Ping("fragment1")), Of(Opcode.Continuation, "fragment2"))
            { Autobahn = "5.1", Closes = CloseReason.Malformed },
        new("5.5", "a pong in two fragments", Unfinished(Pong("fragment1")), Of(Opcode.Continuation, "fragment2"))
            { Autobahn = "5.2", Closes = CloseReason.Malformed },
        new("5.5", "a close frame in two fragments", Unfinished(Close(1000)), Of(Opcode.Continuation, "bye"))
            { Closes = CloseReason.Malformed },
        new("5.4", "a text in two fragments", Together(Begin("fragment1"), End("fragment2")))
            { Autobahn = "5.3", Lines = ["fragment1fragment2"] },
        new("5.4", "a text in two fragments, a write for each", Begin("fragment1"), End("fragment2"))
            { Autobahn = "5.4", Lines = ["fragment1fragment2"] },
        new("5.4", "a text in two fragments, a write for each byte", InBytes(Begin("fragment1"), End("fragment2")))
            { Autobahn = "5.5", Lines = ["fragment1fragment2"] },
        new("5.4", "a ping between two fragments", Together(Begin("fragment1"), Ping("ping payload"), End("fragment2")))
            { Autobahn = "5.6", Lines = ["fragment1fragment2"], Pongs = ["ping payload"] },
        new("5.4", "a ping between two fragments, a write for each frame", Begin("fragment1"), Ping("ping payload"), End("fragment2"))
            { Autobahn = "5.7", Lines = ["fragment1fragment2"], Pongs = ["ping payload"] },
        new("5.4", "a ping between two fragments, a write for each byte", InBytes(Begin("fragment1"), Ping("ping payload"), End("fragment2")))
            { Autobahn = "5.8", Lines = ["fragment1fragment2"], Pongs = ["ping payload"] },
        new("5.4", "a last fragment of nothing, then a text", Together(Of(Opcode.Continuation, "non-continuation payload"), Whole("hello")))
            { Autobahn = "5.9", Closes = CloseReason.Malformed },
        new("5.4", "a last fragment of nothing, then a text, a write for each", Of(Opcode.Continuation, "non-continuation payload"), Whole("hello"))
            { Autobahn = "5.10", Closes = CloseReason.Malformed },
        new("5.4", "a last fragment of nothing, then a text, a write for each byte", InBytes(Of(Opcode.Continuation, "non-continuation payload"), Whole("hello")))
            { Autobahn = "5.11", Closes = CloseReason.Malformed },
        new("5.4", "a fragment of nothing, then a text", Together(Of(Opcode.Continuation, "non-continuation payload", fin: false), Whole("hello")))
            { Autobahn = "5.12", Closes = CloseReason.Malformed },
        new("5.4", "a fragment of nothing, then a text, a write for each", Of(Opcode.Continuation, "non-continuation payload", fin: false), Whole("hello"))
            { Autobahn = "5.13", Closes = CloseReason.Malformed },
        new("5.4", "a fragment of nothing, then a text, a write for each byte", InBytes(Of(Opcode.Continuation, "non-continuation payload", fin: false), Whole("hello")))
            { Autobahn = "5.14", Closes = CloseReason.Malformed },
        new("5.4", "a fragment behind the last one", Together(Begin("fragment1"), End("fragment2"), Of(Opcode.Continuation, "fragment3", fin: false), Whole("hello")))
            { Autobahn = "5.15", Lines = ["fragment1fragment2"], Closes = CloseReason.Malformed },
        new("5.4", "twice a fragment of nothing, then a text in fragments", Times(2, Together(Of(Opcode.Continuation, "fragment1", fin: false), Begin("fragment2"), End("fragment3"))))
            { Autobahn = "5.16", Closes = CloseReason.Malformed },
        new("5.4", "twice a last fragment of nothing, then a text in fragments", Times(2, Together(Of(Opcode.Continuation, "fragment1"), Begin("fragment2"), End("fragment3"))))
            { Autobahn = "5.17", Closes = CloseReason.Malformed },
        new("5.4", "a text inside a text", Together(Begin("fragment1"), Whole("fragment2")))
            { Autobahn = "5.18", Closes = CloseReason.Malformed },
        new("5.4", "five fragments with a ping behind the second and the fourth", Begin("1"), More("2"), Ping("first"), More("3"), More("4"), Ping("second"), End("5"))
            { Autobahn = "5.19", Lines = ["12345"], Pongs = ["first", "second"] },
        new("5.4", "the same in one write", Together(Begin("1"), More("2"), Ping("first"), More("3"), More("4"), Ping("second"), End("5")))
            { Autobahn = "5.20", Lines = ["12345"], Pongs = ["first", "second"] },

        new("5.4", "the beginning of a text inside a text", Begin("one"), Begin("two"), End("three")) { Closes = CloseReason.Malformed },
        new("5.4", "a binary message inside a text", Begin("one"), Of(Opcode.Binary, "two"), End("three"))
            { Closes = CloseReason.Malformed },
        new("5.4", "a line behind a line in fragments", Begin("one "), End("two"), Whole("three")) { Lines = ["one two", "three"] },
        new("5.4", "two lines in fragments", Begin("one "), End("two"), Begin("three "), More("four "), End("five"))
            { Lines = ["one two", "three four five"] },
        new("5.4", "a last fragment that is empty", Begin("one"), End("")) { Lines = ["one"] },
        new("5.4", "a first fragment that is empty", Begin(""), End("one")) { Lines = ["one"] },
        new("5.4", "a thousand empty fragments", Begin("one "), Together(Times(1000, More(""))), End("two")) { Lines = ["one two"] },
        new("5.4", "a fragment for each letter", ByteByByte("the quick brown fox"u8.ToArray())) { Lines = ["the quick brown fox"] },
        new("5.4", "a pong between two fragments", Begin("one "), Pong("unasked"), End("two")) { Lines = ["one two"] },
        new("5.4", "a ping between two fragments that is longer than they are", Begin("one "), Ping(new string('p', 125)), End("two"))
            { Lines = ["one two"], Pongs = [new string('p', 125)] },
        new("5.4", "a text that is never finished", Begin("one "), More("two "), Close(1001)) { Echoes = 1001 },
        new("5.4", "a fragment of 16 bits' length", FillingInFragments(600, 200)) { Lines = [Words.Filling(600)] },
        new("5.4", "the first byte of a fragment of nothing", Raw("80")) { Closes = CloseReason.Malformed },
        new("5.4", "a command is one in fragments, too", Begin("/qu"), End("it")) { Only = WireForm.Plain, Closes = CloseReason.Quit },
    ];

    public static TheoryData<string, WireForm, string> Each => Case.Each(Cases);

    [Theory, MemberData(nameof(Each))]
    public Task What_is_sent_is_answered_by_the_letter_and_others_are_served(string title, WireForm form, string transport) =>
        scene.PlayAsync(Cases, title, form, transport);
}
