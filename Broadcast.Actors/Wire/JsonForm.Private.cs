using System.Buffers;
using System.Text.Json;
using Broadcast.Actors.Rooms;

namespace Broadcast.Actors.Wire;

/// <content>What one member alone is told.</content>
public static partial class JsonForm
{
    /// <summary>The most members that one frame lists; the count beside them is of all.</summary>
    public const int MostMembersListed = 1_000;

    /// <summary>The most bytes that the list takes: it may have to wait for one who reads nothing.</summary>
    public const int MostListBytes = 64 * 1024;

    /// <summary>Writes <c>welcome</c> for one who is new here.</summary>
    /// <param name="epoch">The room's epoch.</param>
    /// <param name="seq">The last fact before the member came.</param>
    /// <param name="you">The member.</param>
    /// <param name="token">What it can come back with.</param>
    /// <param name="members">Who was here then, in the order in which they came.</param>
    /// <param name="memberCount">How many they are.</param>
    /// <param name="limits">What the client has to keep to.</param>
    /// <param name="output">Takes the object as UTF-8.</param>
    /// <param name="isAway">Whether a member is here without a connection; null where none is.</param>
    public static void WriteWelcome(
        string epoch,
        long seq,
        Member you,
        ResumeToken token,
        IEnumerable<Member> members,
        int memberCount,
        ClientLimits limits,
        IBufferWriter<byte> output,
        Func<MemberId, bool>? isAway = null)
    {
        using var json = BeginWelcome(epoch, seq, you, token, resumed: false, output);
        WriteMembers(json, members, memberCount, isAway);
        EndWelcome(json, limits);
    }

    /// <summary>Writes <c>welcome</c> for one who has come back: who is here follows from the facts behind <paramref name="seq"/>.</summary>
    /// <param name="epoch">The room's epoch.</param>
    /// <param name="seq">The last fact that the client has, as it said.</param>
    /// <param name="you">The member.</param>
    /// <param name="token">What it can come back with the next time.</param>
    /// <param name="limits">What the client has to keep to.</param>
    /// <param name="output">Takes the object as UTF-8.</param>
    public static void WriteWelcomeBack(
        string epoch, long seq, Member you, ResumeToken token, ClientLimits limits, IBufferWriter<byte> output)
    {
        using var json = BeginWelcome(epoch, seq, you, token, resumed: true, output);
        EndWelcome(json, limits);
    }

    /// <summary>Writes <c>members</c>: who is here.</summary>
    /// <param name="seq">As of which fact.</param>
    /// <param name="members">Who is here, in the order in which they came.</param>
    /// <param name="memberCount">How many they are.</param>
    /// <param name="output">Takes the object as UTF-8.</param>
    /// <param name="isAway">Whether a member is here without a connection; null where none is.</param>
    public static void WriteMembers(
        long seq, IEnumerable<Member> members, int memberCount, IBufferWriter<byte> output, Func<MemberId, bool>? isAway = null)
    {
        using var json = Begin("members"u8, output);
        json.WriteNumber("seq"u8, seq);
        WriteMembers(json, members, memberCount, isAway);
        json.WriteEndObject();
    }

    /// <summary>Writes <c>whisper</c>: a line from one member to one other.</summary>
    /// <param name="time">When it was said.</param>
    /// <param name="from">Who said it.</param>
    /// <param name="to">Whom it is for.</param>
    /// <param name="text">The line.</param>
    /// <param name="output">Takes the object as UTF-8.</param>
    public static void WriteWhisper(DateTimeOffset time, Member from, Member to, string text, IBufferWriter<byte> output)
    {
        using var json = Begin("whisper"u8, output);
        WriteTime(json, time);
        WriteMember(json, "from"u8, from);
        WriteMember(json, "to"u8, to);
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }

    /// <summary>Writes <c>notice</c>: a sentence of the system's for one member.</summary>
    public static void WriteNotice(string text, IBufferWriter<byte> output)
    {
        using var json = Begin("notice"u8, output);
        json.WriteString("text"u8, text);
        json.WriteEndObject();
    }

    /// <summary>Writes <c>gap</c>: facts that the log has dropped before the member read them.</summary>
    /// <param name="from">The first that is missing.</param>
    /// <param name="to">The last that is missing.</param>
    /// <param name="output">Takes the object as UTF-8.</param>
    public static void WriteGap(long from, long to, IBufferWriter<byte> output)
    {
        using var json = Begin("gap"u8, output);
        json.WriteNumber("missed"u8, to - from + 1);
        json.WriteNumber("from"u8, from);
        json.WriteNumber("to"u8, to);
        json.WriteEndObject();
    }

