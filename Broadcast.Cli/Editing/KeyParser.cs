using System.Globalization;
using System.Text;

namespace Broadcast.Cli.Editing;

/// <summary>
/// Makes keys of the bytes of a terminal, wherever a read may have cut them: UTF-8, the control characters, the escape
/// sequences of the keys that an editor has a use for, and bracketed pastes. Whatever else comes is swallowed whole: what
/// a terminal says unasked is never taken for something typed.
/// </summary>
internal sealed class KeyParser
{
    /// <summary>How much of one paste is kept, in bytes.</summary>
    public const int MostPasted = 1024 * 1024;

    private const byte Escape = 0x1B;
    private const byte Bell = 0x07;
    private const byte Delete = 0x7F;
    private const int MostParameters = 32;

    // What xterm adds to 1 for Alt and for Ctrl.
    private const int AltOrCtrl = 2 | 4;

    private readonly List<Key> _keys = [];
    private readonly StringBuilder _text = new();
    private readonly byte[] _rune = new byte[4];
    private readonly StringBuilder _parameters = new();
    private readonly List<byte> _paste = [];
    private int _runeLength;
    private int _pasteEndSeen;
    private bool _alt;
    private State _state;

    private static ReadOnlySpan<byte> PasteEnd => "\e[201~"u8;

    private enum State
    {
        /// <summary>Between keys.</summary>
        Ground,

        /// <summary>Behind an ESC.</summary>
        Escape,

        /// <summary>Behind ESC [, in the parameters.</summary>
        Csi,

        /// <summary>Behind ESC O.</summary>
        Ss3,

        /// <summary>Behind ESC [ [, with which the Linux console begins its function keys.</summary>
        LinuxFunction,

        /// <summary>In an answer that nobody has asked for (OSC, DCS and their like), until BEL or ST.</summary>
        Answer,

        /// <summary>Between the marks of a bracketed paste.</summary>
        Paste,
    }

    /// <summary>The keys that are complete with these bytes; the rest waits for what follows.</summary>
    public IReadOnlyList<Key> Parse(ReadOnlySpan<byte> bytes)
    {
        _keys.Clear();
        foreach (var b in bytes)
        {
            Take(b);
        }

        EndText();
        return [.. _keys];
    }

    /// <summary>
    /// Nothing has come for longer than a terminal takes within a sequence: an ESC before that was the key of this name,
    /// which does nothing, and what comes next is a key of its own.
    /// </summary>
    public void Pause()
    {
        if (_state is State.Escape or State.Answer)
        {
            _state = State.Ground;
        }
    }

    private void Take(byte b)
    {
        switch (_state)
        {
            case State.Escape:
                BehindEscape(b);
                break;
            case State.Csi:
                InCsi(b);
                break;
            case State.Ss3:
                InSs3(b);
                break;
            case State.LinuxFunction:
                _state = State.Ground;
                break;
            case State.Answer:
                InAnswer(b);
                break;
            case State.Paste:
                InPaste(b);
                break;
            default:
                OnGround(b);
                break;
        }
    }

    private void OnGround(byte b)
    {
        _state = State.Ground;
        if (b >= 0x80)
        {
            OfRune(b);
            return;
        }

        _runeLength = 0;
        if (b == Escape)
        {
            _state = State.Escape;
            _alt = false;
        }
        else if (b is < 0x20 or Delete)
        {
            Add(Control(b));
        }
        else
        {
            _text.Append((char)b);
        }
    }

    private void OfRune(byte b)
    {
        _rune[_runeLength++] = b;
        while (_runeLength > 0)
        {
            var status = Rune.DecodeFromUtf8(_rune.AsSpan(0, _runeLength), out var rune, out var consumed);
            if (status == System.Buffers.OperationStatus.NeedMoreData)
            {
                return;
            }

            if (status == System.Buffers.OperationStatus.Done && !Rune.IsControl(rune))
            {
                _text.Append(rune.ToString());
            }

            _rune.AsSpan(consumed, _runeLength - consumed).CopyTo(_rune);
            _runeLength -= consumed;
        }
    }

    private void BehindEscape(byte b)
    {
        switch (b)
        {
            case Escape:
                // Some terminals say Alt by one ESC more.
                _alt = true;
                break;
            case (byte)'[':
                _parameters.Clear();
                _state = State.Csi;
                break;
            case (byte)'O':
                _state = State.Ss3;
                break;
            case (byte)']' or (byte)'P' or (byte)'_' or (byte)'^' or (byte)'X':
                _state = State.Answer;
                break;
            case (byte)'b':
                Add(KeyKind.WordLeft);
                break;
            case (byte)'f':
                Add(KeyKind.WordRight);
                break;
            case (byte)'d':
                Add(KeyKind.EraseWordAhead);
                break;
            case 0x08 or Delete:
                Add(KeyKind.EraseWord);
                break;
            case < 0x20 or >= 0x80:
                OnGround(b);
                break;
            default:
                _state = State.Ground;
                break;
        }
    }

