using System.Globalization;
using Broadcast.Cli.Editing;

namespace Broadcast.Cli;

/// <summary>
/// The row in which is typed: what to write to draw it, and to take it away again. It never asks where the cursor is; it
/// knows, because the row is never wider than the terminal.
/// </summary>
internal sealed class PromptRow(LineEditor editor, IRawTerminal terminal)
{
    // Where the terminal and we disagree about a character's width, the row is cut instead of broken in two.
    private const string WrapOff = "\e[?7l";
    private const string WrapOn = "\e[?7h";
    private const string EraseRest = "\e[K";
    private const string EraseBelow = "\e[J";

    // What is typed is worth more than a status.
    private const int LeastRoom = 20;

    private string _drawn = "";
    private int _width;
    private int _cursor;

    /// <summary>Draws it on the row in which the cursor stands, over what is drawn there already.</summary>
    /// <param name="status">Stands in front of the prompt while there is something to say, and room to say it.</param>
    public string Draw(string status)
    {
        var prompt = Columns.Of(status) + Screen.Prompt.Length + LeastRoom <= terminal.Columns ? status + Screen.Prompt : Screen.Prompt;
        var promptWidth = Columns.Of(prompt);

        // The last column stays free, so that the cursor always has one to stand in.
        var view = editor.View(terminal.Columns - promptWidth - 1);
        var toRowStart = IsBrokenAt(terminal.Columns) ? Erase() : "\r";
        _cursor = promptWidth + view.Cursor;
        _drawn = prompt + view.Text;
        _width = Columns.Of(_drawn);
        if (_width == _cursor)
        {
            // Where a cursor goes that stands on nothing, when the row is broken, each terminal decides for itself.
            _drawn += " ";
            _width++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{WrapOff}{toRowStart}{_drawn}{EraseRest}\r\e[{_cursor}C{WrapOn}");
    }

    /// <summary>Takes it away; the cursor stands at the beginning of an empty row then.</summary>
    public string Erase()
    {
        var columns = terminal.Columns;
        var erase = IsBrokenAt(columns) ? $"{Up(RowOfCursorAt(columns))}\r{EraseBelow}" : $"\r{EraseRest}";
        Forget();
        return erase;
    }

    /// <summary>Somebody else has taken it away.</summary>
    public void Forget()
    {
        _drawn = "";
        _width = 0;
        _cursor = 0;
    }

    // The terminal has become narrower since, and made several rows of this one.
    private bool IsBrokenAt(int columns) => terminal.Reflows && _width > columns;

    private int RowOfCursorAt(int columns)
    {
        var row = 0;
        var column = 0;
        var passed = 0;
        foreach (var cluster in Clusters(_drawn))
        {
            var width = Columns.OfCluster(cluster);
            if (column + width > columns)
            {
                row++;
                column = 0;
            }

            if (passed >= _cursor)
            {
                return row;
            }

            column += width;
            passed += width;
        }

        return row;
    }

    private static IEnumerable<string> Clusters(string text)
    {
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            yield return elements.GetTextElement();
        }
    }

    private static string Up(int rows) => rows > 0 ? string.Create(CultureInfo.InvariantCulture, $"\e[{rows}A") : "";
}
