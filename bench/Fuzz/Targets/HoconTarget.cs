using System.Collections;
using System.Text;
using Broadcast.Host.Configuration;

namespace Broadcast.Fuzz.Targets;

/// <summary>The configuration: a file, and what stands behind <c>--set</c>.</summary>
internal static class HoconTarget
{
    private static readonly string File = Path.GetTempFileName();
    private static readonly string Nothing = Path.GetTempFileName();
    private static readonly Hashtable NoVariables = [];

    public static Target Target { get; } = new(
        "hocon",
        "configuration: settings, or one line that says what is wrong",
        [.. ((string[])
            [
                "broadcast { host = localhost, port = 80 # here\n origins = [\"https://a.example\", \"*\"] }",
                "broadcast.limits { message-bytes = 64KiB\nhandshake : 10s }\nbroadcast.trusted-proxies = [10.0.0.7/8]",
                "broadcast { state = \"x\" durable = on access = jwt, jwt.name-claim = \"s\\\"ub\" } // why",
                "akka { loglevel = DEBUG } broadcast.resume.grace += 0",
                "broadcast.hosts=[\"chat.example.org\"]",
                "broadcast.keep-alive.interval=\"15 s\"",
            ]).Select(Encoding.UTF8.GetBytes)],
        Check);

    private static void Check(byte[] input)
    {
        System.IO.File.WriteAllBytes(File, input);
        Read(File, []);
        Read(Nothing, [Encoding.UTF8.GetString(input)]);
    }

    private static void Read(string file, string[] assignments)
    {
        try
        {
            _ = Settings.Read(file, file: null, NoVariables, assignments, []);
        }
        catch (SettingException fault)
        {
            Target.Require(fault.Message.Length > 0 && !fault.Message.Any(c => char.IsControl(c)), $"no line: {fault.Message}");
        }
    }
}