    private void InCsi(byte b)
    {
        switch (b)
        {
            case >= 0x20 and <= 0x3F:
                if (_parameters.Length < MostParameters)
                {
                    _parameters.Append((char)b);
                }

                break;
            case (byte)'[' when _parameters.Length == 0:
                _state = State.LinuxFunction;
                break;
            case >= 0x40 and <= 0x7E:
                EndCsi(b);
                break;
            default:
                OnGround(b);
                break;
        }
    }

    private void EndCsi(byte final)
    {
        _state = State.Ground;
        var parameters = _parameters.ToString().Split(';');
        var isVaried = _alt || (parameters.Length > 1 && int.TryParse(parameters[1], NumberStyles.None, CultureInfo.InvariantCulture, out var modifiers) && ((modifiers - 1) & AltOrCtrl) != 0);
        if (final != '~')
        {
            Add(Cursor(final, isVaried));
            return;
        }

        switch (parameters[0])
        {
            case "1" or "7":
                Add(KeyKind.Home);
                break;
            case "4" or "8":
                Add(KeyKind.End);
                break;
            case "3":
                Add(isVaried ? KeyKind.EraseWordAhead : KeyKind.Delete);
                break;
            case "200":
                _paste.Clear();
                _pasteEndSeen = 0;
                _state = State.Paste;
                break;
            default:
                break;
        }
    }

    private void InSs3(byte b)
    {
        switch (b)
        {
            case >= 0x20 and <= 0x3F:
                break;
            case (byte)'M':
                Add(KeyKind.Enter);
                break;
            case (byte)'c' or (byte)'d':
                // rxvt's arrows with Ctrl.
                Add(Cursor((byte)char.ToUpperInvariant((char)b), isVaried: true));
                break;
            case >= 0x40 and <= 0x7E:
                _state = State.Ground;
                Add(Cursor(b, _alt));
                break;
            default:
                OnGround(b);
                break;
        }
    }

    private void InAnswer(byte b)
    {
        switch (b)
        {
            case Bell:
                _state = State.Ground;
                break;
            case < 0x20:
                OnGround(b);
                break;
            default:
                break;
        }
    }

    private void InPaste(byte b)
    {
        if (b == PasteEnd[_pasteEndSeen])
        {
            _pasteEndSeen++;
            if (_pasteEndSeen == PasteEnd.Length)
            {
                _state = State.Ground;
                EndText();
                _keys.Add(new Key(KeyKind.Pasted, Encoding.UTF8.GetString([.. _paste])));
                _paste.Clear();
            }

            return;
        }

        Keep(PasteEnd[.._pasteEndSeen]);
        _pasteEndSeen = 0;
        if (b == Escape)
        {
            _pasteEndSeen = 1;
        }
        else
        {
            Keep([b]);
        }
    }

    private void Keep(ReadOnlySpan<byte> pasted)
    {
        if (_paste.Count + pasted.Length <= MostPasted)
        {
            _paste.AddRange(pasted);
        }
    }

    private void Add(KeyKind? kind)
    {
        _state = State.Ground;
        if (kind is { } known)
        {
            EndText();
            _keys.Add(new Key(known));
        }
    }

    private void EndText()
    {
        if (_text.Length > 0)
        {
            _keys.Add(new Key(KeyKind.Text, _text.ToString()));
            _text.Clear();
        }
    }

    private static KeyKind? Cursor(byte final, bool isVaried) => (char)final switch
    {
        'A' => KeyKind.Up,
        'B' => KeyKind.Down,
        'C' => isVaried ? KeyKind.WordRight : KeyKind.Right,
        'D' => isVaried ? KeyKind.WordLeft : KeyKind.Left,
        'H' => KeyKind.Home,
        'F' => KeyKind.End,
        _ => null,
    };

    private static KeyKind? Control(byte b) => b switch
    {
        0x01 => KeyKind.Home,
        0x02 => KeyKind.Left,
        0x03 => KeyKind.Interrupt,
        0x04 => KeyKind.DeleteOrEnd,
        0x05 => KeyKind.End,
        0x06 => KeyKind.Right,
        0x08 or Delete => KeyKind.Backspace,
        0x09 => KeyKind.Tab,
        0x0A or 0x0D => KeyKind.Enter,
        0x0B => KeyKind.EraseToEnd,
        0x0C => KeyKind.Redraw,
        0x0E => KeyKind.Down,
        0x10 => KeyKind.Up,
        0x15 => KeyKind.EraseToStart,
        0x17 => KeyKind.EraseWord,
        0x1A => KeyKind.Suspend,
        _ => null,
    };
}
