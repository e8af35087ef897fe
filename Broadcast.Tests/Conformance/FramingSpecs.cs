using Broadcast.Actors.Wire;
using static Broadcast.Tests.Conformance.Piece;

namespace Broadcast.Tests.Conformance;

/// <summary>The frame: its length, its mask, its reserved bits, its opcode.</summary>
public sealed class FramingSpecs(Scene scene) : IClassFixture<Scene>
{
    private static readonly Case[] Cases =
    [
        // Text, by length (5.2).
        new("5.6", "an empty text says nothing", Whole("")) { Autobahn = "1.1.1", Only = WireForm.Plain },
        new("5.2", "the longest length of 7 bits", Filling(125)) { Autobahn = "1.1.2", Lines = [Words.Filling(125)] },
        new("5.2", "the shortest length of 16 bits", Filling(126)) { Autobahn = "1.1.3", Lines = [Words.Filling(126)] },
        new("5.2", "a length of 16 bits, 127 of them", Filling(127)) { Autobahn = "1.1.4", Lines = [Words.Filling(127)] },
        new("5.2", "a length of 16 bits, 128 of them", Filling(128)) { Autobahn = "1.1.5", Lines = [Words.Filling(128)] },
        new("5.2", "the longest length of 16 bits", Filling(65535)) { Autobahn = "1.1.6", Lines = [Words.Filling(65535)] },
        new("5.2", "the shortest length of 64 bits", Filling(65536)) { Autobahn = "1.1.7", Lines = [Words.Filling(65536)] },
        new("5.2", "65536 bytes in writes of 997", InWritesOf(997, Filling(65536))) { Autobahn = "1.1.8", Lines = [Words.Filling(65536)] },
        new("5.2", "a text in writes of one byte", InBytes(Whole("hello"))) { Lines = ["hello"] },
        new("5.2", "two texts in one write", Together(Whole("one"), Whole("two"))) { Lines = ["one", "two"] },
        new("5.2", "a header of 16 bits in writes of one byte", InBytes(Filling(126))) { Lines = [Words.Filling(126)] },
        new("5.2", "the end of a text and the beginning of the next in one write", InWritesOf(50, Whole("one"), Whole("two"), Whole("three")))
            { Lines = ["one", "two", "three"] },

        // Binary: no text, whatever is in it.
        new("7.4.1", "an empty binary message", Of(Opcode.Binary, "")) { Autobahn = "1.2.1", Closes = CloseReason.NotText },
        new("7.4.1", "a binary message of 125 bytes", Of(Opcode.Binary, new string('*', 125)))
            { Autobahn = "1.2.2", Closes = CloseReason.NotText },
        new("7.4.1", "a binary message of 126 bytes", Of(Opcode.Binary, new string('*', 126)))
            { Autobahn = "1.2.3", Closes = CloseReason.NotText },
        new("7.4.1", "a binary message of 127 bytes", Of(Opcode.Binary, new string('*', 127)))
            { Autobahn = "1.2.4", Closes = CloseReason.NotText },
        new("7.4.1", "a binary message of 128 bytes", Of(Opcode.Binary, new string('*', 128)))
            { Autobahn = "1.2.5", Closes = CloseReason.NotText },
        new("7.4.1", "a binary message of 65535 bytes", Of(Opcode.Binary, new string('*', 65535)))
            { Autobahn = "1.2.6", Closes = CloseReason.NotText },
        new("7.4.1", "a binary message of 65536 bytes", Of(Opcode.Binary, new string('*', 65536)))
            { Autobahn = "1.2.7", Closes = CloseReason.NotText },
        new("7.4.1", "a binary message in writes of 997", InWritesOf(997, Of(Opcode.Binary, new string('*', 65536))))
            { Autobahn = "1.2.8", Closes = CloseReason.NotText },
        new("7.4.1", "a binary message behind a line", Whole("one"), Of(Opcode.Binary, "two"))
            { Lines = ["one"], Closes = CloseReason.NotText },
        new("7.4.1", "the first byte of a binary message", Raw("82")) { Closes = CloseReason.NotText },

        // Lengths that are not what they must be (5.2).
        new("5.2", "no bytes, as 16 bits", Header(Opcode.Text, 16, 0)) { Closes = CloseReason.Malformed },
        new("5.2", "125 bytes, as 16 bits", Header(Opcode.Text, 16, 125)) { Closes = CloseReason.Malformed },
        new("5.2", "no bytes, as 64 bits", Header(Opcode.Text, 64, 0)) { Closes = CloseReason.Malformed },
        new("5.2", "126 bytes, as 64 bits", Header(Opcode.Text, 64, 126)) { Closes = CloseReason.Malformed },
        new("5.2", "65535 bytes, as 64 bits", Header(Opcode.Text, 64, 65535)) { Closes = CloseReason.Malformed },
        new("5.2", "a length with its highest bit", Header(Opcode.Text, 64, 1UL << 63)) { Closes = CloseReason.Malformed },
        new("5.2", "all bits of a length", Header(Opcode.Text, 64, ulong.MaxValue)) { Closes = CloseReason.Malformed },
        new("5.2", "the highest bit of a length, and not a byte more", Raw("81FF 80")) { Closes = CloseReason.Malformed },
        new("5.2", "a length in a longer form, behind a line", Whole("one"), Raw("81FE 0003 00000000 616263"))
            { Lines = ["one"], Closes = CloseReason.Malformed },

        // Masks (5.1, 5.3).
        new("5.1", "a text without a mask", Unmasked(Opcode.Text, "hello")) { Closes = CloseReason.Malformed },
        new("5.1", "an empty text without a mask", Unmasked(Opcode.Text, "")) { Closes = CloseReason.Malformed },
        new("5.1", "a ping without a mask", Unmasked(Opcode.Ping, "")) { Closes = CloseReason.Malformed },
        new("5.1", "a pong without a mask", Unmasked(Opcode.Pong, "")) { Closes = CloseReason.Malformed },
        new("5.1", "a close frame without a mask", Unmasked(Opcode.Close, "")) { Closes = CloseReason.Malformed },
        new("5.1", "a fragment without a mask behind one with", Begin("one"), Unmasked(Opcode.Continuation, "two"))
            { Closes = CloseReason.Malformed },
        new("5.1", "a long text without a mask, its header alone", Raw("817E 0100")) { Closes = CloseReason.Malformed },
        new("5.1", "a line, then a text without a mask", Whole("one"), Unmasked(Opcode.Text, "two"))
            { Lines = ["one"], Closes = CloseReason.Malformed },
        new("5.3", "a mask of zeros", MaskedWith("00000000", "hello")) { Lines = ["hello"] },
        new("5.3", "a mask of ones", MaskedWith("FFFFFFFF", "hello")) { Lines = ["hello"] },
        new("5.3", "a mask that makes letters of letters", MaskedWith("20202020", "HELLO")) { Lines = ["HELLO"] },
        new("5.3", "another mask for each frame", MaskedWith("01020304", "one"), MaskedWith("A1B2C3D4", "two"), MaskedWith("80000001", "three"))
            { Lines = ["one", "two", "three"] },

        // Reserved bits: no extension has been negotiated (5.2).
        new("5.2", "RSV3 in a text", Rsv(1, Whole("hello"))) { Autobahn = "3.1", Closes = CloseReason.Malformed },
        new("5.2", "RSV2 in a text behind a line, then a ping", Together(Whole("one"), Rsv(2, Whole("two")), Ping("")))
            { Autobahn = "3.2", Lines = ["one"], Closes = CloseReason.Malformed },
        new("5.2", "RSV2 and RSV3 in a text behind a line, a write for each frame", Whole("one"), Rsv(3, Whole("two")), Ping(""))
            { Autobahn = "3.3", Lines = ["one"], Closes = CloseReason.Malformed },
        new("5.2", "RSV1 in a text behind a line, a write for each byte", InBytes(Whole("one"), Rsv(4, Whole("two")), Ping("")))
            { Autobahn = "3.4", Lines = ["one"], Closes = CloseReason.Malformed },
        new("5.2", "RSV1 and RSV3 in a binary message", Rsv(5, Of(Opcode.Binary, "hello")))
            { Autobahn = "3.5", Closes = CloseReason.Malformed },
        new("5.2", "RSV1 and RSV2 in a ping", Rsv(6, Ping("hello"))) { Autobahn = "3.6", Closes = CloseReason.Malformed },
        new("5.2", "all reserved bits in a close frame", Rsv(7, Close(1000))) { Autobahn = "3.7", Closes = CloseReason.Malformed },
        new("5.2", "RSV1 in a pong", Rsv(4, Pong(""))) { Closes = CloseReason.Malformed },
        new("5.2", "RSV1 in a fragment that goes on", Begin("one"), Rsv(4, End("two"))) { Closes = CloseReason.Malformed },
        new("5.2", "RSV1 in a fragment that begins", Rsv(4, Begin("one")), End("two")) { Closes = CloseReason.Malformed },
        new("5.2", "the first byte of a frame with RSV1", Raw("C1")) { Closes = CloseReason.Malformed },

        // Opcodes that there are none of (5.2).
        new("5.2", "opcode 3", Of((Opcode)3, "")) { Autobahn = "4.1.1", Closes = CloseReason.Malformed },
        new("5.2", "opcode 4 with a payload", Of((Opcode)4, "reserved")) { Autobahn = "4.1.2", Closes = CloseReason.Malformed },
        new("5.2", "opcode 5 behind a line, then a ping", Whole("one"), Of((Opcode)5, ""), Ping(""))
            { Autobahn = "4.1.3", Lines = ["one"], Closes = CloseReason.Malformed },
        new("5.2", "opcode 6 with a payload behind a line, then a ping", Whole("one"), Of((Opcode)6, "reserved"), Ping(""))
            { Autobahn = "4.1.4", Lines = ["one"], Closes = CloseReason.Malformed },
        new("5.2", "opcode 7 with a payload behind a line, a write for each byte", InBytes(Whole("one"), Of((Opcode)7, "reserved"), Ping("")))
            { Autobahn = "4.1.5", Lines = ["one"], Closes = CloseReason.Malformed },
        new("5.2", "opcode 11", Of((Opcode)11, "")) { Autobahn = "4.2.1", Closes = CloseReason.Malformed },
        new("5.2", "opcode 12 with a payload", Of((Opcode)12, "reserved")) { Autobahn = "4.2.2", Closes = CloseReason.Malformed },
        new("5.2", "opcode 13 behind a line, then a ping", Whole("one"), Of((Opcode)13, ""), Ping(""))
            { Autobahn = "4.2.3", Lines = ["one"], Closes = CloseReason.Malformed },
        new("5.2", "opcode 14 with a payload behind a line, then a ping", Whole("one"), Of((Opcode)14, "reserved"), Ping(""))
            { Autobahn = "4.2.4", Lines = ["one"], Closes = CloseReason.Malformed },
        new("5.2", "opcode 15 with a payload behind a line, a write for each byte", InBytes(Whole("one"), Of((Opcode)15, "reserved"), Ping("")))
            { Autobahn = "4.2.5", Lines = ["one"], Closes = CloseReason.Malformed },
        new("5.2", "opcode 3 without FIN", Of((Opcode)3, "", fin: false)) { Closes = CloseReason.Malformed },
        new("5.2", "opcode 11 without FIN", Of((Opcode)11, "", fin: false)) { Closes = CloseReason.Malformed },
        new("5.2", "opcode 3 inside a message", Begin("one"), Of((Opcode)3, ""), End("two")) { Closes = CloseReason.Malformed },
        new("5.2", "the first byte of a frame with opcode 15", Raw("8F")) { Closes = CloseReason.Malformed },

        // What is no frame at all.
        new("5.2", "an HTTP request", Raw("474554202F20485454502F312E310D0A0D0A")) { Closes = CloseReason.Malformed },
        new("5.2", "the beginning of a TLS handshake", Raw("160301020001000 1FC0303")) { Closes = CloseReason.Malformed },
        new("5.2", "nothing but zeros", Raw("0000000000000000")) { Closes = CloseReason.Malformed },
        new("5.2", "nothing but ones", Raw("FFFFFFFFFFFFFFFF")) { Closes = CloseReason.Malformed },
        new("5.2", "a frame of the older drafts (hixie-76)", Raw("0068656C6C6FFF")) { Closes = CloseReason.Malformed },
    ];

    public static TheoryData<string, WireForm, string> Each => Case.Each(Cases);

    [Theory, MemberData(nameof(Each))]
    public Task What_is_sent_is_answered_by_the_letter_and_others_are_served(string title, WireForm form, string transport) =>
        scene.PlayAsync(Cases, title, form, transport);
}
