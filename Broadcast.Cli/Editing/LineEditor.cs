using System.Globalization;
using System.Text;

namespace Broadcast.Cli.Editing;

/// <summary>
/// A line that is being typed: its text, the cursor in it, and the lines typed before. It knows no terminal; keys go in
/// and a <see cref="View"/> of it comes out.
/// </summary>
/// <remarks>
/// The cursor stands in front of a grapheme cluster or behind the last, never inside one. Line breaks come only from a
/// paste; they are part of the text, shown as <c>␤</c>, until Enter makes lines of them.
/// </remarks>
internal sealed class LineEditor
{
    /// <summary>How long a line may get, in UTF-16 units; what is beyond is not taken.</summary>
    public const int MostLength = 256 * 1024;

    private const int MostHistory = 1000;

    // A mark with nothing to stand on is shown as the circle that fonts show under such marks.
    private const string Alone = "\u25CC";

    private static readonly Outcome JustEdited = new Edited();

    private readonly List<string> _history = [];
    private string _draft = "";
    private int _recalled;
    private int[] _clusters = [];
    private int _at;
    private Completion? _offer;
    private int _offered;

    /// <summary>What has been typed, line breaks and all.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Where the cursor stands in <see cref="Text"/>, in UTF-16 units.</summary>
    public int Cursor => PositionOf(_at);

    /// <summary>Does what the key asks for.</summary>
    public Outcome Take(Key key)
    {
        if (key.Kind != KeyKind.Tab)
        {
            _offer = null;
        }

        switch (key.Kind)
        {
            case KeyKind.Enter:
                return Enter();
            case KeyKind.Tab:
                return new CompletionAsked();
            case KeyKind.DeleteOrEnd when Text.Length == 0:
                return new EndAsked();
            case KeyKind.Redraw:
                return new RedrawAsked();
            case KeyKind.Interrupt:
                return new InterruptAsked();
            case KeyKind.Suspend:
                return new SuspendAsked();
            case KeyKind.Up:
                Recall(_recalled - 1);
                return JustEdited;
            case KeyKind.Down:
                Recall(_recalled + 1);
                return JustEdited;
            default:
                _at = MovedBy(key.Kind);
                Change(key);
                return JustEdited;
        }
    }

    /// <summary>
    /// Completes the word in front of the cursor as far as all candidates agree, and then, Tab by Tab, with one after the other.
    /// </summary>
    /// <param name="candidates">Names, and commands with their slash; the likeliest first.</param>
    public void Complete(IReadOnlyCollection<string> candidates)
    {
        if (_offer is { } offer)
        {
            _offered = (_offered + 1) % offer.Matches.Count;
            Replace(offer.Start, offer.Matches[_offered]);
        }
        else if (Completion.Of(Text[..Cursor], candidates) is { } found)
        {
            var common = found.Common();
            if (found.Matches.Count == 1)
            {
                Replace(found.Start, found.Finished(found.Matches[0]));
            }
            else if (common.Length > Cursor - found.Start)
            {
                Replace(found.Start, common);
            }
            else
            {
                _offer = found;
                _offered = 0;
                Replace(found.Start, found.Matches[0]);
            }
        }
    }

    /// <summary>
    /// What fits into a row. A line that does not fit is scrolled by half a row at a time, so that there is something to be
    /// seen on both sides of the cursor.
    /// </summary>
    /// <param name="width">In columns; below 1 there is nothing to see.</param>
    public View View(int width)
    {
        if (width < 1)
        {
            return new View("", 0);
        }

        var cursor = 0;
        for (var i = 0; i < _at; i++)
        {
            cursor += ColumnsOf(i);
        }

        var step = Math.Max(1, width / 2);
        var from = cursor < width ? 0 : (((cursor - width) / step) + 1) * step;
        var visible = new StringBuilder();
        var column = 0;
        var start = -1;
        for (var i = 0; i < _clusters.Length; i++)
        {
            var end = column + ColumnsOf(i);
            if (column >= from)
            {
                start = start < 0 ? column : start;
                if (end - start > width)
                {
                    break;
                }

                visible.Append(Shown(i));
            }

            column = end;
        }

        return new View(visible.ToString(), cursor - Math.Max(start, from));
    }

