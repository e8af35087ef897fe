using System.Globalization;
using Broadcast.Cli.Editing;
using CsCheck;

namespace Broadcast.Tests.Cli.Editing;

public sealed class LineEditorTests
{
    private const string Family = "👩‍👩‍👧";
    private const string Accented = "e\u0301";

    // Pieces that become one with their neighbours, that are wide, that are not there to be seen, and plain ones.
    private static readonly Gen<string> Piece = Gen.OneOf(
        "a", "B c", " ", "宽", "한", "\u1100", "\u1161", "\u0301", "\uFE0F", "\u200D", "👩", "👋🏽", "🏽", "🇩", "🇪", "é", "\u200B", "\u0600", "☃", "\u202E", "क्षि");

    private static readonly Gen<Key> AnyKey = Gen.Frequency(
        (6, Piece.Select(text => new Key(KeyKind.Text, text))),
        (1, Gen.Select(Piece.List[0, 30], Gen.OneOf("\n", "\r\n", "\t", "\e", ""), (pieces, breaks) => new Key(KeyKind.Pasted, string.Join(breaks, pieces)))),
        (6, Gen.OneOf(Enum.GetValues<KeyKind>()).Where(kind => kind is not (KeyKind.Text or KeyKind.Pasted)).Select(kind => new Key(kind))));

    [Theory]
    [InlineData("ab|c", nameof(KeyKind.Left), "a|bc")]
    [InlineData("|ab", nameof(KeyKind.Left), "|ab")]
    [InlineData("a|bc", nameof(KeyKind.Right), "ab|c")]
    [InlineData("ab|", nameof(KeyKind.Right), "ab|")]
    [InlineData("ab|c", nameof(KeyKind.Home), "|abc")]
    [InlineData("ab|c", nameof(KeyKind.End), "abc|")]
    [InlineData("one two|", nameof(KeyKind.WordLeft), "one |two")]
    [InlineData("one,  |two", nameof(KeyKind.WordLeft), "|one,  two")]
    [InlineData("|one two", nameof(KeyKind.WordRight), "one| two")]
    [InlineData("one| (two) three", nameof(KeyKind.WordRight), "one (two|) three")]
    [InlineData("ab|c", nameof(KeyKind.Backspace), "a|c")]
    [InlineData("|abc", nameof(KeyKind.Backspace), "|abc")]
    [InlineData("a|bc", nameof(KeyKind.Delete), "a|c")]
    [InlineData("a|bc", nameof(KeyKind.DeleteOrEnd), "a|c")]
    [InlineData("abc|", nameof(KeyKind.DeleteOrEnd), "abc|")]
    [InlineData("ab|c", nameof(KeyKind.EraseToStart), "|c")]
    [InlineData("a|bc", nameof(KeyKind.EraseToEnd), "a|")]
    [InlineData("one a-b:c |d", nameof(KeyKind.EraseWord), "one |d")]
    [InlineData("one | two three", nameof(KeyKind.EraseWordAhead), "one | three")]
    [InlineData("a" + Accented + "|", nameof(KeyKind.Left), "a|" + Accented)]
    [InlineData("a" + Accented + "|", nameof(KeyKind.Backspace), "a|")]
    [InlineData("|" + Family + "a", nameof(KeyKind.Right), Family + "|a")]
    [InlineData("|" + Family + "a", nameof(KeyKind.Delete), "|a")]
    public void Keys_move_and_erase_by_what_a_person_takes_for_one_character(string before, string key, string after) =>
        Assert.Equal(after, Marked(Press(Editor(before), Enum.Parse<KeyKind>(key))));

    [Fact]
    public void Text_goes_in_at_the_cursor() =>
        Assert.Equal("aXY|b", Marked(Type(Editor("a|b"), "XY")));

    [Fact]
    public void An_accent_typed_behind_its_letter_becomes_one_with_it()
    {
        var editor = Type(Editor("ae|b"), "\u0301");
        Assert.Equal($"a{Accented}|b", Marked(editor));
        Assert.Equal("a|b", Marked(Press(editor, KeyKind.Backspace)));
    }

