using Broadcast.Actors.Wire;
using static Broadcast.Tests.Conformance.Piece;

namespace Broadcast.Tests.Conformance;

/// <summary>The end (5.5.1, 7): close frames, codes, reasons, and what stands behind them.</summary>
public sealed class CloseSpecs(Scene scene) : IClassFixture<Scene>
{
    private static readonly Case[] Cases =
    [
        new("7.1.2", "a line and a close frame", Whole("hello"), Close(1000)) { Autobahn = "7.1.1", Lines = ["hello"], Echoes = 1000 },
        new("5.5.1", "two close frames", Close(1000), Close(1000)) { Autobahn = "7.1.2", Echoes = 1000 },
        new("5.5.1", "a ping behind the close frame", Close(1000), Ping("")) { Autobahn = "7.1.3", Echoes = 1000 },
        new("5.5.1", "a text behind the close frame", Close(1000), Whole("hello")) { Autobahn = "7.1.4", Echoes = 1000 },
        new("5.5.1", "a close frame between two fragments", Begin("fragment1"), Close(1000), End("fragment2"))
            { Autobahn = "7.1.5", Echoes = 1000 },
        new("5.5.1", "much text, a close frame and a ping", Together(Times(4, Filling(65536)), Close(1000), Ping("")))
            { Autobahn = "7.1.6", Lines = [Words.Filling(65536), Words.Filling(65536), Words.Filling(65536), Words.Filling(65536)], Echoes = 1000 },
        new("5.5.1", "a line, a close frame and a text in one write", Together(Whole("one"), Close(1000), Whole("two")))
            { Lines = ["one"], Echoes = 1000 },
        new("5.5.1", "256 KiB behind the close frame", Close(1000), Times(4, Filling(65536))) { Echoes = 1000 },
        new("5.5.1", "what breaks the protocol behind the close frame", Together(Close(1000), Raw("FFFFFFFFFFFF"))) { Echoes = 1000 },

        new("5.5.1", "a close frame without a code", Close()) { Autobahn = "7.3.1", Echoes = 1000 },
        new("5.5.1", "half a code", Of(Opcode.Close, "\u0003")) { Autobahn = "7.3.2", Closes = CloseReason.Malformed },
        new("5.5.1", "a code alone", Close(1000)) { Autobahn = "7.3.3", Echoes = 1000 },
        new("5.5.1", "a code and a reason", Close(1000, "Hello World!")) { Autobahn = "7.3.4", Echoes = 1000 },
        new("5.5", "the longest reason", Close(1000, new string('*', 123))) { Autobahn = "7.3.5", Echoes = 1000 },
        new("5.5", "a reason of a byte more", Close(1000, new string('*', 124))) { Autobahn = "7.3.6", Closes = CloseReason.Malformed },
        new("5.5.1", "a reason that is not UTF-8", Close(1000, Convert.FromHexString("CEBAE1BDB9CF83CEBCCEB5EDA080656469746564")))
            { Autobahn = "7.5.1", Closes = CloseReason.NotUtf8 },
        new("5.5.1", "a reason that is UTF-8", Close(1000, "κόσμε")) { Echoes = 1000 },
        new("5.5.1", "a reason that ends inside a character", Close(1000, [0x61, 0xCE])) { Closes = CloseReason.NotUtf8 },
        new("8.1", "a reason up to its first bad byte", UpToByte(5, Close(1000, [0x61, 0xC3, 0x28, 0x61])))
            { Closes = CloseReason.NotUtf8 },
        new("7.4.1", "a code that is never sent, and not a byte more", UpToByte(2, Close(1005, "reason")))
            { Closes = CloseReason.Malformed },
        new("5.5.1", "a close frame, a write for each byte", InBytes(Close(1000, "bye"))) { Echoes = 1000 },
        new("5.5.1", "a reason with a NUL", Close(1000, "a\0b")) { Echoes = 1000 },
        new("5.5", "a close frame of 16 bits' length, its header alone", Raw("88FE")) { Closes = CloseReason.Malformed },
        new("5.5", "a close frame without FIN", Unfinished(Close(1000))) { Closes = CloseReason.Malformed },

        new("7.4.1", "code 1000: it is done", Close(1000, "normal")) { Autobahn = "7.7.1", Echoes = 1000 },
        new("7.4.1", "code 1001: it is going away", Close(1001)) { Autobahn = "7.7.2", Echoes = 1001 },
        new("7.4.1", "code 1002: the protocol is broken", Close(1002)) { Autobahn = "7.7.3", Echoes = 1002 },
        new("7.4.1", "code 1003: it takes no such data", Close(1003)) { Autobahn = "7.7.4", Echoes = 1003 },
        new("7.4.1", "code 1007: that is not UTF-8", Close(1007)) { Autobahn = "7.7.5", Echoes = 1007 },
        new("7.4.1", "code 1008: that is not allowed", Close(1008)) { Autobahn = "7.7.6", Echoes = 1008 },
        new("7.4.1", "code 1009: that is too large", Close(1009)) { Autobahn = "7.7.7", Echoes = 1009 },
        new("7.4.1", "code 1010: an extension is missing", Close(1010)) { Autobahn = "7.7.8", Echoes = 1010 },
        new("7.4.1", "code 1011: it has failed", Close(1011)) { Autobahn = "7.7.9", Echoes = 1011 },
        new("7.4.2", "code 3000: the first of the registered", Close(3000)) { Autobahn = "7.7.10", Echoes = 3000 },
        new("7.4.2", "code 3999: the last of the registered", Close(3999)) { Autobahn = "7.7.11", Echoes = 3999 },
        new("7.4.2", "code 4000: the first of the private", Close(4000)) { Autobahn = "7.7.12", Echoes = 4000 },
        new("7.4.2", "code 4999: the last of the private", Close(4999)) { Autobahn = "7.7.13", Echoes = 4999 },

        // IANA's registry has them since; Autobahn once had them among the codes that must not be sent.
        new("11.7", "code 1012: it restarts", Close(1012)) { Echoes = 1012 },
        new("11.7", "code 1013: try again later", Close(1013)) { Echoes = 1013 },
        new("11.7", "code 1014: a gateway's trouble", Close(1014)) { Echoes = 1014 },

        new("7.4.2", "code 0", Close(0)) { Autobahn = "7.9.1", Closes = CloseReason.Malformed },
        new("7.4.2", "code 999", Close(999)) { Autobahn = "7.9.2", Closes = CloseReason.Malformed },
        new("7.4.1", "code 1004 is reserved", Close(1004)) { Autobahn = "7.9.3", Closes = CloseReason.Malformed },
        new("7.4.1", "code 1005 is never sent", Close(1005)) { Autobahn = "7.9.4", Closes = CloseReason.Malformed },
        new("7.4.1", "code 1006 is never sent", Close(1006)) { Autobahn = "7.9.5", Closes = CloseReason.Malformed },
        new("7.4.1", "code 1015 is never sent", Close(1015)) { Closes = CloseReason.Malformed },
        new("7.4.2", "code 1016", Close(1016)) { Autobahn = "7.9.6", Closes = CloseReason.Malformed },
        new("7.4.2", "code 1100", Close(1100)) { Autobahn = "7.9.7", Closes = CloseReason.Malformed },
        new("7.4.2", "code 2000", Close(2000)) { Autobahn = "7.9.8", Closes = CloseReason.Malformed },
        new("7.4.2", "code 2999", Close(2999)) { Autobahn = "7.9.9", Closes = CloseReason.Malformed },
        new("7.4.2", "code 5000", Close(5000)) { Autobahn = "7.13.1", Closes = CloseReason.Malformed },
        new("7.4.2", "code 65535", Close(65535)) { Autobahn = "7.13.2", Closes = CloseReason.Malformed },
        new("7.4.2", "a code that is never sent, with a reason", Close(1006, "abnormal")) { Closes = CloseReason.Malformed },

        new("7.1.2", "an offence, then a close frame", Raw("FF 80 00000000"), Close(1000)) { Closes = CloseReason.Malformed },
        new("7.1.7", "a line behind an offence is not heard", Raw("83 80 00000000"), Whole("late")) { Closes = CloseReason.Malformed },
        new("7.1.7", "of two offences the first counts", Of(Opcode.Binary, "first"), Raw("FF 80 00000000"), Whole("late"))
            { Closes = CloseReason.NotText },
        new("7.1.7", "256 KiB behind an offence", Raw("83 80 00000000"), Times(4, Filling(65536))) { Closes = CloseReason.Malformed },
        new("7.1.2", "lines behind the goodbye are not heard", Whole("/quit"), Times(100, Whole("late")))
            { Only = WireForm.Plain, Closes = CloseReason.Quit },
    ];

    public static TheoryData<string, WireForm, string> Each => Case.Each(Cases);

    [Theory, MemberData(nameof(Each))]
    public Task What_is_sent_is_answered_by_the_letter_and_others_are_served(string title, WireForm form, string transport) =>
        scene.PlayAsync(Cases, title, form, transport);
}
