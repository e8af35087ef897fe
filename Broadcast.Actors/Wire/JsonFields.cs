using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Broadcast.Actors.Wire;

/// <summary>
/// One JSON object taken apart in one pass, without an object of its own on the heap: where in it the fields stand that
/// frames have. A field is looked at only when it is asked for, so that what a frame's type does not have may be
/// anything. The first thing that is wrong stays in <see cref="Trouble"/>, and from then on nothing is read any more.
/// </summary>
internal ref struct JsonFields
{
    /// <summary>The largest number that every JSON parser reads to the last digit: 2^53 - 1 (RFC 8259 6).</summary>
    public const long LargestNumber = (1L << 53) - 1;

    /// <summary>The most objects and arrays inside each other, the frame included; the frames themselves need two.</summary>
    public const int MostLevels = 16;

    /// <summary>What is said of half a surrogate pair, which is no character and which UTF-8 has no bytes for.</summary>
    public const string Torn = "a string has half of a surrogate pair: send both halves";

    private const int Known = (int)JsonField.Key + 1;

    private static readonly JsonEncodedText[] Names =
        Array.ConvertAll(Enum.GetNames<JsonField>(), name => JsonEncodedText.Encode(JsonNamingPolicy.CamelCase.ConvertName(name)));

    private readonly ReadOnlySpan<byte> _json;
    private readonly string _path;
    private Places _places;
    private bool _isWhole;

    private JsonFields(ReadOnlySpan<byte> json, string path)
    {
        _json = json;
        _path = path;
    }

    /// <summary>The first thing that is wrong: a clause that says what to send; null while nothing is.</summary>
    public string? Trouble { get; private set; }

    /// <summary>The field <c>n</c>, where it is a good one; otherwise null, which is no trouble.</summary>
    public readonly long? N => _isWhole && TryNumber(JsonField.N, from: 1, out var n) ? n : null;

    /// <summary>Whether the frame is of a type, whatever is wrong with its other fields.</summary>
    public readonly bool IsOfType(ReadOnlySpan<byte> type) =>
        _isWhole
        && _places[(int)JsonField.Type] is { Kind: JsonTokenType.String, Twice: false }
        && !HasHalfPair(BytesOf(JsonField.Type))
        && ValueOf(JsonField.Type).ValueTextEquals(type);

    /// <summary>Takes an object apart. Any bytes will do.</summary>
    public static JsonFields Of(ReadOnlySpan<byte> json) => Of(json, "");

    /// <summary>Whether there is something in the field; an optional one may be null.</summary>
    public readonly bool Has(JsonField field) =>
        _places[(int)field] is { Twice: true } or { Kind: not (JsonTokenType.None or JsonTokenType.Null) };

    /// <summary>The field as a text; empty where there is trouble.</summary>
    public string Text(JsonField field) => Is(field, "a string", JsonTokenType.String) ? ValueOf(field).GetString()! : "";

    /// <summary>The optional field as a text; null where it is not there.</summary>
    public string? TextIfAny(JsonField field) => Has(field) ? Text(field) : null;

    /// <summary>The field as a whole number; 0 where there is trouble.</summary>
    /// <param name="field">Which.</param>
    /// <param name="from">The least that it may be; 0 or 1.</param>
    public long Number(JsonField field, long from)
    {
        var what = from == 0 ? "a whole number from 0 to 9007199254740991" : "a whole number from 1 to 9007199254740991";
        if (!Is(field, what, JsonTokenType.Number))
        {
            return 0;
        }

        if (!TryNumber(field, from, out var number))
        {
            Trouble = NotWhat(field, what);
        }

        return number;
    }

    /// <summary>The optional field as a whole number of at least 1; null where it is not there.</summary>
    public long? NumberIfAny(JsonField field) => Has(field) ? Number(field, from: 1) : null;

    /// <summary>The optional field as a flag; false where it is not there.</summary>
    public bool Flag(JsonField field) =>
        Has(field) && Is(field, "true or false", JsonTokenType.True, JsonTokenType.False) && _places[(int)field].Kind == JsonTokenType.True;

    /// <summary>The optional field as where a client was; null where it is not there.</summary>
    public ResumeFrom? ResumeIfAny(JsonField field)
    {
        if (!Has(field) || !Is(field, "an object", JsonTokenType.StartObject))
        {
            return null;
        }

        var inside = Of(BytesOf(field), $"{_path}{Names[(int)field].Value}.");
        var resume = new ResumeFrom(inside.Text(JsonField.Token), inside.Text(JsonField.Epoch), inside.Number(JsonField.Seq, from: 0));
        Trouble = inside.Trouble;
        return resume;
    }

    private static JsonFields Of(ReadOnlySpan<byte> json, string path)
    {
        var fields = new JsonFields(json, path);
        try
        {
            fields.Walk();
        }
        catch (JsonException)
        {
            fields.Trouble ??= "that is not JSON: send one JSON object a frame";
        }

        return fields;
    }

    private void Walk()
    {
        var reader = new Utf8JsonReader(_json);
        _ = reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            Trouble = "that is JSON but not an object: send one JSON object a frame";
            return;
        }

        var field = -1;
        while (reader.Read())
        {
            var kind = reader.TokenType;
            if (kind is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= MostLevels)
            {
                Trouble ??= "that is nested too deep: send at most 16 levels";
                return;
            }

            var isTorn = kind is JsonTokenType.PropertyName or JsonTokenType.String && reader.ValueIsEscaped && HasHalfPair(reader.ValueSpan);
            if (isTorn)
            {
                Trouble ??= Torn;
            }

            if (reader.CurrentDepth == 1)
            {
                if (kind == JsonTokenType.PropertyName)
                {
                    field = isTorn ? -1 : IndexOf(ref reader);
                }
                else if (field >= 0)
                {
                    Note(field, kind, (int)reader.TokenStartIndex, (int)reader.BytesConsumed);
                }
            }
        }

        _isWhole = true;
    }

    private static int IndexOf(ref Utf8JsonReader reader)
    {
        for (var i = 0; i < Known; i++)
        {
            if (reader.ValueTextEquals(Names[i].EncodedUtf8Bytes))
            {
                return i;
            }
        }

        return -1;
    }

    // An object or array is told twice, by its beginning and its end.
    private void Note(int field, JsonTokenType kind, int start, int end)
    {
        ref var place = ref _places[field];
        if (kind is JsonTokenType.EndObject or JsonTokenType.EndArray)
        {
            place.End = end;
        }
        else
        {
            place = new Place { Kind = kind, Start = start, End = end, Twice = place.Kind != JsonTokenType.None };
        }
    }

    // The reader has seen to it that four hexadecimal digits are behind each \u, and that what stands there unescaped is
    // whole characters.
    private static bool HasHalfPair(ReadOnlySpan<byte> escaped)
    {
        for (var at = escaped.IndexOf((byte)'\\'); at >= 0; at = escaped.IndexOf((byte)'\\'))
        {
            escaped = escaped[at..];
            if (!TryUnit(escaped, out var unit))
            {
                escaped = escaped["\\n".Length..];
                continue;
            }

            escaped = escaped["\\uXXXX".Length..];
            if (char.IsHighSurrogate(unit) && TryUnit(escaped, out var low) && char.IsLowSurrogate(low))
            {
                escaped = escaped["\\uXXXX".Length..];
            }
            else if (char.IsSurrogate(unit))
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryUnit(ReadOnlySpan<byte> escaped, out char unit)
    {
        ushort value = 0;
        var isUnit = escaped.StartsWith("\\u"u8) && Utf8Parser.TryParse(escaped.Slice("\\u".Length, 4), out value, out _, 'x');
        unit = (char)value;
        return isUnit;
    }

    private bool Is(JsonField field, string what, params ReadOnlySpan<JsonTokenType> kinds)
    {
        Trouble ??= _places[(int)field] switch
        {
            { Twice: true } => $"{NameOf(field)} is there twice: send it once",
            { Kind: JsonTokenType.None or JsonTokenType.Null } => $"{NameOf(field)} is missing: send {what}",
            { Kind: var kind } when !kinds.Contains(kind) => NotWhat(field, what),
            _ => null,
        };
        return Trouble is null;
    }

    private readonly string NotWhat(JsonField field, string what) => $"{NameOf(field)} is something else: send {what}";

    private readonly string NameOf(JsonField field) => $"the field {_path}{Names[(int)field].Value}";

    private readonly bool TryNumber(JsonField field, long from, out long number)
    {
        number = 0;
        return _places[(int)field] is { Kind: JsonTokenType.Number, Twice: false }
            && ValueOf(field).TryGetInt64(out number)
            && number >= from
            && number <= LargestNumber;
    }

    private readonly Utf8JsonReader ValueOf(JsonField field)
    {
        var reader = new Utf8JsonReader(BytesOf(field));
        _ = reader.Read();
        return reader;
    }

    private readonly ReadOnlySpan<byte> BytesOf(JsonField field) => _json[_places[(int)field].Start.._places[(int)field].End];

    private struct Place
    {
        public JsonTokenType Kind;
        public int Start;
        public int End;
        public bool Twice;
    }

    [InlineArray(Known)]
    private struct Places
    {
        private Place _first;
    }
}
