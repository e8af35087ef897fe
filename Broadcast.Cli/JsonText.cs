using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Broadcast.Cli;

/// <summary>What arrives as a program reads it (<c>--json</c>): one JSON object a line, in which nothing is left that a terminal would obey.</summary>
/// <param name="Text">The object, without a line break.</param>
internal sealed record JsonText(string Text)
{
    private const string Token = "token";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A frame of <c>broadcast.v1+json</c> as it came, but for what one comes back with, which is nobody else's business.</summary>
    /// <returns>Null where it is no object.</returns>
    public static JsonText? OfFrame(string frame)
    {
        try
        {
            using var document = JsonDocument.Parse(frame);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Write(json =>
                {
                    foreach (var field in document.RootElement.EnumerateObject().Where(field => field.Name != Token))
                    {
                        field.WriteTo(json);
                    }
                })
                : null;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A line of the plain form.</summary>
    public static JsonText OfPlain(string text) => Write(json =>
    {
        json.WriteString("type"u8, "line"u8);
        json.WriteString("text"u8, text);
    });

    private static JsonText Write(Action<Utf8JsonWriter> fields)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        return new JsonText(Escaped(Encoding.UTF8.GetString(bytes.WrittenSpan)));
    }

    // What the writer lets through and a terminal obeys stands inside a string: between them there is nothing but punctuation.
    private static string Escaped(string json)
    {
        if (VisibleText.Of(json).Equals(json, StringComparison.Ordinal))
        {
            return json;
        }

        var escaped = new StringBuilder(json.Length);
        for (var i = 0; i < json.Length; i++)
        {
            if (VisibleText.IsObeyed(json, i))
            {
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)json[i]:x4}");
            }
            else
            {
                escaped.Append(json[i]);
            }
        }

        return escaped.ToString();
    }
}
