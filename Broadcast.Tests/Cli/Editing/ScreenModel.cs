using System.Globalization;
using Broadcast.Cli.Editing;

namespace Broadcast.Tests.Cli.Editing;

/// <summary>
/// A terminal small enough to be believed: it understands what the client writes and nothing else, and never scrolls
/// anything away. A row that was broken because it was full is one line with the next.
/// </summary>
internal sealed class ScreenModel(int columns, bool reflows = true)
{
    private readonly List<Row> _rows = [new Row()];
    private int _row;
    private int _column;
    private bool _wraps = true;

    /// <summary>What can be read, line by line, without the blanks behind it.</summary>
    public IReadOnlyList<string> Lines => [.. Joined().Select(line => line.Text.TrimEnd(' '))];

    /// <summary>The last row, in which is typed.</summary>
    public string LastRow => _rows[^1].Text.TrimEnd(' ');

    /// <summary>The column in which the cursor stands.</summary>
    public int Column => _column;

    /// <summary>The cursor stands in the last row.</summary>
    public bool IsInLastRow => _row == _rows.Count - 1;

    /// <summary>Nothing is broken in the last row.</summary>
    public bool LastRowIsItsOwn => _rows.Count == 1 || !_rows[^2].GoesOn;

    public int Width { get; private set; } = columns;

    public void Show(string output)
    {
        for (var at = 0; at < output.Length;)
        {
            at += output[at] switch
            {
                '\r' => ToColumn(0),
                '\n' => NewLine(goesOn: false),
                '\e' => Obey(output, at),
                _ => Print(output, at),
            };
        }
    }

    /// <summary>Makes it wider or narrower, as the person does with the window.</summary>
    public void Resize(int to)
    {
        if (reflows)
        {
            Reflow(to);
        }
        else
        {
            foreach (var row in _rows)
            {
                row.CutTo(to);
            }

            _column = Math.Min(_column, to - 1);
        }

        Width = to;
    }

    private int ToColumn(int column)
    {
        _column = column;
        return 1;
    }

    private int NewLine(bool goesOn)
    {
        _rows[_row].GoesOn = goesOn;
        _row++;
        _column = 0;
        if (_row == _rows.Count)
        {
            _rows.Add(new Row());
        }

        return 1;
    }

    private int Print(string output, int at)
    {
        var length = StringInfo.GetNextTextElementLength(output, at);
        var cluster = output.Substring(at, length);
        var width = Columns.OfCluster(cluster);
        if (_column + width > Width)
        {
            if (_wraps)
            {
                NewLine(goesOn: true);
                _rows[_row].CutTo(0);
            }
            else
            {
                _column = Width - width;
            }
        }

        _rows[_row].Put(_column, cluster, width);
        _column += width;
        return length;
    }

    private int Obey(string output, int at)
    {
        var end = at + 2;
        while (output[end] is (>= '0' and <= '9') or '?' or ';')
        {
            end++;
        }

        var parameter = output[(at + 2)..end];
        switch (output[end], parameter)
        {
            case ('K', ""):
                _rows[_row].CutTo(_column);
                _rows[_row].GoesOn = false;
                break;
            case ('J', ""):
                _rows[_row].CutTo(_column);
                _rows[_row].GoesOn = false;
                _rows.RemoveRange(_row + 1, _rows.Count - _row - 1);
                break;
            case ('J', "2"):
                _rows.Clear();
                _rows.Add(new Row());
                break;
            case ('H', ""):
                _row = 0;
                _column = 0;
                break;
            case ('A', _):
                _row = Math.Max(0, _row - int.Parse(parameter, CultureInfo.InvariantCulture));
                break;
            case ('C', _):
                _column = Math.Min(Width - 1, _column + int.Parse(parameter, CultureInfo.InvariantCulture));
                break;
            case ('l' or 'h', "?7"):
                _wraps = output[end] == 'h';
                break;
            case ('l' or 'h', "?2004"):
                break;
            case var unknown:
                throw new InvalidOperationException($"The client wrote an escape that this terminal does not know: {unknown}.");
        }

        return end + 1 - at;
    }

    // As the terminals do that do it: a line keeps its characters, and the cursor stays with the one it stands on.
    private void Reflow(int to)
    {
        var rows = new List<Row>();
        var cursor = (Row: 0, Column: 0);
        var first = 0;
        foreach (var line in Joined())
        {
            var offset = -1;
            for (var i = first; i <= _row && i < first + line.Parts; i++)
            {
                offset = i == _row ? line.Starts[i - first] + _column : offset;
            }

            first += line.Parts;
            rows.Add(new Row());
            var passed = 0;
            var column = 0;
            foreach (var (cluster, width) in line.Clusters)
            {
                if (column + width > to)
                {
                    rows[^1].GoesOn = true;
                    rows.Add(new Row());
                    column = 0;
                }

                if (passed == offset)
                {
                    cursor = (rows.Count - 1, column);
                }

                rows[^1].Put(column, cluster, width);
                column += width;
                passed += width;
            }

            if (offset >= passed)
            {
                if (column + offset - passed >= to)
                {
                    rows[^1].GoesOn = true;
                    rows.Add(new Row());
                    column = 0;
                }

                cursor = (rows.Count - 1, Math.Min(to - 1, column + offset - passed));
            }
        }

        _rows.Clear();
        _rows.AddRange(rows);
        (_row, _column) = cursor;
    }

    private IEnumerable<Line> Joined()
    {
        var line = new Line();
        foreach (var row in _rows)
        {
            line.Add(row);
            if (!row.GoesOn)
            {
                yield return line;
                line = new Line();
            }
        }

        if (line.Parts > 0)
        {
            yield return line;
        }
    }

    private sealed class Line
    {
        private readonly List<Row> _parts = [];
        private int _width;

        public List<int> Starts { get; } = [];

        public int Parts => _parts.Count;

        public IEnumerable<(string Cluster, int Width)> Clusters => _parts.SelectMany(part => part.Clusters);

        public string Text => string.Concat(_parts.Select(part => part.Text));

        public void Add(Row row)
        {
            Starts.Add(_width);
            _parts.Add(row);
            _width += row.Clusters.Sum(cluster => cluster.Width);
        }
    }

    /// <summary>Cells from the left; the second one of a wide character is null.</summary>
    private sealed class Row
    {
        private readonly List<string?> _cells = [];

        public bool GoesOn { get; set; }

        public string Text => string.Concat(_cells);

        public IEnumerable<(string Cluster, int Width)> Clusters
        {
            get
            {
                for (var i = 0; i < _cells.Count; i++)
                {
                    if (_cells[i] is { } cluster)
                    {
                        yield return (cluster, i + 1 < _cells.Count && _cells[i + 1] is null ? 2 : 1);
                    }
                }
            }
        }

        public void Put(int column, string cluster, int width)
        {
            while (_cells.Count < column + width)
            {
                _cells.Add(" ");
            }

            // Half of a wide character is none.
            if (_cells[column] is null)
            {
                _cells[column - 1] = " ";
            }

            if (column + width < _cells.Count && _cells[column + width] is null)
            {
                _cells[column + width] = " ";
            }

            _cells[column] = cluster;
            for (var i = 1; i < width; i++)
            {
                _cells[column + i] = null;
            }
        }

        public void CutTo(int column)
        {
            if (column < _cells.Count)
            {
                if (column > 0 && _cells[column] is null)
                {
                    _cells[column - 1] = " ";
                }

                _cells.RemoveRange(column, _cells.Count - column);
            }
        }
    }
}
