using Broadcast.Bench.Servers;

namespace Broadcast.Bench.Scenarios;

/// <summary>The options that every scenario takes.</summary>
internal static class Common
{
    public static Setting Setting(Options options, int members, int publishers = 10, string peer = "broadcast")
    {
        var core = options.Number("server-core", -1);
        return new Setting(Peer.Named(options.Text("peer", peer)), options.Number("members", members))
        {
            ServerCore = core < 0 ? null : core,
            Publishers = options.Number("publishers", publishers),
            TextLength = options.Number("text", Wire.Line.UsualLength),
            Arguments = options.Text("server-arguments") is { } more ? more.Split(' ', StringSplitOptions.RemoveEmptyEntries) : [],
        };
    }
}
