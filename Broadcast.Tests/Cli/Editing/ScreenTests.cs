using Broadcast.Cli;
using Broadcast.Cli.Editing;
using CsCheck;

namespace Broadcast.Tests.Cli.Editing;

public sealed class ScreenTests
{
    private static readonly Gen<string> Text = Gen.OneOf("a", "bc ", "宽", "😀", "👩‍👩‍👧", "e\u0301", "\t", "--------------------------").List[1, 6].Select(string.Concat);

    private static readonly Gen<Action<Scene>> Step = Gen.Frequency(
        (6, Text.Select(text => (Action<Scene>)(scene => scene.Press(new Key(KeyKind.Text, text))))),
        (4, Gen.OneOf(KeyKind.Left, KeyKind.Home, KeyKind.Right, KeyKind.Backspace, KeyKind.EraseWord, KeyKind.Enter, KeyKind.Up)
            .Select(kind => (Action<Scene>)(scene => scene.Press(new Key(kind))))),
        (1, Text.Select(text => (Action<Scene>)(scene => scene.Press(new Key(KeyKind.Pasted, $"one\n{text}"))))),
        (4, Text.List[1, 3].Select(texts => (Action<Scene>)(scene => scene.Arrive(texts)))),
        (2, Gen.Int[6, 50].Select(columns => (Action<Scene>)(scene => scene.Resize(columns)))));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whatever_arrives_and_however_the_window_changes_nothing_typed_or_said_is_torn(bool reflows) =>
        Gen.Select(Gen.Int[6, 50], Step.List[1, 40]).Sample((columns, steps) =>
        {
            using var scene = new Scene(columns, reflows);
            foreach (var step in steps)
            {
                step(scene);
                scene.Check();
            }
        });

    [Fact]
    public void Something_typed_in_the_middle_is_drawn_in_its_place_and_the_cursor_stands_behind_it()
    {
        using var scene = new Scene(20, reflows: true);
        scene.Press(new Key(KeyKind.Text, "ac"));
        scene.Press(new Key(KeyKind.Left));
        scene.Press(new Key(KeyKind.Text, "b"));
        Assert.Equal("> abc", scene.Model.LastRow);
        Assert.Equal(4, scene.Model.Column);
    }

    [Fact]
    public void A_pasted_block_stays_line_by_line_when_it_was_entered()
    {
        using var scene = new Scene(20, reflows: true);
        scene.Press(new Key(KeyKind.Pasted, "one\n\ntwo\n"));
        scene.Press(new Key(KeyKind.Enter));
        Assert.Equal(["> one", "> two", ">"], scene.Model.Lines);
    }

    [Fact]
    public void Ctrl_L_leaves_nothing_but_what_is_typed()
    {
        using var scene = new Scene(20, reflows: true);
        scene.Press(new Key(KeyKind.Text, "ab"));
        scene.Arrive(["one", "two"]);
        scene.Clear();
        Assert.Equal(["> ab"], scene.Model.Lines);
        Assert.Equal(4, scene.Model.Column);
    }

    /// <summary>An editor, the screen that shows it, and the terminal that this is shown on.</summary>
    private sealed class Scene : IDisposable
    {
        private readonly StringWriter _output = new();
        private readonly LineEditor _editor = new();
        private readonly PretendTerminal _raw;
        private readonly Screen _screen;
        private readonly bool _reflows;
        private readonly List<string> _said = [];

        public Scene(int columns, bool reflows)
        {
            _reflows = reflows;
            _raw = new PretendTerminal(Stream.Null, columns, reflows);
            _screen = new Screen(
                new Terminal(TextReader.Null, _output, TextWriter.Null) { InputIsTerminal = true, OutputIsTerminal = true, CanErase = true, Raw = _raw },
                _editor);
            Model = new ScreenModel(columns, reflows);
            _screen.WantPrompt();
            Show();
        }

        public ScreenModel Model { get; }

        public void Press(Key key)
        {
            _screen.PromptChanged();
            if (_editor.Take(key) is Entered(var lines))
            {
                _screen.LinesWereEntered(lines);
                _said.AddRange(lines.Where(line => line.Length > 0).Select(line => $"> {line}"));
            }

            Show();
        }

        public void Arrive(IReadOnlyList<string> texts)
        {
            foreach (var text in texts)
            {
                _screen.Arrival(Line.OfPlain(text.Replace('\t', ' ')));
                _said.Add($"[Broadcast] {text.Replace('\t', ' ')}");
            }

            Show();
        }

        public void Resize(int columns)
        {
            Model.Resize(columns);
            _raw.Columns = columns;
            _screen.PromptChanged();
            Show();
        }

        public void Clear()
        {
            _screen.Clear();
            Show();
        }

        public void Dispose() => _output.Dispose();

        public void Check()
        {
            var view = _editor.View(Model.Width - 3);
            Assert.Equal($"> {view.Text}".TrimEnd(' '), Model.LastRow);
            Assert.Equal(2 + view.Cursor, Model.Column);
            Assert.True(Model.IsInLastRow, "The cursor is not where is typed.");
            Assert.True(Model.LastRowIsItsOwn, "What is typed is one line with what was said.");
            if (_reflows)
            {
                Assert.Equal(_said.Select(line => line.TrimEnd(' ')), Model.Lines.SkipLast(1));
            }
        }

        private void Show()
        {
            _screen.Flush();
            Model.Show(_output.ToString());
            _output.GetStringBuilder().Clear();
        }
    }
}