    /// <summary>Writes <c>ack</c>: a numbered frame has been accepted.</summary>
    /// <param name="n">The client's number for it.</param>
    /// <param name="seq">The number of the fact that it became; null where it is none (a whisper).</param>
    /// <param name="output">Takes the object as UTF-8.</param>
    public static void WriteAck(long n, long? seq, IBufferWriter<byte> output)
    {
        using var json = Begin("ack"u8, output);
        json.WriteNumber("n"u8, n);
        WriteNumberIfAny(json, "seq"u8, seq);
        json.WriteEndObject();
    }

    /// <summary>Writes <c>error</c>: a frame has been refused.</summary>
    /// <param name="code">Which of the closed list.</param>
    /// <param name="text">Why, for a person; <see cref="ErrorCode.Text"/> where there is nothing closer to say.</param>
    /// <param name="given">The name that the member was given instead of the one it asked for; null where it was given none.</param>
    /// <param name="n">The client's number for the frame; null where it has none.</param>
    /// <param name="output">Takes the object as UTF-8.</param>
    public static void WriteError(ErrorCode code, string text, string? given, long? n, IBufferWriter<byte> output)
    {
        using var json = Begin("error"u8, output);
        json.WriteString("code"u8, code.Code);
        json.WriteString("text"u8, text);
        if (given is not null)
        {
            json.WriteString("name"u8, given);
        }

        WriteNumberIfAny(json, "n"u8, n);
        json.WriteEndObject();
    }

    /// <summary>Writes <c>history</c>: facts of before.</summary>
    /// <param name="facts">Each as this form wrote it, without a WebSocket header, oldest first.</param>
    /// <param name="more">Whether there are older ones still.</param>
    /// <param name="output">Takes the object as UTF-8.</param>
    public static void WriteHistory(IEnumerable<ReadOnlyMemory<byte>> facts, bool more, IBufferWriter<byte> output)
    {
        using var json = Begin("history"u8, output);
        json.WriteStartArray("facts"u8);
        foreach (var fact in facts)
        {
            json.WriteRawValue(fact.Span, skipInputValidation: true);
        }

        json.WriteEndArray();
        json.WriteBoolean("more"u8, more);
        json.WriteEndObject();
    }

    /// <summary>Writes <c>pong</c>: the answer to <c>ping</c>.</summary>
    public static void WritePong(IBufferWriter<byte> output)
    {
        using var json = Begin("pong"u8, output);
        json.WriteEndObject();
    }

    /// <summary>Writes <c>bye</c>: the server's last frame before it closes.</summary>
    /// <param name="reason">Why, in one word for a program.</param>
    /// <param name="retryAfter">How long to wait before coming back; null where there is no telling.</param>
    /// <param name="output">Takes the object as UTF-8.</param>
    public static void WriteBye(string reason, TimeSpan? retryAfter, IBufferWriter<byte> output)
    {
        using var json = Begin("bye"u8, output);
        json.WriteString("reason"u8, reason);
        WriteNumberIfAny(json, "retryAfterMs"u8, (long?)retryAfter?.TotalMilliseconds);
        json.WriteEndObject();
    }

    private static Utf8JsonWriter BeginWelcome(
        string epoch, long seq, Member you, ResumeToken token, bool resumed, IBufferWriter<byte> output)
    {
        var json = Begin("welcome"u8, output);
        json.WriteString("epoch"u8, epoch);
        json.WriteNumber("seq"u8, seq);
        WriteMember(json, "you"u8, you);
        json.WriteString("token"u8, token.Reveal());
        json.WriteBoolean("resumed"u8, resumed);
        return json;
    }

    private static void EndWelcome(Utf8JsonWriter json, ClientLimits limits)
    {
        json.WriteStartObject("limits"u8);
        json.WriteNumber("messageBytes"u8, limits.MessageBytes);
        json.WriteNumber("nameLength"u8, limits.NameLength);
        json.WriteNumber("unanswered"u8, limits.Unanswered);
        json.WriteNumber("linesPerSecond"u8, limits.LinesPerSecond);
        json.WriteNumber("burst"u8, limits.Burst);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter json, IEnumerable<Member> members, int memberCount, Func<MemberId, bool>? isAway)
    {
        json.WriteStartArray("members"u8);
        foreach (var member in members.Take(MostMembersListed))
        {
            if (json.BytesCommitted + json.BytesPending > MostListBytes)
            {
                break;
            }

            WriteMember(json, member, isAway?.Invoke(member.Id) ?? false);
        }

        json.WriteEndArray();
        json.WriteNumber("memberCount"u8, memberCount);
    }
}
