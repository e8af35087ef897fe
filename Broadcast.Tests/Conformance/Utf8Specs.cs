using System.Globalization;
using System.Text;
using Broadcast.Actors.Wire;
using static Broadcast.Tests.Conformance.Piece;

namespace Broadcast.Tests.Conformance;

/// <summary>
/// Text is UTF-8 (8.1, RFC 3629), and what is not fails by its first bad byte. What is wrong comes in one frame, as in
/// Autobahn, and once more as a fragment that ends with that byte and is never gone on with.
/// </summary>
public sealed class Utf8Specs(Scene scene) : IClassFixture<Scene>
{
    private const string Kosme = "CEBAE1BDB9CF83CEBCCEB5";
    private const string Edited = "656469746564";
    private const string Text = "Hello-µ@ßöäüàá-UTF-8!!";

    // From Autobahn's 6.5 on, its numbers and its bytes.
    private static readonly (string Number, string What, string Bytes)[] Good =
    [
        ("6.5.1", "five letters of two and three bytes", Kosme),
        ("6.5.2", "ASCII", "68656C6C6F24776F726C64"),
        ("6.5.3", "a character of two bytes", "68656C6C6FC2A2776F726C64"),
        ("6.5.4", "a character of three bytes", "68656C6C6FE282AC776F726C64"),
        ("6.5.5", "a character of four bytes", "68656C6C6FF0A4ADA2776F726C64"),
        ("6.6.2", "two bytes of κόσμε", Kosme[..4]),
        ("6.6.5", "five bytes of κόσμε", Kosme[..10]),
        ("6.6.7", "seven bytes of κόσμε", Kosme[..14]),
        ("6.6.9", "nine bytes of κόσμε", Kosme[..18]),
        ("6.6.11", "all bytes of κόσμε", Kosme),
        ("6.7.1", "the first of one byte", "00"),
        ("6.7.2", "the first of two bytes", "C280"),
        ("6.7.3", "the first of three bytes", "E0A080"),
        ("6.7.4", "the first of four bytes", "F0908080"),
        ("6.9.1", "the last of one byte", "7F"),
        ("6.9.2", "the last of two bytes", "DFBF"),
        ("6.9.3", "the last of three bytes", "EFBFBF"),
        ("6.9.4", "the last there is", "F48FBFBF"),
        ("6.11.1", "the last in front of the surrogates", "ED9FBF"),
        ("6.11.2", "the first behind the surrogates", "EE8080"),
        ("6.11.3", "the replacement character", "EFBFBD"),
        ("6.11.4", "U+10FFFF", "F48FBFBF"),
        .. Enumerable.Range(0, 34).Select(n => Noncharacter(n)),
        .. new[] { 0xB9, 0xBA, 0xBB, 0xBC, 0xBD, 0xBE, 0xBF }.Select((last, n) => ($"6.23.{n + 1}", $"a special, U+FF{last + 0x40:X2}", $"EFBF{last:X2}")),
    ];

