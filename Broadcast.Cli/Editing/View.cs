namespace Broadcast.Cli.Editing;

/// <summary>The part of a line that fits.</summary>
/// <param name="Text">Safe to print, and no wider than was asked for.</param>
/// <param name="Cursor">The column in which the cursor stands, from 0; always one of those asked for.</param>
internal readonly record struct View(string Text, int Cursor);