    private int MovedBy(KeyKind kind) => kind switch
    {
        KeyKind.Left => Math.Max(0, _at - 1),
        KeyKind.Right => Math.Min(_clusters.Length, _at + 1),
        KeyKind.WordLeft => WordStart(IsOfWord),
        KeyKind.WordRight => WordEnd(),
        KeyKind.Home => 0,
        KeyKind.End => _clusters.Length,
        _ => _at,
    };

    private void Change(Key key)
    {
        switch (key.Kind)
        {
            case KeyKind.Text:
                Insert(key.Text);
                break;
            case KeyKind.Pasted:
                Insert(key.Text.ReplaceLineEndings("\n"));
                break;
            case KeyKind.Backspace:
                Erase(_at - 1, _at);
                break;
            case KeyKind.Delete or KeyKind.DeleteOrEnd:
                Erase(_at, _at + 1);
                break;
            case KeyKind.EraseToStart:
                Erase(0, _at);
                break;
            case KeyKind.EraseToEnd:
                Erase(_at, _clusters.Length);
                break;
            case KeyKind.EraseWord:
                Erase(WordStart(IsNoSpace), _at);
                break;
            case KeyKind.EraseWordAhead:
                Erase(_at, WordEnd());
                break;
            default:
                break;
        }
    }

    private Outcome Enter()
    {
        if (Text.Length == 0)
        {
            return JustEdited;
        }

        if (_history.Count == 0 || _history[^1] != Text)
        {
            _history.Add(Text);
            _history.RemoveRange(0, Math.Max(0, _history.Count - MostHistory));
        }

        var lines = Text.Split('\n');
        SetText("", 0);
        _recalled = _history.Count;
        return new Entered(lines);
    }

    private void Recall(int entry)
    {
        if (entry < 0 || entry > _history.Count)
        {
            return;
        }

        if (_recalled == _history.Count)
        {
            _draft = Text;
        }

        _recalled = entry;
        var text = entry == _history.Count ? _draft : _history[entry];
        SetText(text, text.Length);
    }

    private void Insert(string text)
    {
        var room = Math.Max(0, MostLength - Text.Length);
        if (text.Length > room)
        {
            text = text[..(room > 0 && char.IsHighSurrogate(text[room - 1]) ? room - 1 : room)];
        }

        var cursor = Cursor;
        SetText(Text.Insert(cursor, text), cursor + text.Length);
    }

    private void Replace(int start, string text)
    {
        var cursor = Cursor;
        SetText(string.Concat(Text.AsSpan(0, start), text, Text.AsSpan(cursor)), start + text.Length);
    }

    private void Erase(int from, int to)
    {
        var start = PositionOf(Math.Max(0, from));
        var end = PositionOf(Math.Min(_clusters.Length, to));
        SetText(Text.Remove(start, end - start), start);
    }

    // What is put in may become one with its neighbours: the cursor goes behind the cluster that it would stand in.
    private void SetText(string text, int cursor)
    {
        Text = text;
        _clusters = StringInfo.ParseCombiningCharacters(text);
        var found = Array.BinarySearch(_clusters, cursor);
        _at = found < 0 ? ~found : found;
    }

    private int WordStart(Predicate<int> isOfWord)
    {
        var at = _at;
        while (at > 0 && !isOfWord(at - 1))
        {
            at--;
        }

        while (at > 0 && isOfWord(at - 1))
        {
            at--;
        }

        return at;
    }

    private int WordEnd()
    {
        var at = _at;
        while (at < _clusters.Length && !IsOfWord(at))
        {
            at++;
        }

        while (at < _clusters.Length && IsOfWord(at))
        {
            at++;
        }

        return at;
    }

    private bool IsOfWord(int cluster) => Rune.TryGetRuneAt(Text, _clusters[cluster], out var first) && Rune.IsLetterOrDigit(first);

    private bool IsNoSpace(int cluster) => !char.IsWhiteSpace(Text[_clusters[cluster]]);

    private int PositionOf(int cluster) => cluster < _clusters.Length ? _clusters[cluster] : Text.Length;

    private string Shown(int cluster)
    {
        var start = _clusters[cluster];
        var shown = Text[start] is '\t' ? "\u2409" : VisibleText.Of(Text[start..PositionOf(cluster + 1)]);
        return Columns.OfCluster(shown) == 0 ? Alone : shown;
    }

    private int ColumnsOf(int cluster) => Text[_clusters[cluster]] is >= ' ' and <= '~' && PositionOf(cluster + 1) == _clusters[cluster] + 1
        ? 1
        : Columns.OfCluster(Shown(cluster));
}