    private static readonly (string Number, string What, string Bytes)[] Bad =
    [
        ("6.6.1", "one byte of κόσμε", Kosme[..2]),
        ("6.6.3", "three bytes of κόσμε", Kosme[..6]),
        ("6.6.4", "four bytes of κόσμε", Kosme[..8]),
        ("6.6.6", "six bytes of κόσμε", Kosme[..12]),
        ("6.6.8", "eight bytes of κόσμε", Kosme[..16]),
        ("6.6.10", "ten bytes of κόσμε", Kosme[..20]),
        ("6.8.1", "the first of five bytes", "F888808080"),
        ("6.8.2", "the first of six bytes", "FC8480808080"),
        ("6.10.1", "the last of four bytes, 1FFFFF", "F7BFBFBF"),
        ("6.10.2", "the last of five bytes", "FBBFBFBFBF"),
        ("6.10.3", "the last of six bytes", "FDBFBFBFBFBF"),
        ("6.11.5", "the first behind the last there is, 110000", "F4908080"),
        ("6.12.1", "the first continuation byte", "80"),
        ("6.12.2", "the last continuation byte", "BF"),
        ("6.12.3", "two continuation bytes", "80BF"),
        ("6.12.4", "three continuation bytes", "80BF80"),
        ("6.12.5", "four continuation bytes", "80BF80BF"),
        ("6.12.6", "five continuation bytes", "80BF80BF80"),
        ("6.12.7", "six continuation bytes", "80BF80BF80BF"),
        ("6.12.8", "all continuation bytes", string.Concat(Enumerable.Range(0x80, 64).Select(octet => $"{octet:X2}"))),
        ("6.13.1", "all that begin two bytes, each before a space", Lonely(0xC0, 32)),
        ("6.13.2", "all that begin three bytes, each before a space", Lonely(0xE0, 16)),
        ("6.13.3", "all that would begin four bytes, each before a space", Lonely(0xF0, 8)),
        ("6.13.4", "all that would begin five bytes, each before a space", Lonely(0xF8, 4)),
        ("6.13.5", "all that would begin six bytes, each before a space", Lonely(0xFC, 2)),
        ("6.14.1", "C0 and no more", "C0"),
        ("6.14.2", "E0 and one of two", "E080"),
        ("6.14.3", "F0 and two of three", "F08080"),
        ("6.14.4", "F8 and three of four", "F8808080"),
        ("6.14.5", "FC and four of five", "FC80808080"),
        ("6.14.6", "DF and no more", "DF"),
        ("6.14.7", "EF and one of two", "EFBF"),
        ("6.14.8", "F7 and two of three", "F7BFBF"),
        ("6.14.9", "FB and three of four", "FBBFBFBF"),
        ("6.14.10", "FD and four of five", "FDBFBFBFBF"),
        ("6.15.1", "all of these one behind the other", "C0E080F08080F8808080FC80808080DFEFBFF7BFBFFBBFBFBFFDBFBFBFBF"),
        ("6.16.1", "FE", "FE"),
        ("6.16.2", "FF", "FF"),
        ("6.16.3", "FE and FF twice", "FEFEFFFF"),
        ("6.17.1", "a slash in two bytes", "C0AF"),
        ("6.17.2", "a slash in three bytes", "E080AF"),
        ("6.17.3", "a slash in four bytes", "F08080AF"),
        ("6.17.4", "a slash in five bytes", "F8808080AF"),
        ("6.17.5", "a slash in six bytes", "FC80808080AF"),
        ("6.18.1", "U+007F in two bytes", "C1BF"),
        ("6.18.2", "U+07FF in three bytes", "E09FBF"),
        ("6.18.3", "U+FFFF in four bytes", "F08FBFBF"),
        ("6.18.4", "1FFFFF in five bytes", "F887BFBFBF"),
        ("6.18.5", "3FFFFFF in six bytes", "FC83BFBFBFBF"),
        ("6.19.1", "NUL in two bytes", "C080"),
        ("6.19.2", "NUL in three bytes", "E08080"),
        ("6.19.3", "NUL in four bytes", "F0808080"),
        ("6.19.4", "NUL in five bytes", "F880808080"),
        ("6.19.5", "NUL in six bytes", "FC8080808080"),
        ("6.20.1", "the surrogate D800", "EDA080"),
        ("6.20.2", "the surrogate DB7F", "EDADBF"),
        ("6.20.3", "the surrogate DB80", "EDAE80"),
        ("6.20.4", "the surrogate DBFF", "EDAFBF"),
        ("6.20.5", "the surrogate DC00", "EDB080"),
        ("6.20.6", "the surrogate DF80", "EDBE80"),
        ("6.20.7", "the surrogate DFFF", "EDBFBF"),
        ("6.21.1", "the surrogates D800 and DC00", "EDA080EDB080"),
        ("6.21.2", "the surrogates D800 and DFFF", "EDA080EDBFBF"),
        ("6.21.3", "the surrogates DB7F and DC00", "EDADBFEDB080"),
        ("6.21.4", "the surrogates DB7F and DFFF", "EDADBFEDBFBF"),
        ("6.21.5", "the surrogates DB80 and DC00", "EDAE80EDB080"),
        ("6.21.6", "the surrogates DB80 and DFFF", "EDAE80EDBFBF"),
        ("6.21.7", "the surrogates DBFF and DC00", "EDAFBFEDB080"),
        ("6.21.8", "the surrogates DBFF and DFFF", "EDAFBFEDBFBF"),
    ];

