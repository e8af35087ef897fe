using System.Text;
using System.Text.Json;
using Broadcast.Actors.Wire;

namespace Broadcast.Fuzz.Targets;

/// <summary>What a client of broadcast.v1+json sends.</summary>
internal static class JsonTarget
{
    public static Target Target { get; } = new(
        "json",
        "broadcast.v1+json frames: each is one or says why not, and what is taken is JSON (RFC 8259) that says the same to others",
        [.. """
            {"type":"hello","name":"Bob","resume":{"token":"t0k3n","epoch":"e1","seq":41},"key":"secret"}
            {"type":"say","text":"w\u0061ves \ud83d\ude80\n\"","action":true,"n":8}
            {"type":"rename","name":"Bobby","n":9007199254740991}
            {"type":"whisper","to":"Alice","text":"psst","n":10,"more":[1.5e3,null,{"a":{}}]}
            {"type":"who"}
            {"type":"history","before":42,"limit":50}
            {"type":"ping"}
            {"type":"leave"}
            """.Split('\n').Select(Encoding.UTF8.GetBytes)],
        Check);

    private static void Check(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        var frame = JsonForm.Parse(text);
        if (frame is BadRequest bad)
        {
            Target.Require(bad.Why.Length > 0, "no reason");
            return;
        }

        using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 1000 });
        var others = document.RootElement;
        var same = frame switch
        {
            Hello hello => Is(others, "name", hello.Name),
            SayText say => Is(others, "text", say.Text) && Is(others, "n", say.N),
            RenameTo rename => Is(others, "name", rename.Name) && Is(others, "n", rename.N),
            WhisperTo whisper => Is(others, "to", whisper.To) && Is(others, "text", whisper.Text) && Is(others, "n", whisper.N),
            _ => true,
        };
        Target.Require(same, $"{frame} is something else to others");
    }

    private static bool Is(JsonElement json, string field, string text) => json.GetProperty(field).GetString() == text;

    private static bool Is(JsonElement json, string field, long number) => json.GetProperty(field).TryGetInt64(out var value) && value == number;
}
