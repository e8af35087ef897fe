using System.Collections;
using Broadcast.Actors.Sessions;
using Broadcast.Host.Configuration;

namespace Broadcast.Tests.Hosting;

public sealed class SettingsSpecs : IDisposable
{
    private static readonly string Shipped = Path.Combine(AppContext.BaseDirectory, "hocon.conf");

    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void The_shipped_file_gives_exactly_the_defaults() =>
        Assert.Equivalent(new BroadcastOptions(), Read(), strict: true);

    [Fact]
    public void The_shipped_file_sets_every_key_there_is() =>
        Assert.All(Setting.All, setting => Assert.True(Settings.Read(Shipped, null, Variables(), [], []).All.HasPath(setting.Key), setting.Key));

    [Fact]
    public void Each_place_goes_over_the_one_before()
    {
        Own("broadcast.port = 2");
        var variables = Variables(("BROADCAST__PORT", "3"));

        Assert.Equal(8080, Read().Port);
        Assert.Equal(2, Read(file: _file).Port);
        Assert.Equal(3, Read(file: _file, variables: variables).Port);
        Assert.Equal(4, Read(file: _file, variables: variables, set: ["broadcast.port=4"]).Port);
        Assert.Equal(5, Read(file: _file, variables: variables, set: ["broadcast.port=4"], flags: [("--port", "broadcast.port", "5")]).Port);
    }