    private static readonly Case[] Cases =
    [
        new("5.6", "no text in a frame that has no payload", Whole("")) { Autobahn = "6.1.1", Only = WireForm.Plain },
        new("5.6", "no text in three fragments", Begin(""), More(""), End("")) { Autobahn = "6.1.2", Only = WireForm.Plain },
        new("5.6", "three fragments, of which only the second has text", Begin(""), More("middle frame payload"), End(""))
            { Autobahn = "6.1.3", Lines = ["middle frame payload"] },
        new("8.1", "text in one frame", Whole(Text)) { Autobahn = "6.2.1", Lines = [Text] },
        new("8.1", "text in two fragments, cut between characters", Begin(Text[..7]), End(Text[7..]))
            { Autobahn = "6.2.2", Lines = [Text] },
        new("8.1", "text in fragments of one byte", ByteByByte(Encoding.UTF8.GetBytes(Text))) { Autobahn = "6.2.3", Lines = [Text] },
        new("8.1", "κόσμε in fragments of one byte", ByteByByte(Hex(Kosme)))
            { Autobahn = "6.2.4", Lines = [Encoding.UTF8.GetString(Hex(Kosme))] },
        new("8.1", "a surrogate in one frame", Whole(Hex(Kosme + "EDA080" + Edited))) { Autobahn = "6.3.1", Closes = CloseReason.NotUtf8 },
        new("8.1", "a surrogate in fragments of one byte", ByteByByte(Hex(Kosme + "EDA080" + Edited)))
            { Autobahn = "6.3.2", Closes = CloseReason.NotUtf8 },

        // Autobahn sends the third part a second later and looks whether it has been waited for; here it is never sent.
        new("8.1", "a bad character as the second fragment", Begin(Hex(Kosme)), More(Hex("F4908080")))
            { Autobahn = "6.4.1", Closes = CloseReason.NotUtf8 },
        new("8.1", "a bad character cut behind its first byte", Begin(Hex(Kosme + "F4")), More(Hex("90")))
            { Autobahn = "6.4.2", Closes = CloseReason.NotUtf8 },
        new("8.1", "a frame up to its bad character", Stalled(Hex(Kosme + "F4908080" + Edited), 15))
            { Autobahn = "6.4.3", Closes = CloseReason.NotUtf8 },
        new("8.1", "a frame up to its first bad byte", Stalled(Hex(Kosme + "F4908080" + Edited), 13))
            { Autobahn = "6.4.4", Closes = CloseReason.NotUtf8 },

        .. Good.Select(good => new Case("8.1", good.What, Whole(Hex(good.Bytes))) { Autobahn = good.Number, Lines = [Encoding.UTF8.GetString(Hex(good.Bytes))] }),
        .. Bad.Select(bad => new Case("8.1", bad.What, Whole(Hex(bad.Bytes))) { Autobahn = bad.Number, Closes = CloseReason.NotUtf8 }),
        .. from bad in Bad
           let sound = Sound(Hex(bad.Bytes))
           where sound < Hex(bad.Bytes).Length
           select new Case("8.1", $"{bad.What}, up to the first bad byte, behind κόσμε", Begin(Hex(Kosme + bad.Bytes[..((sound + 1) * 2)]))) { Closes = CloseReason.NotUtf8 },

        new("8.1", "a character of four bytes, a fragment for each", Begin([0xF0]), More([0x9F]), More([0x98]), End([0x80]))
            { Lines = ["😀"] },
        new("8.1", "a character cut by a ping", Begin([0xC3]), Ping("p"), End([0xAB])) { Lines = ["ë"], Pongs = ["p"] },
        new("8.1", "a character cut by an empty fragment", Begin([0xC3]), More([]), End([0xAB])) { Lines = ["ë"] },
        new("8.1", "a character that is never finished", Begin([0xC3]), End([])) { Closes = CloseReason.NotUtf8 },
        new("8.1", "a character that another frame does not go on with", Begin([0xE2, 0x82]), More("x")) { Closes = CloseReason.NotUtf8 },
        new("8.1", "characters cut by writes of three bytes", InWritesOf(3, Whole("aéb€c😀"))) { Lines = ["aéb€c😀"] },
        new("8.1", "a bad byte behind 60,000 good ones, and not a byte more", Stalled([.. Enumerable.Repeat((byte)'x', 60000), 0xFF, .. Hex(Edited)], 60001))
            { Closes = CloseReason.NotUtf8 },
        new("8.1", "a line, then what is no text", Whole("one"), Whole([0xFF])) { Lines = ["one"], Closes = CloseReason.NotUtf8 },
        new("8.1", "a mark of byte order is a character like any other", Whole("\uFEFFhello")) { Lines = ["\uFEFFhello"] },
    ];

    public static TheoryData<string, WireForm, string> Each => Case.Each(Cases);

    [Theory, MemberData(nameof(Each))]
    public Task What_is_sent_is_answered_by_the_letter_and_others_are_served(string title, WireForm form, string transport) =>
        scene.PlayAsync(Cases, title, form, transport);

    // The last two of each plane, from U+FFFE to U+10FFFF.
    private static (string Number, string What, string Bytes) Noncharacter(int n)
    {
        var scalar = ((n / 2) << 16) + 0xFFFE + (n % 2);
        return ($"6.22.{n + 1}", $"the noncharacter U+{scalar:X4}", Convert.ToHexString(Encoding.UTF8.GetBytes(char.ConvertFromUtf32(scalar))));
    }

    private static string Lonely(int first, int count) =>
        string.Concat(Enumerable.Range(first, count).Select(octet => octet.ToString("X2", CultureInfo.InvariantCulture) + "20"));

    // How many bytes are the beginning of a text, as the framework's decoder has it.
    private static int Sound(byte[] bytes)
    {
        var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        for (var length = 1; length <= bytes.Length; length++)
        {
            try
            {
                _ = strict.GetDecoder().GetCharCount(bytes, 0, length, flush: false);
            }
            catch (DecoderFallbackException)
            {
                return length - 1;
            }
        }

        return bytes.Length;
    }

    private static byte[] Hex(string hex) => Convert.FromHexString(hex);
}