    [Fact]
    public void Enter_gives_the_line_and_leaves_nothing()
    {
        var editor = Editor("hello|");
        var entered = Assert.IsType<Entered>(editor.Take(new Key(KeyKind.Enter)));
        Assert.Equal(["hello"], entered.Lines);
        Assert.Equal("|", Marked(editor));
        Assert.IsType<Edited>(editor.Take(new Key(KeyKind.Enter)));
    }

    [Fact]
    public void A_pasted_block_is_one_line_with_visible_breaks_until_Enter_makes_lines_of_it()
    {
        var editor = Editor("x|");
        editor.Take(new Key(KeyKind.Pasted, "one\r\ntwo\rthree\tand\nfour"));
        Assert.Equal("xone␤two␤three␉and␤four", editor.View(80).Text);
        var entered = Assert.IsType<Entered>(editor.Take(new Key(KeyKind.Enter)));
        Assert.Equal(["xone", "two", "three\tand", "four"], entered.Lines);
    }

    [Fact]
    public void Nothing_pasted_is_obeyed_by_the_terminal()
    {
        var editor = Editor("|");
        editor.Take(new Key(KeyKind.Pasted, "\e[2J\u009b\u202E\a"));
        Assert.Equal("␛[2J��␇", editor.View(80).Text);
    }

    [Fact]
    public void Ctrl_D_is_the_end_only_on_an_empty_line()
    {
        Assert.IsType<EndAsked>(Editor("|").Take(new Key(KeyKind.DeleteOrEnd)));
        Assert.IsType<Edited>(Editor("a|").Take(new Key(KeyKind.DeleteOrEnd)));
    }

    [Fact]
    public void Up_and_down_walk_the_history_and_come_back_to_what_was_half_typed()
    {
        var editor = Editor("|");
        foreach (var line in (string[])["one", "two", "two"])
        {
            Type(editor, line).Take(new Key(KeyKind.Enter));
        }

        Type(editor, "half");
        Assert.Equal("two|", Marked(Press(editor, KeyKind.Up)));
        Assert.Equal("one|", Marked(Press(editor, KeyKind.Up)));
        Assert.Equal("one|", Marked(Press(editor, KeyKind.Up)));
        Assert.Equal("two|", Marked(Press(editor, KeyKind.Down)));
        Assert.Equal("half|", Marked(Press(editor, KeyKind.Down)));
        Assert.Equal("half|", Marked(Press(editor, KeyKind.Down)));
    }

    [Fact]
    public void A_pasted_block_comes_back_from_the_history_whole()
    {
        var editor = Editor("|");
        editor.Take(new Key(KeyKind.Pasted, "one\ntwo"));
        editor.Take(new Key(KeyKind.Enter));
        Assert.Equal("one\ntwo|", Marked(Press(editor, KeyKind.Up)));
    }

