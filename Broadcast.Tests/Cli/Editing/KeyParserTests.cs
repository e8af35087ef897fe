using System.Text;
using Broadcast.Cli.Editing;
using CsCheck;

namespace Broadcast.Tests.Cli.Editing;

public sealed class KeyParserTests
{
    private static readonly Gen<byte[]> AnyBytes = Gen.OneOf(
        Gen.OneOf("\e", "\e[", "\eO", "\e[200~", "\e[201~", "\e[1;5D", "\e]0;t\a", "\eP", "[", "~", ";", "3", "A", "é", "😀", "\r", "\t", "\u007f").Select(Encoding.UTF8.GetBytes),
        Gen.Byte.Array[1, 3]).List[0, 30].Select(parts => parts.SelectMany(part => part).ToArray());

    [Theory]
    [InlineData("\r", nameof(KeyKind.Enter))]
    [InlineData("\n", nameof(KeyKind.Enter))]
    [InlineData("\eOM", nameof(KeyKind.Enter))]
    [InlineData("\t", nameof(KeyKind.Tab))]
    [InlineData("\u007f", nameof(KeyKind.Backspace))]
    [InlineData("\b", nameof(KeyKind.Backspace))]
    [InlineData("\e[D", nameof(KeyKind.Left))]
    [InlineData("\eOD", nameof(KeyKind.Left))]
    [InlineData("\u0002", nameof(KeyKind.Left))]
    [InlineData("\e[C", nameof(KeyKind.Right))]
    [InlineData("\e[1;2C", nameof(KeyKind.Right))]
    [InlineData("\u0006", nameof(KeyKind.Right))]
    [InlineData("\e[1;5D", nameof(KeyKind.WordLeft))]
    [InlineData("\e[1;3D", nameof(KeyKind.WordLeft))]
    [InlineData("\e\e[D", nameof(KeyKind.WordLeft))]
    [InlineData("\eOd", nameof(KeyKind.WordLeft))]
    [InlineData("\eb", nameof(KeyKind.WordLeft))]
    [InlineData("\e[1;5C", nameof(KeyKind.WordRight))]
    [InlineData("\ef", nameof(KeyKind.WordRight))]
    [InlineData("\e[H", nameof(KeyKind.Home))]
    [InlineData("\e[1~", nameof(KeyKind.Home))]
    [InlineData("\e[7~", nameof(KeyKind.Home))]
    [InlineData("\u0001", nameof(KeyKind.Home))]
    [InlineData("\eOF", nameof(KeyKind.End))]
    [InlineData("\e[4~", nameof(KeyKind.End))]
    [InlineData("\u0005", nameof(KeyKind.End))]
    [InlineData("\e[A", nameof(KeyKind.Up))]
    [InlineData("\u0010", nameof(KeyKind.Up))]
    [InlineData("\e[B", nameof(KeyKind.Down))]
    [InlineData("\u000e", nameof(KeyKind.Down))]
    [InlineData("\e[3~", nameof(KeyKind.Delete))]
    [InlineData("\u0004", nameof(KeyKind.DeleteOrEnd))]
    [InlineData("\u0015", nameof(KeyKind.EraseToStart))]
    [InlineData("\u000b", nameof(KeyKind.EraseToEnd))]
    [InlineData("\u0017", nameof(KeyKind.EraseWord))]
    [InlineData("\e\u007f", nameof(KeyKind.EraseWord))]
    [InlineData("\ed", nameof(KeyKind.EraseWordAhead))]
    [InlineData("\e[3;5~", nameof(KeyKind.EraseWordAhead))]
    [InlineData("\u000c", nameof(KeyKind.Redraw))]
    [InlineData("\u0003", nameof(KeyKind.Interrupt))]
    [InlineData("\u001a", nameof(KeyKind.Suspend))]
    public void The_keys_of_many_terminals_are_known(string bytes, string kind) =>
        Assert.Equal([new Key(Enum.Parse<KeyKind>(kind))], Parse(bytes));

