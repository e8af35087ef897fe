using Broadcast.Actors.Wire;
using static Broadcast.Tests.Conformance.Piece;

namespace Broadcast.Tests.Conformance;

/// <summary>Pings and pongs (5.5.2, 5.5.3).</summary>
public sealed class ControlSpecs(Scene scene) : IClassFixture<Scene>
{
    private static readonly Case[] Cases =
    [
        new("5.5.2", "a ping without a payload", Ping("")) { Autobahn = "2.1", Pongs = [""] },
        new("5.5.3", "a ping with a text", Ping("Hello, world!")) { Autobahn = "2.2", Pongs = ["Hello, world!"] },
        new("5.5.3", "a ping with what is no text", Ping("\0\u00FF\u00FE\u00FD\u00FC\u00FB\0\u00FF"))
            { Autobahn = "2.3", Pongs = ["\0\u00FF\u00FE\u00FD\u00FC\u00FB\0\u00FF"] },
        new("5.5", "a ping with as much as it may carry", Ping(new string('\u00FE', 125)))
            { Autobahn = "2.4", Pongs = [new string('\u00FE', 125)] },
        new("5.5", "a ping with a byte more", Ping(new string('\u00FE', 126))) { Autobahn = "2.5", Closes = CloseReason.Malformed },
        new("5.5", "a ping of 125 bytes, a write for each", InBytes(Ping(new string('\u00FE', 125))))
            { Autobahn = "2.6", Pongs = [new string('\u00FE', 125)] },
        new("5.5.3", "a pong that nobody asked for", Pong("")) { Autobahn = "2.7" },
        new("5.5.3", "a pong that nobody asked for, with a payload", Pong("unsolicited pong payload")) { Autobahn = "2.8" },
        new("5.5.3", "a pong that nobody asked for, and a ping", Pong("unsolicited pong payload"), Ping("ping payload"))
            { Autobahn = "2.9", Pongs = ["ping payload"] },
        new("5.5.2", "ten pings in one write", Together([.. Enumerable.Range(0, 10).Select(n => Ping($"payload-{n}"))]))
            { Autobahn = "2.10", Pongs = [.. Enumerable.Range(0, 10).Select(n => $"payload-{n}")] },
        new("5.5.2", "ten pings, a write for each byte", InBytes([.. Enumerable.Range(0, 10).Select(n => Ping($"payload-{n}"))]))
            { Autobahn = "2.11", Pongs = [.. Enumerable.Range(0, 10).Select(n => $"payload-{n}")] },

        new("5.5.2", "a hundred pings of one who reads", Together([.. Enumerable.Range(0, 100).Select(n => Ping($"{n}"))]))
            { Pongs = [.. Enumerable.Range(0, 100).Select(n => $"{n}")] },
        new("5.5", "a pong with a byte more than it may carry", Pong(new string('p', 126))) { Closes = CloseReason.Malformed },
        new("5.5", "a ping with a length of 16 bits, its header alone", Raw("89FE")) { Closes = CloseReason.Malformed },
        new("5.5", "a pong with a length of 64 bits, its header alone", Raw("8AFF")) { Closes = CloseReason.Malformed },
        new("5.5", "a ping that says that it is 16 MiB", Header(Opcode.Ping, 64, 16 << 20)) { Closes = CloseReason.Malformed },
        new("5.5", "a ping without FIN", Unfinished(Ping(""))) { Closes = CloseReason.Malformed },
        new("5.5", "a pong without FIN", Unfinished(Pong(""))) { Closes = CloseReason.Malformed },
        new("5.5.2", "a ping, a line and a ping", Ping("one"), Whole("two"), Ping("three")) { Lines = ["two"], Pongs = ["one", "three"] },
        new("5.5.2", "a ping in front of an offence", Together(Ping("one"), Raw("FF"))) { Pongs = ["one"], Closes = CloseReason.Malformed },
        new("5.5.3", "a hundred pongs that nobody asked for", Together(Times(100, Pong("p"))), Whole("one")) { Lines = ["one"] },
        new("5.5.3", "the first half of a pong, and the rest", UpToByte(3, Pong("unsolicited")), Raw("00000000 00000000"), Whole("one"))
            { Lines = ["one"] },
        new("5.5.2", "a ping and a pong of each length up to eight", [.. Enumerable.Range(0, 9).SelectMany(n => new[] { Ping(new string('i', n)), Pong(new string('o', n)) })])
            { Pongs = [.. Enumerable.Range(0, 9).Select(n => new string('i', n))] },
    ];

    public static TheoryData<string, WireForm, string> Each => Case.Each(Cases);

    [Theory, MemberData(nameof(Each))]
    public Task What_is_sent_is_answered_by_the_letter_and_others_are_served(string title, WireForm form, string transport) =>
        scene.PlayAsync(Cases, title, form, transport);
}