    [Fact]
    public void A_place_that_says_nothing_of_a_key_leaves_it_as_it_was()
    {
        Own("broadcast { limits { connections = 7 }\nkeep-alive.timeout = 1m }");

        Assert.Equivalent(
            new BroadcastOptions
            {
                Connections = 7,
                MessageBytes = 100,
                KeepAlive = new KeepAlive(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1)),
            },
            Read(file: _file, variables: Variables(("BROADCAST__KEEP_ALIVE__INTERVAL", "2s")), set: ["broadcast.limits.message-bytes=100"]),
            strict: true);
    }

    [Fact]
    public void The_last_of_several_assignments_counts()
    {
        Own("broadcast.port = 1\nbroadcast.port = 2");

        Assert.Equal(2, Read(file: _file).Port);
        Assert.Equal(4, Read(set: ["broadcast.port=3", "broadcast.port=4"]).Port);
    }

    [Fact]
    public void A_file_with_Windows_line_ends_and_a_byte_order_mark_is_read()
    {
        File.WriteAllBytes(_file, [0xEF, 0xBB, 0xBF, .. "broadcast {\r\n  # why\r\n  port = 9\r\n  origins = [\"https://a.example\"] # mine\r\n}\r\n"u8]);

        var options = Read(file: _file);
        Assert.Equal(9, options.Port);
        Assert.Equal(["https://a.example"], options.Origins);
    }

    [Fact]
    public void A_file_with_nothing_in_it_changes_nothing()
    {
        Own("# broadcast.port = 1\n");

        Assert.Equivalent(new BroadcastOptions(), Read(file: _file), strict: true);
    }

    [Theory]
    [InlineData("https://a.example,http://b.example:8080", new[] { "https://a.example", "http://b.example:8080" })]
    [InlineData(" https://a.example , https://b.example ", new[] { "https://a.example", "https://b.example" })]
    [InlineData("[\"https://a.example\", \"https://b.example\"]", new[] { "https://a.example", "https://b.example" })]
    [InlineData("\"https://a.example\"", new[] { "https://a.example" })]
    [InlineData("*", new[] { "*" })]
    [InlineData("[]", new string[0])]
    public void A_list_can_be_given_in_a_variable_or_by_set(string text, string[] origins)
    {
        Assert.Equal(origins, Read(variables: Variables(("BROADCAST__ORIGINS", text))).Origins);
        Assert.Equal(origins, Read(set: [$"broadcast.origins={text}"]).Origins);
    }

    [Theory]
    [InlineData("::1")]
    [InlineData("[::1]")]
    [InlineData("0.0.0.0")]
    [InlineData("chat.example.org")]
    public void A_host_is_taken_as_it_is_typed_wherever_that_is(string host)
    {
        Assert.Equal(host, Read(flags: [("--host", "broadcast.host", host)]).Host);
        Assert.Equal(host, Read(set: [$"broadcast.host={host}"]).Host);
        Assert.Equal(host, Read(variables: Variables(("BROADCAST__HOST", host))).Host);
    }

    [Fact]
    public void Variables_of_other_programs_are_not_read() =>
        Assert.Equivalent(new BroadcastOptions(), Read(variables: Variables(("BROADCAST", "x"), ("BROADCAST_PORT", "x"), ("PORT", "x"))), strict: true);

    [Fact]
    public void What_belongs_to_Akka_can_be_set_too()
    {
        var all = Settings.Read(Shipped, null, Variables(), ["akka.loglevel=DEBUG", "akka.extensions=[\"a\", \"b\"]"], []).All;

        Assert.Equal("DEBUG", all.GetString("akka.loglevel"));
        Assert.Equal(["a", "b"], all.GetStringList("akka.extensions"));
        Assert.Equal("off", all.GetString("akka.coordinated-shutdown.run-by-clr-shutdown-hook"));
    }

    [Theory]
    [InlineData("broadcast.port", "0", "65535", "-1", "65536")]
    [InlineData("broadcast.limits.message-bytes", "0", "16777216", "-1B", "16777217")]
    [InlineData("broadcast.limits.name-length", "0", "32", "-1", "33")]
    [InlineData("broadcast.limits.connections-per-address", "0", "1000000", "-1", "1000001")]
    [InlineData("broadcast.limits.joins-per-second-per-address", "0", "1000000", "-1", "1000001")]
    [InlineData("broadcast.limits.lines-per-second", "0", "1000000", "-1", "1000001")]
    [InlineData("broadcast.limits.burst", "1", "1000000", "0", "1000001")]
    [InlineData("broadcast.limits.renames-per-minute", "0", "1000000", "-1", "1000001")]
    [InlineData("broadcast.limits.handshake", "0", "24h", "99ms", "86401s")]
    [InlineData("broadcast.limits.request-head-bytes", "0", "1MiB", "-1", "1048577")]
    [InlineData("broadcast.limits.connections", "0", "1000000", "-1", "1000001")]
    [InlineData("broadcast.keep-alive.interval", "100ms", "24h", "99ms", "86401s")]
    [InlineData("broadcast.keep-alive.timeout", "100ms", "1d", "99ms", "86401s")]
    [InlineData("broadcast.log.entries", "1", "10000000", "0", "10000001")]
    [InlineData("broadcast.log.bytes", "65536", "1GiB", "65535", "1073741825")]
    public void The_least_and_the_most_are_taken_and_anything_beyond_is_refused(string key, string least, string most, string under, string over)
    {
        Read(set: [$"{key}={least}"]);
        Read(set: [$"{key}={most}"]);
        Assert.All([under, over], value => Refused($"--set {key}={value}: {key} is {value}, but must be {Allowed(key)}", set: [$"{key}={value}"]));
    }

    [Theory]
    [InlineData("broadcast.host", "")]
    [InlineData("broadcast.host", "null")]
    [InlineData("broadcast.port", "")]
    [InlineData("broadcast.port", "null")]
    [InlineData("broadcast.port", "http")]
    [InlineData("broadcast.port", "80.5")]
    [InlineData("broadcast.port", "8 080")]
    [InlineData("broadcast.port", "0x50")]
    [InlineData("broadcast.port", "99999999999999999999999")]
    [InlineData("broadcast.port", "[8080]")]
    [InlineData("broadcast.echo-lines", "")]
    [InlineData("broadcast.echo-lines", "maybe")]
    [InlineData("broadcast.echo-lines", "null")]
    [InlineData("broadcast.limits.message-bytes", "many")]
    [InlineData("broadcast.limits.message-bytes", "1.5KiB")]
    [InlineData("broadcast.limits.message-bytes", "-1")]
    [InlineData("broadcast.limits.message-bytes", "null")]
    [InlineData("broadcast.limits.message-bytes", "99999999999GiB")]
    [InlineData("broadcast.keep-alive.interval", "15")]
    [InlineData("broadcast.keep-alive.interval", "-15s")]
    [InlineData("broadcast.keep-alive.interval", "infinite")]
    [InlineData("broadcast.keep-alive.interval", "NaNs")]
    [InlineData("broadcast.keep-alive.interval", "Infinitys")]
    [InlineData("broadcast.keep-alive.interval", "1e308h")]
    [InlineData("broadcast.keep-alive.interval", "s")]
    [InlineData("broadcast.keep-alive.interval", "null")]
    [InlineData("broadcast.origins", "")]
    [InlineData("broadcast.origins", "chat.example.org")]
    [InlineData("broadcast.origins", "https://a.example/")]
    [InlineData("broadcast.origins", "https://a.example/path")]
    [InlineData("broadcast.origins", "https://a.example,")]
    [InlineData("broadcast.origins", "[[\"https://a.example\"]]")]
    [InlineData("broadcast.origins", "[null]")]
    [InlineData("broadcast.hosts", "chat.example.org:8080")]
    [InlineData("broadcast.hosts", "https://chat.example.org")]
    [InlineData("broadcast.hosts", "")]
    public void A_value_of_the_wrong_kind_is_refused_in_one_line_wherever_it_stands(string key, string value)
    {
        var shown = value.Length == 0 ? "empty" : value.Replace("\"", "", StringComparison.Ordinal);
        var set = Refused($"--set {key}={value}: {key} is {shown}", set: [$"{key}={value}"]);
        var variable = "BROADCAST" + key["broadcast".Length..].Replace(".", "__", StringComparison.Ordinal).Replace('-', '_').ToUpperInvariant();
        var inVariable = Refused($"{variable}: {key} is {shown}", variables: Variables((variable, value)));

        Assert.All([set, inVariable], line => Assert.EndsWith($", but must be {Allowed(key)}", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("broadcast = 5", "broadcast is 5, but must be a section with keys such as broadcast.host")]
    [InlineData("broadcast = []", "broadcast is [], but must be a section with keys such as broadcast.host")]
    [InlineData("broadcast.limits = 3", "broadcast.limits is 3, but must be a section with keys such as broadcast.limits.message-bytes")]
    [InlineData("broadcast.port { a = 1 }", "broadcast.port is a section, but must be a whole number from 0 to 65535")]
    [InlineData("broadcast.port { }", "broadcast.port is a section, but must be a whole number from 0 to 65535")]
    [InlineData("broadcast.origins { a = 1 }", "broadcast.origins is a section, but must be a list of origins such as [\"https://chat.example.org\"], or \"*\"")]
    [InlineData("broadcast.origins = [{ a = 1 }]", "is not HOCON (line 1: { may stand in a list only between quotes)")]
    [InlineData("broadcast.origins = [{{a=1}=}]", "is not HOCON (line 1: { may stand in a list only between quotes)")]
    [InlineData("{\"\"R\"\"\"\"s\"\"=[\"R\"\"\"}", "is not HOCON (line 1: three quotes are not taken here: write one, and \\n for a line break)")]
    [InlineData("broadcast.port = null", "broadcast.port is null, but must be a whole number from 0 to 65535")]
    [InlineData("broadcast.prot = 1", "there is no key broadcast.prot; hocon.conf lists those there are")]
    [InlineData("broadcast.Port = 1", "there is no key broadcast.Port; hocon.conf lists those there are")]
    [InlineData("broadcast.limit { connections = 1 }", "there is no key broadcast.limit.connections; hocon.conf lists those there are")]
    [InlineData("broadcast.limit { }", "there is no key broadcast.limit; hocon.conf lists those there are")]
    [InlineData("broadcast { port 9000 }", "there is no key broadcast.port 9000; hocon.conf lists those there are")]
    [InlineData("brodcast.port = 1", "has no section broadcast { }, which everything belongs in; hocon.conf shows it")]
    [InlineData("port = 1", "has no section broadcast { }, which everything belongs in; hocon.conf shows it")]
    [InlineData("hello", "has no section broadcast { }, which everything belongs in; hocon.conf shows it")]
    [InlineData("broadcast {\n  port = 1", "is not HOCON (line 1: { is not closed)")]
    [InlineData("broadcast.port = 1\n}", "is not HOCON (line 2: } closes nothing)")]
    [InlineData("broadcast.origins = [\"a\"\n}", "is not HOCON (line 2: } closes nothing)")]
    [InlineData("broadcast.origins = [\"a\"", "is not HOCON (line 1: [ is not closed)")]
    [InlineData("\nbroadcast.host = \"a\n", "is not HOCON (line 2: a quote is not closed)")]
    [InlineData("broadcast.host = \"\"\"a\"\"\nb\"", "is not HOCON (line 1: three quotes are not taken here: write one, and \\n for a line break)")]
    [InlineData("broadcast.origins = [https://a.example]", "is not HOCON (line 1: : may stand in a list only between quotes)")]
    [InlineData("# why\nbroadcast.hosts = [*]", "is not HOCON (line 2: * may stand in a list only between quotes)")]
    [InlineData("broadcast.host = \\", "is not HOCON (")]
    [InlineData("broadcast.host = \"\\q\"", "is not HOCON (")]
    [InlineData("broadcast.host = a:b", "is not HOCON (")]
    [InlineData("include \"other.conf\"", "is not HOCON (include is not taken here: write it into one file)")]
    [InlineData("broadcast.port = ${port}", "is not HOCON (line 1: ${} is not taken here: write the value itself)")]
    [InlineData("broadcast.port = ${?PORT}", "is not HOCON (line 1: ${} is not taken here: write the value itself)")]
    [InlineData("broadcast = ${broadcast}", "is not HOCON (line 1: ${} is not taken here: write the value itself)")]
    public void A_file_that_cannot_be_meant_so_is_refused_in_one_line_that_names_it(string text, string fault)
    {
        Own(text);

        Refused($"{_file}: {fault}", file: _file);
    }

    [Fact]
    public void What_stands_in_quotes_or_comments_is_no_bracket()
    {
        Own("broadcast { # { [ \" ${\n host = \"}\\\"]\" // \" {\n origins = [ # :\n \"https://a.example\" ] }");

        var options = Read(file: _file);
        Assert.Equal("}\"]", options.Host);
        Assert.Equal(["https://a.example"], options.Origins);
    }

    [Fact]
    public void A_file_that_is_not_there_or_no_file_is_refused_in_one_line_that_names_it()
    {
        var missing = Path.Combine(_file, "..", "no", "such.conf");
        var directory = Path.GetDirectoryName(_file)!;

        Assert.All([missing, directory], path =>
            Assert.EndsWith("; --config takes the path of a HOCON file", Refused($"{path}: cannot be read (", file: path), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("broadcast.port")]
    [InlineData("=8080")]
    [InlineData("port=8080")]
    [InlineData("broadcast=8080")]
    public void An_assignment_without_a_key_or_a_value_is_refused(string assignment) =>
        Refused($"--set {assignment}: must be key=value with a key such as broadcast.limits.connections", set: [assignment]);

    [Theory]
    [InlineData("no key\nat\u2028all\u001B[2J")]
    [InlineData("broadcast.port=\u000B\u0085")]
    [InlineData("broadcast.a\nb=1")]
    public void However_many_lines_were_set_the_refusal_is_one(string assignment)
    {
        var refusal = Refused("--set ", set: [assignment]);

        Assert.DoesNotContain(refusal, c => char.IsControl(c) || c is '\u2028');
    }

    [Theory]
    [InlineData("broadcast.prot=1", "there is no key broadcast.prot")]
    [InlineData("broadcast.=1", "")]
    [InlineData("broadcast.a b=1", "there is no key broadcast.a b")]
    [InlineData("broadcast.limits{connections=5}", "")]
    [InlineData("broadcast.port=\"8080", "is not HOCON (line 1: a quote is not closed)")]
    [InlineData("broadcast.hosts=[::1]", "is not HOCON (line 1: : may stand in a list only between quotes)")]
    public void An_assignment_that_cannot_be_meant_so_is_refused(string assignment, string fault) =>
        Refused($"--set {assignment}: {fault}", set: [assignment]);

    [Theory]
    [InlineData("BROADCAST__")]
    [InlineData("BROADCAST__PROT")]
    [InlineData("BROADCAST__PORT__A")]
    [InlineData("BROADCAST__$")]
    public void A_variable_that_names_no_key_is_refused(string variable) =>
        Refused($"{variable}: ", variables: Variables((variable, "1")));

    private static string Allowed(string key) => Setting.All.Single(setting => setting.Key == key).Allowed;

    private static Hashtable Variables(params (string Name, string Value)[] variables) =>
        new(variables.ToDictionary(variable => variable.Name, variable => variable.Value, StringComparer.Ordinal));

    private static BroadcastOptions Read(
        string? file = null,
        Hashtable? variables = null,
        string[]? set = null,
        (string Flag, string Key, string Value)[]? flags = null) =>
        Settings.Read(Shipped, file, variables ?? Variables(), set ?? [], flags ?? []).Options;

    private static string Refused(
        string start, string? file = null, Hashtable? variables = null, string[]? set = null)
    {
        var line = Assert.Throws<SettingException>(() => Read(file, variables, set)).Message;
        Assert.StartsWith(start, line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
        return line;
    }

    private void Own(string text) => File.WriteAllText(_file, text);
}
