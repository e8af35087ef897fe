using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Broadcast.Cli.Wire;

/// <summary>The wire form for programs, as the client speaks it: one JSON object a text frame.</summary>
internal static class JsonForm
{
    /// <summary>What is offered in <c>Sec-WebSocket-Protocol</c>; a server that does not echo it speaks plain.</summary>
    public const string Subprotocol = "broadcast.v1+json";

    // Frames are no part of a page: only what JSON itself needs escaped has to be.
    private static readonly JsonFormContext Context = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        AllowOutOfOrderMetadataProperties = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    });

    /// <summary>Reads one frame.</summary>
    /// <returns>Null where it is none that is known here: a server of a later day may say more.</returns>
    public static ServerFrame? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, Context.ServerFrame);
        }
        catch (Exception unknown) when (unknown is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Writes one frame, <c>type</c> first.</summary>
    public static string Write(ClientFrame frame) => JsonSerializer.Serialize(frame, Context.ClientFrame);
}

/// <summary>What the serializer needs to know, written when this is built: nothing is looked up at run time.</summary>
[JsonSerializable(typeof(ServerFrame))]
[JsonSerializable(typeof(ClientFrame))]
internal sealed partial class JsonFormContext : JsonSerializerContext;
