using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using Broadcast.Actors.Names;

namespace Broadcast.Host.Configuration;

/// <summary>One key under <c>broadcast { }</c>: what it may be, and where it goes in the options.</summary>
/// <param name="Key">The whole key, such as <c>broadcast.limits.connections</c>.</param>
/// <param name="Allowed">What may stand there, in words that fit behind "must be".</param>
/// <param name="Read">The options with the value taken in; null where the value is not allowed.</param>
/// <param name="IsList">Whether it may be several values.</param>
/// <param name="IsSecret">Whether it may be shown to nobody: not in an error, and not in the list of processes.</param>
internal sealed record Setting(
    string Key, string Allowed, Func<HoconValue, BroadcastOptions, BroadcastOptions?> Read, bool IsList = false, bool IsSecret = false)
{
    private static readonly TimeSpan ShortestTime = TimeSpan.FromMilliseconds(100);
    // Half of what an array holds: a text has two bytes for each character.
    private const int MostMessageBytes = int.MaxValue / 2;

    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(1);

    /// <summary>Every key there is.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        Text("broadcast.host", "a host name or an IP address", (text, o) => o with { Host = text }),
        Number("broadcast.port", 0, 65535, (number, o) => o with { Port = (int)number }),
        Texts("broadcast.origins", "a list of origins such as [\"https://chat.example.org\"], or \"*\"", IsOrigin, (texts, o) => o with { Origins = texts }),
        Texts("broadcast.hosts", "a list of host names without a port, such as [\"chat.example.org\"]", IsHost, (texts, o) => o with { Hosts = texts }),
        Switch("broadcast.echo-lines", (on, o) => o with { Room = o.Room with { EchoLines = on } }),
        new(
            "broadcast.access",
            "open, key or jwt",
            (value, o) => TextOf(value) is "open" or "key" or "jwt" ? o with { Access = Enum.Parse<Access>(TextOf(value), ignoreCase: true) } : null),
        TextOrNone("broadcast.key", "a key of at least 16 characters, or \"\" for none", (text, o) => o with { Key = text }) with { IsSecret = true },
        FileOrNone("broadcast.key-file", (path, o) => o with { KeyFile = path }),
        FileOrNone("broadcast.jwt.key-file", (path, o) => o with { Jwt = o.Jwt with { KeyFile = path } }),
        FileOrNone("broadcast.jwt.jwks-file", (path, o) => o with { Jwt = o.Jwt with { JwksFile = path } }),
        TextOrNone("broadcast.jwt.issuer", "a text, or \"\" for any", (text, o) => o with { Jwt = o.Jwt with { Issuer = text } }),
        TextOrNone("broadcast.jwt.audience", "a text, or \"\" for any", (text, o) => o with { Jwt = o.Jwt with { Audience = text } }),
        TextOrNone("broadcast.jwt.name-claim", "the name of a claim, or \"\" for none", (text, o) => o with { Jwt = o.Jwt with { NameClaim = text } }),
        FileOrNone("broadcast.tls.certificate", (path, o) => o with { Tls = o.Tls with { Certificate = path } }),
        FileOrNone("broadcast.tls.key", (path, o) => o with { Tls = o.Tls with { Key = path } }),
        Texts(
            "broadcast.trusted-proxies",
            "a list of addresses or networks such as [\"10.0.0.7\", \"2001:db8::/32\"]",
            text => NetworkOf(text) is not null,
            (texts, o) => o with { TrustedProxies = [.. texts.Select(text => NetworkOf(text)!.Value)] }),
        Bytes("broadcast.limits.message-bytes", 0, 16 << 20, (number, o) => o with { MessageBytes = number == 0 ? MostMessageBytes : (int)number }),
        Number(
            "broadcast.limits.name-length",
            0,
            DisplayName.MostCharacters,
            (number, o) => o with { NameLength = number == 0 ? DisplayName.MostCharacters : (int)number }),
        TextOrNone("broadcast.state", "the path of a directory, or \"\" for none", (path, o) => o with { State = path.Length > 0 ? path : null }),
        Time("broadcast.shutdown-deadline", (time, o) => o with { ShutdownDeadline = time }),
        Switch("broadcast.durable", (on, o) => o with { Durable = on }),
        Number("broadcast.limits.connections", 0, 1_000_000, (number, o) => o with { Connections = (int)number }),
        Number("broadcast.limits.connections-per-address", 0, 1_000_000, (number, o) => o with { ConnectionsPerAddress = (int)number }),
        Number("broadcast.limits.joins-per-second-per-address", 0, 1_000_000, (number, o) => o with { JoinsPerSecondPerAddress = (int)number }),
        Number("broadcast.limits.lines-per-second", 0, 1_000_000, (number, o) => o with { LinesPerSecond = (int)number }),
        Number("broadcast.limits.burst", 1, 1_000_000, (number, o) => o with { Burst = (int)number }),
        Number("broadcast.limits.renames-per-minute", 0, 1_000_000, (number, o) => o with { Room = o.Room with { RenamesPerMinute = (int)number } }),
        Time(
            "broadcast.limits.handshake",
            (time, o) => o with { Handshake = time == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : time },
            canBeOff: true),
        Bytes("broadcast.limits.request-head-bytes", 0, 1 << 20, (number, o) => o with { RequestHeadBytes = (int)number }),
        Time("broadcast.keep-alive.interval", (time, o) => o with { KeepAlive = o.KeepAlive with { Interval = time } }),
        Time("broadcast.keep-alive.timeout", (time, o) => o with { KeepAlive = o.KeepAlive with { Timeout = time } }),
        Time("broadcast.resume.grace", (time, o) => o with { Room = o.Room with { Grace = time } }, canBeOff: true),
        Number("broadcast.room.announce-up-to", -1, 1_000_000, (number, o) => o with { Room = o.Room with { AnnounceUpTo = (int)number } }),
        Number("broadcast.log.entries", 1, 10_000_000, (number, o) => o with { Room = o.Room with { LogEntries = (int)number } }),
        Bytes("broadcast.log.bytes", 65536, 1 << 30, (number, o) => o with { Room = o.Room with { LogBytes = number } }),
    ];

    private static Setting Text(string key, string allowed, Func<string, BroadcastOptions, BroadcastOptions> set) =>
        new(key, allowed, (value, o) => TextOf(value) is { Length: > 0 } text ? set(text, o) : null);

    private static Setting FileOrNone(string key, Func<string, BroadcastOptions, BroadcastOptions> set) =>
        TextOrNone(key, "the path of a file, or \"\" for none", set);

    private static Setting TextOrNone(string key, string allowed, Func<string, BroadcastOptions, BroadcastOptions> set) =>
        new(key, allowed, (value, o) => value.IsString() && value.GetString() is { } text ? set(text.Trim(), o) : null);

    private static Setting Number(string key, long least, long most, Func<long, BroadcastOptions, BroadcastOptions> set) =>
        new(
            key,
            string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"),
            (value, o) => long.TryParse(TextOf(value), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && number >= least && number <= most ? set(number, o) : null);

    private static Setting Bytes(string key, long least, long most, Func<long, BroadcastOptions, BroadcastOptions> set) =>
        new(
            key,
            string.Create(CultureInfo.InvariantCulture, $"a number of bytes from {least} to {most}, such as 65536 or 64KiB"),
            (value, o) => Parsed(value, v => v.GetByteSize()) is { } number && number >= least && number <= most
                ? set(number, o) : null);

    private static Setting Time(string key, Func<TimeSpan, BroadcastOptions, BroadcastOptions> set, bool canBeOff = false) =>
        new(
            key,
            canBeOff ? "a time from 100ms to 24h, such as 15s, or 0" : "a time from 100ms to 24h, such as 15s",
            (value, o) => canBeOff && TextOf(value) == "0"
                ? set(TimeSpan.Zero, o)
                : HasUnit(value) && Parsed<TimeSpan>(value, v => v.GetTimeSpan(allowInfinite: false)) is { } time
                    && time >= ShortestTime && time <= LongestTime
                    ? set(time, o) : null);

    private static Setting Switch(string key, Func<bool, BroadcastOptions, BroadcastOptions> set) =>
        new(key, "on or off", (value, o) => TextOf(value) switch
        {
            "on" or "true" or "yes" => set(true, o),
            "off" or "false" or "no" => set(false, o),
            _ => null,
        });

    private static Setting Texts(
        string key, string allowed, Func<string, bool> isOne, Func<IReadOnlyList<string>, BroadcastOptions, BroadcastOptions> set) =>
        new(key, allowed, (value, o) =>
        {
            // White space behind a list, in front of a comment, is a part of the value. A variable or --set gives one
            // text, with commas between several.
            var parts = value.Values.Where(part => part is not HoconLiteral { Value: var text } || !string.IsNullOrWhiteSpace(text)).ToList();
            List<string> list = parts is [HoconArray array]
                ? [.. array.Select(TextOf)]
                : [.. TextOf(value).Split(',', StringSplitOptions.TrimEntries)];
            return list.TrueForAll(text => isOne(text)) ? set(list, o) : null;
        }, IsList: true);

    // Empty for what is no text, and for null, which is what says so.
    private static string TextOf(HoconValue value) => value.IsString() ? value.GetString()?.Trim() ?? "" : "";

    private static bool IsOrigin(string text) =>
        text == "*" || (Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && string.Equals(uri.GetLeftPart(UriPartial.Authority), text, StringComparison.OrdinalIgnoreCase));

    private static IPNetwork? NetworkOf(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)
        : null;

    private static bool IsHost(string text) => Uri.CheckHostName(text.Trim('[', ']')) != UriHostNameType.Unknown;

    private static bool HasUnit(HoconValue value) => TextOf(value) is [.., not (>= '0' and <= '9')];

    private static T? Parsed<T>(HoconValue value, Func<HoconValue, T?> parse)
        where T : struct
    {
        try
        {
            return TextOf(value).Length > 0 ? parse(value) : null;
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException or ConfigurationException)
        {
            return null;
        }
    }
}
