using Broadcast.Actors.Wire;

namespace Broadcast.Tests.Conformance;

/// <summary>What one client sends on a WebSocket, and what has to come back.</summary>
/// <param name="Section">The section of RFC 6455 that decides it.</param>
/// <param name="Name">What it is about, in a few words.</param>
/// <param name="Sent">What is sent once the client is in, write by write.</param>
internal sealed record Case(string Section, string Name, params Piece[] Sent)
{
    /// <summary>The number of the same case in the fuzzing client of the Autobahn testsuite, where it has one.</summary>
    public string? Autobahn { get; init; }

    /// <summary>What of it is said: these lines come back, in order.</summary>
    public IReadOnlyList<Words> Lines { get; init; } = [];

    /// <summary>The payloads of the pongs, in order, each byte a character.</summary>
    public IReadOnlyList<string> Pongs { get; init; } = [];

    /// <summary>Why the server closes; null where nothing is wrong, and it is the client who says goodbye.</summary>
    public CloseReason? Closes { get; init; }

    /// <summary>Where a close frame of the client's is among what it sends, the code that the server answers with.</summary>
    public ushort? Echoes { get; init; }

    /// <summary>The form in which it is played, where it makes no sense in the other.</summary>
    public WireForm? Only { get; init; }

    /// <summary>What a test of it is called.</summary>
    public string Title => $"{Section} {Name}{(Autobahn is null ? "" : $" (Autobahn {Autobahn})")}";

    /// <summary>Each of them in each form over each transport.</summary>
    public static TheoryData<string, WireForm, string> Each(IEnumerable<Case> cases)
    {
        var each = new TheoryData<string, WireForm, string>();
        foreach (var (one, form, transport) in
            from one in cases
            from form in Enum.GetValues<WireForm>()
            from transport in Transport.All
            where one.Only is null || one.Only == form
            select (one, form, transport))
        {
            each.Add(one.Title, form, transport.Name);
        }

        return each;
    }
}

/// <summary>A line that is said, in the words of the form.</summary>
internal readonly record struct Words(Func<Dialect, string> In)
{
    /// <summary>In any form the same.</summary>
    public static implicit operator Words(string text) => new(_ => text);

    /// <summary>So many letters that the frame they are said in carries so many bytes.</summary>
    public static Words Filling(int bytes) => new(dialect => new string('x', bytes - dialect.Overhead));
}