    [Fact]
    public void A_line_gets_only_so_long_and_no_character_is_cut()
    {
        var editor = Editor(new string('x', LineEditor.MostLength - 1) + "|");
        Type(editor, "😀");
        Assert.Equal(LineEditor.MostLength - 1, editor.Text.Length);
        Type(editor, "yz");
        Assert.Equal(LineEditor.MostLength, editor.Text.Length);
        Assert.EndsWith("xy", editor.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("al|", "Alice: |")]
    [InlineData("hi al|", "hi Alice |")]
    [InlineData("hi al|!", "hi Alice |!")]
    [InlineData("hi bob s|", "hi Bob Smith |")]
    [InlineData("/na|", "/name |")]
    [InlineData("/w|", "/who|")]
    [InlineData("say /w|", "say /w|")]
    [InlineData("nobody|", "nobody|")]
    [InlineData("|", "|")]
    [InlineData("zo|", "Zoë|")]
    public void Tab_completes_the_word_in_front_of_the_cursor(string before, string after)
    {
        var editor = Editor(before);
        Assert.IsType<CompletionAsked>(editor.Take(new Key(KeyKind.Tab)));
        editor.Complete(["/name ", "/who", "Alice", "Bob Smith", "Zoë", "Zoë Z"]);
        Assert.Equal(after, Marked(editor));
    }

    [Fact]
    public void Tab_after_Tab_offers_one_after_the_other()
    {
        string[] names = ["Anna", "Andrew", "Bob"];
        var editor = Editor("hi a|");
        Assert.Equal("hi An|", Marked(Tab()));
        Assert.Equal("hi Anna|", Marked(Tab()));
        Assert.Equal("hi Andrew|", Marked(Tab()));
        Assert.Equal("hi Anna|", Marked(Tab()));
        Type(editor, "!");
        Assert.Equal("hi Anna!|", Marked(Tab()));

        LineEditor Tab()
        {
            editor.Take(new Key(KeyKind.Tab));
            editor.Complete(names);
            return editor;
        }
    }

    [Theory]
    [InlineData("hello|", 10, "hello", 5)]
    [InlineData("|hello", 3, "hel", 0)]
    [InlineData("0123456789|", 10, "56789", 5)]
    [InlineData("012345678|9", 10, "0123456789", 9)]
    [InlineData("0123456789abcdef|", 10, "abcdef", 6)]
    [InlineData("宽宽宽|", 6, "宽", 2)]
    [InlineData("a宽|b", 4, "a宽b", 3)]
    [InlineData("a宽b|c", 4, "bc", 1)]
    [InlineData(Family + "|a", 10, Family + "a", 2)]
    [InlineData(Accented + Accented + "|", 10, Accented + Accented, 2)]
    [InlineData("\u0301|a", 10, "◌a", 1)]
    [InlineData("hello|", 1, "", 0)]
    [InlineData("hello|", 0, "", 0)]
    public void The_view_is_the_part_around_the_cursor_that_fits(string line, int width, string shown, int cursor) =>
        Assert.Equal(new View(shown, cursor), Editor(line).View(width));

    [Fact]
    public void No_keys_whatever_break_the_line_or_its_view() =>
        Gen.Select(AnyKey.List[0, 40], Gen.Int[-1, 30]).Sample((keys, width) =>
        {
            var editor = new LineEditor();
            foreach (var key in keys)
            {
                if (editor.Take(key) is CompletionAsked)
                {
                    editor.Complete(["a", "ab", "宽宽", "B cd"]);
                }

                Assert.InRange(editor.Cursor, 0, editor.Text.Length);
                var boundaries = StringInfo.ParseCombiningCharacters(editor.Text);
                Assert.True(editor.Cursor == editor.Text.Length || boundaries.Contains(editor.Cursor), "The cursor stands inside a character.");
                var view = editor.View(width);
                Assert.InRange(view.Cursor, 0, Math.Max(0, width - 1));
                Assert.InRange(Columns.Of(view.Text), 0, Math.Max(0, width));
                Assert.DoesNotContain(view.Text, char.IsControl);
            }
        });

    [Fact]
    public void What_is_typed_anywhere_is_sent_as_it_stands() =>
        Gen.Select(Piece.List[1, 20], Gen.Int[0, 20]).Sample((pieces, back) =>
        {
            var editor = new LineEditor();
            foreach (var piece in pieces)
            {
                Type(editor, piece);
                Press(editor, KeyKind.End);
            }

            for (var i = 0; i < back; i++)
            {
                Press(editor, KeyKind.Left);
            }

            return editor.Take(new Key(KeyKind.Enter)) is Entered { Lines: [var line] } && line == string.Concat(pieces);
        });

    // A line with a bar where the cursor stands.
    private static LineEditor Editor(string marked)
    {
        var bar = marked.IndexOf('|', StringComparison.Ordinal);
        var editor = new LineEditor();
        Type(editor, marked[(bar + 1)..]);
        Press(editor, KeyKind.Home);
        return Type(editor, marked[..bar]);
    }

    private static string Marked(LineEditor editor) => editor.Text.Insert(editor.Cursor, "|");

    private static LineEditor Press(LineEditor editor, KeyKind kind)
    {
        Assert.IsType<Edited>(editor.Take(new Key(kind)));
        return editor;
    }

    private static LineEditor Type(LineEditor editor, string text)
    {
        editor.Take(new Key(KeyKind.Text, text));
        return editor;
    }
}
