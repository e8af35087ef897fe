using System.Globalization;

namespace Broadcast.Cli;

/// <summary>How arrivals look.</summary>
internal sealed record Look
{
    private const string Prefix = "[Broadcast] ";
    private const string Dim = "\e[2m";
    private const string NotDim = "\e[22m";
    private const string UsualColor = "\e[39m";
    private const string Bell = "\a";

    /// <summary>Black on white, or the other way round: what a file gets.</summary>
    public static Look Simple { get; } = new();

    /// <summary>Each line is marked as an arrival.</summary>
    public bool HasPrefix { get; init; } = true;

    /// <summary>Names have colours, and what the system says is dim.</summary>
    public bool HasColors { get; init; }

    /// <summary>Each line has its time.</summary>
    public bool HasTimes { get; init; }

    /// <summary>The terminal rings where one is spoken of.</summary>
    public bool Rings { get; init; }

    /// <summary>The client says nothing of its own but what went wrong.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>For lines that came without a time, and for where on earth this is.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>A line as it is printed, safe to print, with its line break.</summary>
    /// <param name="line">What arrived.</param>
    /// <param name="isForMe">One is spoken of in it.</param>
    public string Of(Line line, bool isForMe = false)
    {
        var bell = Rings && isForMe ? Bell : "";
        var prefix = HasPrefix ? Dimmed(Prefix) : "";
        var time = HasTimes || line.IsHistory ? Dimmed($"{TimeOf(line)} ") : "";
        return $"{bell}{prefix}{time}{Painted(line)}\n";
    }

    private string Painted(Line line)
    {
        if (!HasColors)
        {
            return VisibleText.Of(line.Text);
        }

        if (line.Speaker is not { } name)
        {
            return Dimmed(VisibleText.Of(line.Text));
        }

        var before = line.Text[..line.SpeakerAt];
        var after = line.Text[(line.SpeakerAt + name.Length)..];
        var color = string.Create(CultureInfo.InvariantCulture, $"\e[38;5;{Palette.ColorOf(name)}m");
        return $"{VisibleText.Of(before)}{color}{VisibleText.Of(name)}{UsualColor}{VisibleText.Of(after)}";
    }

    private string TimeOf(Line line)
    {
        var local = TimeZoneInfo.ConvertTime(line.Time ?? Clock.GetUtcNow(), Clock.LocalTimeZone);
        return local.ToString("HH:mm:ss", CultureInfo.InvariantCulture);
    }

    private string Dimmed(string text) => HasColors && text.Length > 0 ? $"{Dim}{text}{NotDim}" : text;
}
