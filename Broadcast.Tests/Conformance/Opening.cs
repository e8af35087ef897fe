using System.Text;

namespace Broadcast.Tests.Conformance;

/// <summary>What a client opens with, and how it is answered.</summary>
/// <param name="Section">The section that decides it.</param>
/// <param name="Name">What it is about, in a few words.</param>
/// <param name="Request">What is sent.</param>
/// <param name="Status">The status it is answered with; 101 is the only one behind which the connection goes on.</param>
internal sealed record Opening(string Section, string Name, Request Request, int Status)
{
    /// <summary>The number of the case in the fuzzing client of the Autobahn testsuite that it stands for.</summary>
    public string? Autobahn { get; init; }

    /// <summary>What the answer says; null where it has no body.</summary>
    public string? Says { get; init; }

    /// <summary>Fields that the answer has besides.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>Whether broadcast.v1+json is chosen.</summary>
    public bool IsJson { get; init; }

    /// <summary>What a test of it is called.</summary>
    public string Title => $"{Section} {Name}{(Autobahn is null ? "" : $" (Autobahn {Autobahn})")}";
}

/// <summary>A request, line by line.</summary>
/// <param name="Lines">The request line and the fields.</param>
internal sealed record Request(params IReadOnlyList<string> Lines)
{
    private const string LineEnd = "\r\n";

    /// <summary>The key of RFC 6455 1.2.</summary>
    public const string Key = "dGhlIHNhbXBsZSBub25jZQ==";

    /// <summary>What RFC 6455 1.3 answers it with.</summary>
    public const string Accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    /// <summary>One that is as it must be.</summary>
    public static Request Proper { get; } = new(
        "GET /ws HTTP/1.1", "Host: 127.0.0.1", "Upgrade: websocket", "Connection: Upgrade", $"Sec-WebSocket-Key: {Key}", "Sec-WebSocket-Version: 13");

    /// <summary>What comes in front of it and behind it, and how each line ends.</summary>
    public string InFront { get; init; } = "";

    public string Behind { get; init; } = "";

    public string Ends { get; init; } = LineEnd;

    /// <summary>Each byte is written by itself, and not all at once.</summary>
    public bool InBytes { get; init; }

    /// <summary>The writes; a character is a byte.</summary>
    public IEnumerable<byte[]> Writes
    {
        get
        {
            var bytes = Encoding.Latin1.GetBytes(InFront + string.Concat(Lines.Select(line => line + Ends)) + Ends + Behind);
            return bytes.Chunk(InBytes ? 1 : bytes.Length);
        }
    }

    /// <summary>Another request line.</summary>
    public Request Line(string line) => this with { Lines = [line, .. Lines.Skip(1)] };

    /// <summary>More fields.</summary>
    public Request With(params string[] fields) => this with { Lines = [.. Lines, .. fields] };

    /// <summary>None of the fields of that name.</summary>
    public Request Without(string name) => this with { Lines = [.. Lines.Where(line => !line.StartsWith($"{name}:", StringComparison.Ordinal))] };

    /// <summary>Fields of one name in the place of those there are.</summary>
    public Request Instead(params string[] fields) => Without(fields[0].Split(':')[0]).With(fields);
}
