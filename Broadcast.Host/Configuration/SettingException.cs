namespace Broadcast.Host.Configuration;

/// <summary>Something that was set cannot be used. The message is one line that names it and says what is allowed.</summary>
public sealed class SettingException : Exception
{
    /// <summary>A fault without a word.</summary>
    public SettingException()
    {
    }

    /// <summary>A fault with its line.</summary>
    public SettingException(string message)
        : base(OneLine(message))
    {
    }

    /// <summary>A fault with its line and what lies behind it.</summary>
    public SettingException(string message, Exception innerException)
        : base(OneLine(message), innerException)
    {
    }

    // What was set may stand in it, with whatever is in that.
    private static string OneLine(string message) =>
        string.Concat(message.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));
}
