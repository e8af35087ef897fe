using Broadcast.Cli;

namespace Broadcast.Tests.Cli;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("Required command was not provided. (See Broadcast.Cli --help.)")]
    [InlineData("'bogus' is not understood. (See Broadcast.Cli --help.)", "bogus")]
    [InlineData("'extra' is not understood. (See Broadcast.Cli connect --help.)", "connect", "ws://localhost", "extra")]
    [InlineData("A port is a number from 1 to 65535, not 'eighty'. (See Broadcast.Cli connect --help.)", "connect", "-p", "eighty")]
    [InlineData("A port is a number from 1 to 65535, not '70000'. (See Broadcast.Cli connect --help.)", "connect", "--port", "70000")]
    [InlineData("Give the server either as a URL or with --host and --port, not both. (See Broadcast.Cli connect --help.)", "connect", "ws://localhost", "-p", "80")]
    [InlineData(
        "'http://x' is no address that can be dialled: it begins with ws:// or wss://, as in ws://localhost:8080/ws. (See Broadcast.Cli connect --help.)",
        "connect", "http://x")]
    [InlineData("There is no option '--foo'. (See Broadcast.Cli connect --help.)", "connect", "--foo")]
    [InlineData("There is no option '--listn'. (See Broadcast.Cli connect --help.)", "connect", "--listn", "3")]
    [InlineData("There is no option '-x'. (See Broadcast.Cli connect --help.)", "connect", "ws://localhost", "-x")]
    [InlineData("There is no option '--foo'. (See Broadcast.Cli --help.)", "--foo")]
    [InlineData("--color takes auto, always or never, not 'sometimes'. (See Broadcast.Cli connect --help.)", "connect", "--color", "sometimes")]
    [InlineData("'a␛b' is not understood. (See Broadcast.Cli --help.)", "a\u001bb")]
    public async Task What_makes_no_sense_is_one_line_on_standard_error_and_status_64(string line, params string[] args)
    {
        await using var bob = Person.InPipes(args);
        Assert.Equal(ExitCode.Usage, await bob.LeavesAsync());
        Assert.Equal(line + "\n", bob.Error.All);
        Assert.Empty(bob.Output.All);
    }

    [Fact]
    public async Task Help_names_every_option_with_its_default_and_every_exit_status()
    {
        await using var bob = Person.InPipes(["connect", "--help"]);
        Assert.Equal(ExitCode.Done, await bob.LeavesAsync());
        foreach (var part in (string[])["-H, --host", "[default: localhost]", "-p, --port", "[default: 8080]", "-n, --name", "[default: anonymous]",
            "0 left", "1 could not connect", "2 lost", "64 wrong usage", "74 output", "130 interrupted"])
        {
            Assert.Contains(part, bob.Output.All, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_version_is_told()
    {
        await using var bob = Person.InPipes(["--version"]);
        Assert.Equal(ExitCode.Done, await bob.LeavesAsync());
        Assert.Matches(@"^\d+\.\d+\.\d+", bob.Output.All);
    }
}
