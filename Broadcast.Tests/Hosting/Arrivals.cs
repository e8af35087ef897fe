using System.Text.Json;
using System.Text.RegularExpressions;

namespace Broadcast.Tests.Hosting;

/// <summary>
/// A frame of broadcast.v1+json from the server, by the letter of docs/protocol.md: the fields of its type, in order,
/// and no other. Times are looked at, but are not part of what is compared.
/// </summary>
internal abstract partial record Arrival
{
    /// <summary>The frame as it came.</summary>
    public static Arrival Read(string text)
    {
        using var json = JsonDocument.Parse(text);
        var fields = new Fields(json.RootElement);
        Arrival arrival = fields.Text("type") switch
        {
            "message" => new Message(
                fields.Number("seq"), fields.Timed().Who("from"), fields.Text("text"), fields.FlagIfAny("action") ?? false, fields.NumberIfAny("n")),
            "joined" => new Joined(fields.NumberIfAny("seq"), fields.Timed().Who("who")),
            "left" => new Left(fields.Number("seq"), fields.Timed().Who("who"), fields.Text("reason")),
            "renamed" => new Renamed(fields.Number("seq"), fields.Timed().Who("who"), fields.Text("was")),
            "presence" => new Presence(fields.Number("seq"), fields.Timed().Flag("announced"), fields.Number("memberCount")),
            "welcome" => new Welcome(
                fields.Text("epoch"),
                fields.Number("seq"),
                fields.Who("you"),
                fields.Text("token"),
                fields.Flag("resumed"),
                fields.EverybodyIfAny("members"),
                fields.NumberIfAny("memberCount"),
                fields.Limits("limits")),
            "whisper" => new Whisper(fields.Timed().Who("from"), fields.Who("to"), fields.Text("text")),
            "notice" => new Notice(fields.Text("text")),
            "gap" => new Gap(fields.Number("missed"), fields.Number("from"), fields.Number("to")),
            "ack" => new Ack(fields.Number("n"), fields.NumberIfAny("seq")),
            "error" => new Error(fields.Text("code"), fields.Text("text"), fields.TextIfAny("name"), fields.NumberIfAny("n")),
            "members" => new Members(fields.Number("seq"), fields.EverybodyIfAny("members")!, fields.Number("memberCount")),
            "history" => new History(fields.Facts("facts"), fields.Flag("more")),
            "pong" => new Pong(),
            "bye" => new Bye(fields.Text("reason"), fields.NumberIfAny("retryAfterMs")),
            var other => throw new InvalidOperationException($"There is no frame of the type {other}: {text}"),
        };
        fields.End(text);
        return arrival;
    }

    private sealed partial class Fields(JsonElement json)
    {
        private readonly Queue<JsonProperty> _left = new(json.EnumerateObject());

        public void End(string text) => Assert.True(_left.Count == 0, $"It has more fields than its type, or in another order: {text}");

        public string Text(string name) => Take(name).GetString()!;

        public string? TextIfAny(string name) => Has(name) ? Text(name) : null;

        public long Number(string name) => Take(name).GetInt64();

        public long? NumberIfAny(string name) => Has(name) ? Number(name) : null;

        public bool Flag(string name) => Take(name).GetBoolean();

        public bool? FlagIfAny(string name) => Has(name) ? Flag(name) : null;

        public Fields Timed()
        {
            Assert.Matches(Time(), Text("time"));
            return this;
        }

        public Who Who(string name) => Who(Take(name));

        public Everybody? EverybodyIfAny(string name)
        {
            if (!Has(name))
            {
                return null;
            }

            List<JsonElement> members = [.. Take(name).EnumerateArray()];
            return new Everybody([.. members.Select(Who)])
            {
                Away = [.. members.Where(member => member.TryGetProperty("away", out var away) && away.GetBoolean()).Select(member => Who(member).Name)],
            };
        }

        public Limits Limits(string name)
        {
            var limits = new Fields(Take(name));
            var read = new Limits(
                limits.Number("messageBytes"), limits.Number("nameLength"), limits.Number("unanswered"), limits.Number("linesPerSecond"), limits.Number("burst"));
            limits.End(name);
            return read;
        }

        public IReadOnlyList<string> Facts(string name) => [.. Take(name).EnumerateArray().Select(fact => fact.GetRawText())];

        private static Who Who(JsonElement member)
        {
            var who = new Fields(member);
            var read = new Who(who.Text("id"), who.Text("name"));
            _ = who.FlagIfAny("away");
            who.End(member.GetRawText());
            return read;
        }

        private bool Has(string name) => _left.TryPeek(out var next) && next.NameEquals(name);

        private JsonElement Take(string name)
        {
            Assert.True(Has(name), $"The field {name} is missing, or not in its place: {json.GetRawText()}");
            return _left.Dequeue().Value;
        }

        [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
        private static partial Regex Time();
    }
}

/// <summary>A member.</summary>
internal sealed record Who(string Id, string Name);

/// <summary>A list of members, equal to one with the same members in the same order.</summary>
internal sealed record Everybody(params IReadOnlyList<Who> List)
{
    public static Everybody Nobody { get; } = new();

    /// <summary>Those of them who have no connection for the moment; not part of what is compared.</summary>
    public IReadOnlyList<string> Away { get; init; } = [];

    public bool Equals(Everybody? other) => other is not null && List.SequenceEqual(other.List);

    public override int GetHashCode() => List.Count;

    public override string ToString() => string.Join(", ", List.Select(who => $"{who.Name} ({who.Id})"));
}

/// <summary>What a client has to keep to.</summary>
internal sealed record Limits(long MessageBytes, long NameLength, long Unanswered, long LinesPerSecond, long Burst);

/// <summary>What everybody gets.</summary>
/// <param name="Seq">Where it stands; null where only the joiner hears of it.</param>
internal abstract record Told(long? Seq) : Arrival;

internal sealed record Message(long? Seq, Who From, string Text, bool Action = false, long? N = null) : Told(Seq);

internal sealed record Joined(long? Seq, Who Who) : Told(Seq);

internal sealed record Left(long? Seq, Who Who, string Reason) : Told(Seq);

internal sealed record Renamed(long? Seq, Who Who, string Was) : Told(Seq);

internal sealed record Presence(long? Seq, bool Announced, long MemberCount) : Told(Seq);

internal sealed record Welcome(
    string Epoch, long Seq, Who You, string Token, bool Resumed, Everybody? Members, long? MemberCount, Limits Limits) : Arrival;

internal sealed record Whisper(Who From, Who To, string Text) : Arrival;

internal sealed record Notice(string Text) : Arrival;

internal sealed record Gap(long Missed, long From, long To) : Arrival;

internal sealed record Ack(long N, long? Seq = null) : Arrival;

internal sealed record Error(string Code, string Text, string? Name, long? N) : Arrival;

internal sealed record Members(long Seq, Everybody List, long MemberCount) : Arrival;

/// <param name="Facts">As they stand in the frame, byte for byte.</param>
/// <param name="More">Whether there are older ones.</param>
internal sealed record History(IReadOnlyList<string> Facts, bool More) : Arrival;

internal sealed record Pong : Arrival;

internal sealed record Bye(string Reason, long? RetryAfterMs) : Arrival;
