using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Broadcast.Actors.Rooms;

namespace Broadcast.Actors.Wire;

/// <content>What happened, written once for everybody.</content>
public static partial class JsonForm
{
    // By hand, not by a serializer: the order of the fields stands here as it goes over the wire, and a frame costs one
    // small object instead of one for each part of it. The frames are JSON, never part of a page: only what JSON itself
    // needs escaped has to be.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes <c>message</c>: a member said a line.</summary>
    /// <param name="seq">The fact's number.</param>
    /// <param name="time">When it was said.</param>
    /// <param name="from">Who said it.</param>
    /// <param name="text">The line.</param>
    /// <param name="action">Whether it is something that the speaker does.</param>
    /// <param name="n">The speaker's number for it; null where it has none.</param>
    /// <param name="output">Takes the object as UTF-8.</param>
    public static void WriteMessage(
        long seq, DateTimeOffset time, Member from, string text, bool action, long? n, IBufferWriter<byte> output)
    {
        using var json = BeginFact("message"u8, seq, time, output);
        WriteMember(json, "from"u8, from);
        json.WriteString("text"u8, text);
        if (action)
        {
            json.WriteBoolean("action"u8, value: true);
        }

        WriteNumberIfAny(json, "n"u8, n);
        json.WriteEndObject();
    }

    /// <summary>Writes <c>joined</c>: a member came in.</summary>
    /// <param name="seq">The fact's number; null where it is not announced and only the joiner hears of it.</param>
    /// <param name="time">When it came.</param>
    /// <param name="who">The member.</param>
    /// <param name="output">Takes the object as UTF-8.</param>
    public static void WriteJoined(long? seq, DateTimeOffset time, Member who, IBufferWriter<byte> output)
    {
        using var json = BeginFact("joined"u8, seq, time, output);
        WriteMember(json, "who"u8, who);
        json.WriteEndObject();
    }

    /// <summary>Writes <c>left</c>: a member left.</summary>
    /// <param name="seq">The fact's number.</param>
    /// <param name="time">When it left.</param>
    /// <param name="who">The member.</param>
    /// <param name="reason">Why.</param>
    /// <param name="output">Takes the object as UTF-8.</param>
    public static void WriteLeft(long seq, DateTimeOffset time, Member who, LeftReason reason, IBufferWriter<byte> output)
    {
        using var json = BeginFact("left"u8, seq, time, output);
        WriteMember(json, "who"u8, who);
        json.WriteString("reason"u8, reason switch
        {
            LeftReason.Quit => "quit"u8,
            LeftReason.Lost => "lost"u8,
            LeftReason.Removed => "removed"u8,
            _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "A reason that the form has no word for."),
        });
        json.WriteEndObject();
    }

    /// <summary>Writes <c>renamed</c>: a member changed its name.</summary>
    /// <param name="seq">The fact's number.</param>
    /// <param name="time">When it did.</param>
    /// <param name="who">The member, under its new name.</param>
    /// <param name="was">The old name.</param>
    /// <param name="output">Takes the object as UTF-8.</param>
    public static void WriteRenamed(long seq, DateTimeOffset time, Member who, string was, IBufferWriter<byte> output)
    {
        using var json = BeginFact("renamed"u8, seq, time, output);
        WriteMember(json, "who"u8, who);
        json.WriteString("was"u8, was);
        json.WriteEndObject();
    }

    /// <summary>Writes <c>presence</c>: from now on it is announced, or no longer, who joins and leaves.</summary>
    /// <param name="seq">The fact's number.</param>
    /// <param name="time">Since when.</param>
    /// <param name="announced">Whether it is announced.</param>
    /// <param name="memberCount">How many are here.</param>
    /// <param name="output">Takes the object as UTF-8.</param>
    public static void WritePresence(long seq, DateTimeOffset time, bool announced, int memberCount, IBufferWriter<byte> output)
    {
        using var json = BeginFact("presence"u8, seq, time, output);
        json.WriteBoolean("announced"u8, announced);
        json.WriteNumber("memberCount"u8, memberCount);
        json.WriteEndObject();
    }

    private static Utf8JsonWriter BeginFact(ReadOnlySpan<byte> type, long? seq, DateTimeOffset time, IBufferWriter<byte> output)
    {
        var json = Begin(type, output);
        WriteNumberIfAny(json, "seq"u8, seq);
        WriteTime(json, time);
        return json;
    }

    private static Utf8JsonWriter Begin(ReadOnlySpan<byte> type, IBufferWriter<byte> output)
    {
        var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        return json;
    }

    // RFC 3339, in UTC and with milliseconds: 2026-11-24T20:15:30.123Z.
    private static void WriteTime(Utf8JsonWriter json, DateTimeOffset time)
    {
        Span<byte> text = stackalloc byte["yyyy-MM-ddTHH:mm:ss.fffZ".Length];
        _ = time.UtcDateTime.TryFormat(text, out _, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        json.WriteString("time"u8, text);
    }

    private static void WriteMember(Utf8JsonWriter json, ReadOnlySpan<byte> field, Member member)
    {
        json.WritePropertyName(field);
        WriteMember(json, member);
    }

    // A number that a program does not count with is a text: JavaScript's numbers end at 2^53.
    private static void WriteMember(Utf8JsonWriter json, Member member, bool isAway = false)
    {
        Span<byte> id = stackalloc byte[20];
        _ = member.Id.Value.TryFormat(id, out var length, provider: CultureInfo.InvariantCulture);
        json.WriteStartObject();
        json.WriteString("id"u8, id[..length]);
        json.WriteString("name"u8, member.Name.Text);
        if (isAway)
        {
            json.WriteBoolean("away"u8, value: true);
        }

        json.WriteEndObject();
    }

    private static void WriteNumberIfAny(Utf8JsonWriter json, ReadOnlySpan<byte> field, long? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(field, value);
        }
    }
}