    [Theory]
    [InlineData("\e[15~")]
    [InlineData("\e[[A")]
    [InlineData("\eOP")]
    [InlineData("\e[I")]
    [InlineData("\e[Z")]
    [InlineData("\e[24;80R")]
    [InlineData("\e[?1;2c")]
    [InlineData("\e[<35;10;5M")]
    [InlineData("\e]11;rgb:0000/0000/0000\a")]
    [InlineData("\e]11;rgb:0000/0000/0000\e\\")]
    [InlineData("\eP>|some terminal 1.0\e\\")]
    [InlineData("\ex")]
    [InlineData("\e[201~")]
    [InlineData("\0")]
    [InlineData("\u0085")]
    public void What_is_not_known_is_swallowed_whole(string bytes) =>
        Assert.Equal([new Key(KeyKind.Text, "a"), new Key(KeyKind.Text, "b")], Parse("a").Concat(Parse(bytes + "b")));

    [Fact]
    public void Text_that_comes_in_one_go_is_one_key() =>
        Assert.Equal([new Key(KeyKind.Text, "héllo 😀"), new Key(KeyKind.Enter), new Key(KeyKind.Text, "x")], Parse("héllo 😀\rx"));

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_left_out() =>
        Assert.Equal([new Key(KeyKind.Text, "aébc")], new KeyParser().Parse([(byte)'a', 0xFF, 0xC3, 0xA9, 0xC3, (byte)'b', 0xE2, 0x82, 0xED, 0xA0, 0x80, (byte)'c']));

    [Fact]
    public void A_paste_is_one_key_whatever_is_in_it() =>
        Assert.Equal(
            [new Key(KeyKind.Pasted, "one\rtwo\t\e[A\e[20é"), new Key(KeyKind.Text, "x")],
            Parse("\e[200~one\rtwo\t\e[A\e[20é\e[201~x"));

    [Fact]
    public void A_paste_without_end_takes_only_so_much_memory()
    {
        var parser = new KeyParser();
        Assert.Empty(parser.Parse("\e[200~"u8));
        Assert.Empty(parser.Parse(new byte[KeyParser.MostPasted + 10]));
        var pasted = Assert.Single(parser.Parse("\e[201~"u8));
        Assert.InRange(pasted.Text.Length, 1, KeyParser.MostPasted);
    }

    [Fact]
    public void An_ESC_that_nothing_follows_is_a_key_of_its_own_and_takes_nothing_with_it()
    {
        var parser = new KeyParser();
        Assert.Empty(parser.Parse("\e"u8));
        parser.Pause();
        Assert.Equal([new Key(KeyKind.Text, "b")], parser.Parse("b"u8));
    }

    [Fact]
    public void A_pause_within_a_paste_or_an_arrow_breaks_neither()
    {
        var parser = new KeyParser();
        Assert.Empty(parser.Parse("\e[200~one"u8));
        parser.Pause();
        Assert.Equal([new Key(KeyKind.Pasted, "onetwo")], parser.Parse("two\e[201~\e["u8));
        parser.Pause();
        Assert.Equal([new Key(KeyKind.Left)], parser.Parse("D"u8));
    }

    [Fact]
    public void Wherever_a_read_cuts_the_bytes_the_keys_are_the_same() =>
        Gen.Select(AnyBytes, Gen.Int[1, 7]).Sample((bytes, size) =>
        {
            var parser = new KeyParser();
            return Joined(new KeyParser().Parse(bytes)).SequenceEqual(Joined(bytes.Chunk(size).SelectMany(part => parser.Parse(part))));
        });

    [Fact]
    public void No_bytes_whatever_become_text_with_a_control_in_it() =>
        AnyBytes.Sample(bytes => !new KeyParser().Parse(bytes).Any(key => key.Kind == KeyKind.Text && key.Text.Any(char.IsControl)));

    // Text that was cut comes as several keys.
    private static List<Key> Joined(IEnumerable<Key> keys)
    {
        var joined = new List<Key>();
        foreach (var key in keys)
        {
            if (key.Kind == KeyKind.Text && joined.Count > 0 && joined[^1].Kind == KeyKind.Text)
            {
                joined[^1] = new Key(KeyKind.Text, joined[^1].Text + key.Text);
            }
            else
            {
                joined.Add(key);
            }
        }

        return joined;
    }

    private static IReadOnlyList<Key> Parse(string bytes) => new KeyParser().Parse(Encoding.UTF8.GetBytes(bytes));
}
