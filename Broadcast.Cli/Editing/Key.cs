namespace Broadcast.Cli.Editing;

/// <summary>What a key asks the line for; several keys may ask for the same.</summary>
internal enum KeyKind
{
    /// <summary>Characters to put in; <see cref="Key.Text"/> has them.</summary>
    Text,

    /// <summary>The same, but pasted: line breaks in it are text.</summary>
    Pasted,

    /// <summary>Enter: the line is done.</summary>
    Enter,

    /// <summary>Tab: the rest of the word is wanted.</summary>
    Tab,

    /// <summary>One character back.</summary>
    Left,

    /// <summary>One character on.</summary>
    Right,

    /// <summary>To the beginning of the word.</summary>
    WordLeft,

    /// <summary>To the end of the word.</summary>
    WordRight,

    /// <summary>To the beginning of the line.</summary>
    Home,

    /// <summary>To the end of the line.</summary>
    End,

    /// <summary>The line before in the history.</summary>
    Up,

    /// <summary>The line after in the history.</summary>
    Down,

    /// <summary>The character in front of the cursor goes.</summary>
    Backspace,

    /// <summary>The character under the cursor goes.</summary>
    Delete,

    /// <summary>Ctrl-D: <see cref="Delete"/>, and on an empty line the end of input.</summary>
    DeleteOrEnd,

    /// <summary>All in front of the cursor goes.</summary>
    EraseToStart,

    /// <summary>All from the cursor on goes.</summary>
    EraseToEnd,

    /// <summary>What stands in front of the cursor goes, up to white space.</summary>
    EraseWord,

    /// <summary>The rest of the word goes.</summary>
    EraseWordAhead,

    /// <summary>Ctrl-L: the screen is to be cleared and drawn anew.</summary>
    Redraw,

    /// <summary>Ctrl-C, where the terminal makes no signal of it.</summary>
    Interrupt,

    /// <summary>Ctrl-Z.</summary>
    Suspend,
}

/// <summary>One key, or one run of text that came in one go.</summary>
/// <param name="Kind">What it asks for.</param>
/// <param name="Text">What is to be put in, for <see cref="KeyKind.Text"/> and <see cref="KeyKind.Pasted"/>.</param>
internal readonly record struct Key(KeyKind Kind, string Text = "");
