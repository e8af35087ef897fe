using Broadcast.Actors.Wire;
using static Broadcast.Tests.Conformance.Piece;

namespace Broadcast.Tests.Conformance;

/// <summary>
/// Large messages and many (10.4, 7.4.1). The server takes 64 KiB a message: what Autobahn sends of up to 16 MiB is to
/// fail by its header, and is tried again here in the sizes there are.
/// </summary>
public sealed class LimitSpecs(Scene scene) : IClassFixture<Scene>
{
    private const int Limit = 65536;
    private const int KiB = 1024;
    private const int MiB = 1024 * KiB;

    private static readonly Case[] Cases =
    [
        new("5.2", "a text of 64 KiB", Filling(Limit)) { Autobahn = "9.1.1", Lines = [Words.Filling(Limit)] },
        new("7.4.1", "a text of 256 KiB", Filling(256 * KiB)) { Autobahn = "9.1.2", Closes = CloseReason.TooLarge },
        new("7.4.1", "a text of 1 MiB, its header alone", Header(Opcode.Text, 64, MiB)) { Autobahn = "9.1.3", Closes = CloseReason.TooLarge },
        new("7.4.1", "a text of 4 MiB, its header alone", Header(Opcode.Text, 64, 4 * MiB))
            { Autobahn = "9.1.4", Closes = CloseReason.TooLarge },
        new("7.4.1", "a text of 8 MiB, its header alone", Header(Opcode.Text, 64, 8 * MiB))
            { Autobahn = "9.1.5", Closes = CloseReason.TooLarge },
        new("7.4.1", "a text of 16 MiB, its header alone", Header(Opcode.Text, 64, 16 * MiB))
            { Autobahn = "9.1.6", Closes = CloseReason.TooLarge },
        new("7.4.1", "a binary message of 64 KiB, its header alone", Header(Opcode.Binary, 64, Limit))
            { Autobahn = "9.2.1", Closes = CloseReason.NotText },
        new("7.4.1", "a binary message of 256 KiB", Of(Opcode.Binary, new string('*', 256 * KiB)))
            { Autobahn = "9.2.2", Closes = CloseReason.NotText },
        new("7.4.1", "a binary message of 1 MiB, its header alone", Header(Opcode.Binary, 64, MiB))
            { Autobahn = "9.2.3", Closes = CloseReason.NotText },
        new("7.4.1", "a binary message of 4 MiB, its header alone", Header(Opcode.Binary, 64, 4 * MiB))
            { Autobahn = "9.2.4", Closes = CloseReason.NotText },
        new("7.4.1", "a binary message of 8 MiB, its header alone", Header(Opcode.Binary, 64, 8 * MiB))
            { Autobahn = "9.2.5", Closes = CloseReason.NotText },
        new("7.4.1", "a binary message of 16 MiB, its header alone", Header(Opcode.Binary, 64, 16 * MiB))
            { Autobahn = "9.2.6", Closes = CloseReason.NotText },

        // 9.3: 4 MiB in fragments of 64 bytes to 4 MiB; here 64 KiB in 1,024 fragments and fewer, and a byte more than may be.
        Fragmented("9.3.1", 64),
        Fragmented("9.3.2", 256),
        Fragmented("9.3.3", KiB),
        Fragmented("9.3.4", 4 * KiB),
        Fragmented("9.3.5", 16 * KiB),
        Fragmented("9.3.6", 64 * KiB),
        new("7.4.1", "256 KiB in fragments of 64 KiB", Begin(new string('x', 60000)), More(new string('x', Limit)))
            { Autobahn = "9.3.7", Closes = CloseReason.TooLarge },
        new("7.4.1", "1 MiB in fragments of 256 KiB", Unfinished(Filling(256 * KiB))) { Autobahn = "9.3.8", Closes = CloseReason.TooLarge },
        new("7.4.1", "4 MiB in one fragment, its header alone", Unfinished(Header(Opcode.Text, 64, 4 * MiB)))
            { Autobahn = "9.3.9", Closes = CloseReason.TooLarge },
        .. new[] { 64, 256, KiB, 4 * KiB, 16 * KiB, 64 * KiB, 256 * KiB, MiB, 4 * MiB }.Select((each, n) =>
            new Case("7.4.1", $"a binary message in fragments of {each}, the first one's header", Unfinished(Header(Opcode.Binary, each < 65536 ? each < 126 ? 7 : 16 : 64, (ulong)each)))
                { Autobahn = $"9.4.{n + 1}", Closes = CloseReason.NotText }),

        // 9.5: 1 MiB in writes of 64 to 2,048 bytes; here 64 KiB. 9.6: the same for a binary message.
        .. new[] { 64, 128, 256, 512, KiB, 2 * KiB }.SelectMany((each, n) => new[]
        {
            new Case("5.2", $"a text of 64 KiB in writes of {each}", InWritesOf(each, Filling(Limit))) { Autobahn = $"9.5.{n + 1}", Lines = [Words.Filling(Limit)] },
            new Case("7.4.1", $"a binary message of 16 KiB in writes of {each}", InWritesOf(each, Of(Opcode.Binary, new string('*', 16 * KiB)))) { Autobahn = $"9.6.{n + 1}", Closes = CloseReason.NotText },
        }),

        // 9.7: a thousand texts of 0 to 4,096 bytes, each of which is waited for; here 200, and they are not. 9.8: binary messages.
        new("5.4", "200 texts without anything in them", Together(Times(200, Of(Opcode.Text, ""))))
            { Autobahn = "9.7.1", Only = WireForm.Plain },
        .. new[] { 16, 64, 256, KiB, 4 * KiB }.Select((each, n) => new Case("5.4", $"200 texts of {each}", Together(Times(200, Whole(new string('x', each)))))
            { Autobahn = $"9.7.{n + 2}", Lines = [.. Enumerable.Repeat<Words>(new string('x', each), 200)] }),
        .. new[] { 0, 16, 64, 256, KiB, 4 * KiB }.Select((each, n) => new Case("7.4.1", $"the first of ten binary messages of {each}", Together(Times(10, Of(Opcode.Binary, new string('*', each)))))
            { Autobahn = $"9.8.{n + 1}", Closes = CloseReason.NotText }),

        new("5.4", "64 KiB in fragments of 1,300", FillingInFragments(Limit, 1300)) { Autobahn = "10.1.1", Lines = [Words.Filling(Limit)] },

        new("7.4.1", "a byte more than may be, its header alone", Header(Opcode.Text, 64, Limit + 1)) { Closes = CloseReason.TooLarge },
        new("7.4.1", "a byte more than may be, in two fragments", Together(Begin(new string('x', 60000)), Unfinished(Header(Opcode.Continuation, 16, 5537))))
            { Closes = CloseReason.TooLarge },
        new("7.4.1", "as large as a length can be", Header(Opcode.Text, 64, long.MaxValue)) { Closes = CloseReason.TooLarge },
        new("7.4.1", "two fragments whose sum overflows", Begin("x"), Header(Opcode.Continuation, 64, long.MaxValue))
            { Closes = CloseReason.TooLarge },
        new("7.4.1", "a header without its mask is enough", Raw("81FF 0000000000010001")) { Closes = CloseReason.TooLarge },
        new("7.4.1", "a line, then one that is too large", Whole("one"), Filling(Limit + 1))
            { Lines = ["one"], Closes = CloseReason.TooLarge },
        new("5.4", "pings do not count towards a message", Begin(new string('x', 60000)), Times(50, Ping(new string('p', 125))), End("y"))
            { Lines = [new string('x', 60000) + "y"], Pongs = [.. Enumerable.Repeat(new string('p', 125), 50)] },
    ];

    public static TheoryData<string, WireForm, string> Each => Case.Each(Cases);

    [Theory, MemberData(nameof(Each))]
    public Task What_is_sent_is_answered_by_the_letter_and_others_are_served(string title, WireForm form, string transport) =>
        scene.PlayAsync(Cases, title, form, transport);

    private static Case Fragmented(string number, int each) =>
        new("5.4", $"64 KiB in fragments of {each}", FillingInFragments(Limit, each)) { Autobahn = number, Lines = [Words.Filling(Limit)] };
}
