namespace Broadcast.Bench.Hostile;

/// <summary>Something that hostile clients do.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Summary">What they do, in a line.</param>
/// <param name="PlayAsync">Plays it once.</param>
internal sealed record Attack(string Name, string Summary, Func<Assault, Task> PlayAsync)
{
    private static readonly string[] NoRate = ["--set", "broadcast.limits.lines-per-second=0"];

    private static readonly string[] ShortSilence =
        ["--set", "broadcast.keep-alive.interval=1s", "--set", "broadcast.keep-alive.timeout=2s", "--set", "broadcast.resume.grace=2s"];

    /// <summary>What the server is set to besides its defaults.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>The largest p99 of bystanders that is let pass, in milliseconds.</summary>
    public double MostP99 { get; init; } = 250;

    /// <summary>How long the server may take until nothing of it is left, in seconds: those of whom it thinks that they may come back.</summary>
    public double Aftermath { get; init; } = 1;

    public int Rounds { get; init; } = 2;

    /// <summary>Whether the server logs what is said.</summary>
    public bool EchoesLines { get; init; }

    /// <summary>Whether it is left out of a quick run.</summary>
    public bool IsLong { get; init; }

    public static IReadOnlyList<Attack> All { get; } =
    [
        new("half-open", "200 connect, and send nothing or half a request", Handshakes.HalfOpenAsync),
        new("trickle", "200 send their request a byte now and then", Handshakes.TrickleAsync),
        new("requests", "web origins, DNS rebinding, bad versions, keys and queries", Handshakes.RequestsAsync),
        new("names", "names that are none, too long, somebody else's, or attack terminals", Texts.NamesAsync) { Aftermath = 17 },
        new("crowding", "300 connect at once", Arrivals.CrowdingAsync),
        new("churn", "5,000 connect and go: close frame, FIN, RST in turn", Arrivals.ChurnAsync),
        new("churn-v1", "the same in broadcast.v1+json, 1,000", Arrivals.ChurnJsonAsync) { Aftermath = 17 },
        new("resets", "200 reset at one moment", Arrivals.ResetsAsync) { Aftermath = 17 },
        new("vanish", "20 peers vanish without a FIN; interval 1 s, timeout 2 s, grace 2 s", assault => Arrivals.VanishAsync(assault, 1, 2, 2))
            { Settings = ShortSilence },
        new("vanish-defaults", "the same at the defaults", assault => Arrivals.VanishAsync(assault, 15, 30, 15)) { Rounds = 1, IsLong = true },
        new("deaf", "20 never read while 4 MiB/s are said by 8", assault => Floods.DeafAsync(assault, 8)) { Aftermath = 17 },
        new("deaf-norate", "20 never read while 4 MiB/s are said by one; no rate limit", assault => Floods.DeafAsync(assault, 1))
            { Aftermath = 17, Settings = NoRate },
        new("flood", "100,000 lines by one that reads", assault => Floods.LinesAsync(assault, reads: true, json: false, isLimited: true)) { MostP99 = 1000 },
        new("flood-deaf", "100,000 lines by one that reads nothing", assault => Floods.LinesAsync(assault, reads: false, json: false, isLimited: true))
            { MostP99 = 1000 },
        new("flood-norate", "the flood; no rate limit", assault => Floods.LinesAsync(assault, reads: true, json: false, isLimited: false))
            { MostP99 = 1000, Settings = NoRate },
        new("flood-deaf-norate", "the deaf flood; no rate limit", assault => Floods.LinesAsync(assault, reads: false, json: false, isLimited: false))
            { MostP99 = 1000, Settings = NoRate },
        new("flood-v1-norate", "the flood in broadcast.v1+json; no rate limit", assault => Floods.LinesAsync(assault, reads: true, json: true, isLimited: false))
            { MostP99 = 1000, Settings = NoRate },
        new("pings", "200,000 pings by one that reads no pongs", assault => Floods.PingsAsync(assault, isLimited: true)) { MostP99 = 1000 },
        new("pings-norate", "the pings; no rate limit", assault => Floods.PingsAsync(assault, isLimited: false)) { MostP99 = 1000, Settings = NoRate },
        new("fragments", "300,000 empty fragments", assault => Floods.FragmentsAsync(assault, isLimited: true)) { MostP99 = 1000 },
        new("fragments-norate", "the fragments; no rate limit", assault => Floods.FragmentsAsync(assault, isLimited: false)) { MostP99 = 1000, Settings = NoRate },
        new("giants", "50 frames that declare 16 MiB", Floods.GiantsAsync),
        new("texts", "lines that attack terminals", Texts.LinesAsync),
        new("forging", "lines, names and requests that forge the log, which has the lines", Texts.ForgingAsync)
            { EchoesLines = true, Settings = ["--set", "broadcast.echo-lines=on"] },
        new("hellos", "hello after hello, and no hello at all", Objects.HellosAsync) { Aftermath = 17 },
        new("guessing", "2,000 guess resume tokens", Objects.GuessingAsync) { Aftermath = 17 },
        new("json", "huge, deep and broken JSON", Objects.JsonAsync) { Aftermath = 17 },
        new("numbers", "numbers of lines far out of order; no rate limit", Objects.NumbersAsync) { Settings = NoRate },
        new("questions", "20 ask who and history and read nothing", Objects.QuestionsAsync) { Aftermath = 30 },
    ];
}
