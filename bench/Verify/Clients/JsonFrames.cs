using System.Text.Json;
using System.Text.Json.Nodes;
using Broadcast.Verify.Orders;

namespace Broadcast.Verify.Clients;

/// <summary>The frames of broadcast.v1+json (docs/protocol.md), read and written.</summary>
internal static class JsonFrames
{
    public static string Hello(string name, string? token, string? epoch, long seq) => Write(new JsonObject
    {
        ["type"] = "hello",
        ["name"] = name,
        ["resume"] = token is null ? null : new JsonObject { ["token"] = token, ["epoch"] = epoch, ["seq"] = seq },
    });

    public static string Say(string text, bool isAction, long n) =>
        Write(new JsonObject { ["type"] = "say", ["text"] = text, ["action"] = isAction ? true : null, ["n"] = n });

    public static string Rename(string name, long n) => Write(new JsonObject { ["type"] = "rename", ["name"] = name, ["n"] = n });

    public static string Whisper(string to, string text, long n) =>
        Write(new JsonObject { ["type"] = "whisper", ["to"] = to, ["text"] = text, ["n"] = n });

    public static string History(int? limit, long? before) => Write(new JsonObject { ["type"] = "history", ["before"] = before, ["limit"] = limit });

    public static string Plain(string type) => Write(new JsonObject { ["type"] = type });

    /// <summary>What a frame is for whoever hears it; null for what need not be written down.</summary>
    public static Entry? Read(JsonElement frame) => Kind(frame) switch
    {
        "welcome" => new Welcomed(
            Text(frame, "epoch"), Number(frame, "seq"), Member(frame, "you"), frame.GetProperty("resumed").GetBoolean(),
            frame.TryGetProperty("members", out var members) ? Members(members) : null,
            frame.TryGetProperty("memberCount", out var count) ? count.GetInt32() : 0,
            IsInTime: false),
        "joined" when !frame.TryGetProperty("seq", out _) => new CameInUnannounced(Member(frame, "who")),
        "message" or "joined" or "left" or "renamed" or "presence" => new Heard(Fact(frame)),
        "whisper" => new WhisperHeard(Member(frame, "from").Name, Member(frame, "to"), Text(frame, "text")),
        "gap" => new Missed(Number(frame, "missed"), Number(frame, "from"), Number(frame, "to")),
        "ack" => new Accepted(Number(frame, "n"), OptionalNumber(frame, "seq")),
        "error" => new Refused(Text(frame, "code"), Text(frame, "text"), OptionalNumber(frame, "n")),
        "members" => new MembersHeard(Number(frame, "seq"), Members(frame.GetProperty("members")), frame.GetProperty("memberCount").GetInt32()),
        "history" => new HistoryHeard([.. frame.GetProperty("facts").EnumerateArray().Select(Fact)], frame.GetProperty("more").GetBoolean()),
        "notice" or "pong" or "bye" => null,
        var other => new Faulty($"there is no frame {other}"),
    };

    public static string Kind(JsonElement frame) => Text(frame, "type");

    private static Fact Fact(JsonElement fact)
    {
        var (seq, time) = (Number(fact, "seq"), Text(fact, "time"));
        return Kind(fact) switch
        {
            "message" => new Said(seq, time, Member(fact, "from"), Text(fact, "text"), fact.TryGetProperty("action", out var action) && action.GetBoolean(), OptionalNumber(fact, "n")),
            "joined" => new Joined(seq, time, Member(fact, "who")),
            "left" => new Left(seq, time, Member(fact, "who"), Text(fact, "reason")),
            "renamed" => new Renamed(seq, time, Member(fact, "who"), Text(fact, "was")),
            "presence" => new PresenceChanged(seq, time, fact.GetProperty("announced").GetBoolean(), fact.GetProperty("memberCount").GetInt32()),
            var other => throw new InvalidDataException($"there is no fact {other}"),
        };
    }

    private static List<Member> Members(JsonElement members) => [.. members.EnumerateArray().Select(Member)];

    private static Member Member(JsonElement frame, string field) => Member(frame.GetProperty(field));

    private static Member Member(JsonElement member) => new(Text(member, "id"), Text(member, "name"));

    private static string Text(JsonElement frame, string field) => frame.GetProperty(field).GetString()!;

    private static long Number(JsonElement frame, string field) => frame.GetProperty(field).GetInt64();

    private static long? OptionalNumber(JsonElement frame, string field) => frame.TryGetProperty(field, out var number) ? number.GetInt64() : null;

    private static string Write(JsonObject frame)
    {
        foreach (var field in frame.Where(field => field.Value is null).Select(field => field.Key).ToList())
        {
            _ = frame.Remove(field);
        }

        return frame.ToJsonString(Plainly);
    }

    // A text at the limit is not to grow by escapes.
    private static readonly JsonSerializerOptions Plainly = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
