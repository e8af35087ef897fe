using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Broadcast.Tests.Hosting;

public sealed class ProcessSpecs
{
    // What the project promises from the signal to the end.
    private static readonly TimeSpan TimeToEnd = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task It_says_once_where_it_has_started_and_is_there_on_both_loopbacks()
    {
        await using var host = HostProcess.Start("--port", "0", "--set", "broadcast.limits.connections=1000");
        var address = await host.StartedAsync();
        Assert.Equal("localhost", address.Host);
        Assert.NotEqual(0, address.Port);
        Assert.Equal("/ws", address.AbsolutePath);

        foreach (var loopback in Loopbacks())
        {
            await JoinAndLeaveAsync(new Uri($"ws://{new IPEndPoint(loopback, address.Port)}/ws?name=Alice"));
        }

        await host.SignalAsync("TERM");
        var (status, output, errors) = await host.EndAsync();
        Assert.Equal(0, status);
        Assert.Equal("", output);
        Assert.Equal(2, errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains($"Listening at {address}", errors, StringComparison.Ordinal);
        Assert.Contains($"Stopped listening at {address}", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("::1")]
    [InlineData("[::1]")]
    public async Task An_IPv6_address_is_listened_on_and_printed_in_brackets(string address)
    {
        if (!Socket.OSSupportsIPv6)
        {
            return;
        }

        await using var host = HostProcess.Start("-H", address, "-p", "0");
        var started = await host.StartedAsync();

        Assert.Equal("[::1]", started.Host);
        await using var alice = await Person.JoinAsync(new Uri(started, "?name=Alice"));
    }

    [Fact]
    public async Task A_taken_port_is_one_line_that_names_it_and_nothing_is_said_to_have_started()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var taken = (IPEndPoint)other.LocalEndpoint;

        await using var host = HostProcess.Start("-p", taken.Port.ToString(CultureInfo.InvariantCulture));

        Assert.Equal(
            (1, "", $"Broadcast.Host: {taken} is taken by another program: stop that one, or choose another port with -p\n"), await host.EndAsync());
    }

    [Theory]
    [InlineData(64, "Unrecognized command or argument '--prot'. --help lists the options.", "--prot", "80")]
    [InlineData(64, "Required argument missing for option: '-p'. --help lists the options.", "-p")]
    [InlineData(78, "--port: broadcast.port is 65536, but must be a whole number from 0 to 65535", "-p", "65536")]
    [InlineData(78, "--set broadcast.prot=1: there is no key broadcast.prot; hocon.conf lists those there are", "--set", "broadcast.prot=1")]
    [InlineData(78, "BROADCAST__PORT: broadcast.port is http, but must be a whole number from 0 to 65535")]
    public async Task What_cannot_be_meant_so_is_one_line_and_a_status_of_its_own(int status, string line, params string[] args)
    {
        await using var host = HostProcess.Start(new(StringComparer.Ordinal) { ["BROADCAST__PORT"] = args.Length == 0 ? "http" : "0" }, args);

        Assert.Equal((status, "", $"Broadcast.Host: {line}\n"), await host.EndAsync());
    }

    [Theory]
    [InlineData("akka.loglevel=foo", "Unknown LogLevel: \"FOO\"")]
    [InlineData("akka.actor.provider=remote", "'akka.actor.provider' is not a valid type name")]
    [InlineData("akka.scheduler.tick-duration=soon", "The input string 'soon' was not in a correct format.")]
    [InlineData("akka.coordinated-shutdown.run-by-clr-shutdown-hook=perhaps", "Unknown boolean format: perhaps")]
    [InlineData("akka.actor.journal-dispatcher.type=foo", "Could not resolve dispatcher type foo")]
    public async Task What_Akka_cannot_use_is_one_line_that_names_it_and_a_status_of_its_own(string assignment, string why)
    {
        await using var host = HostProcess.Start("-p", "0", "--set", assignment);
        var (status, output, errors) = await host.EndAsync();

        Assert.Equal((78, ""), (status, output));
        Assert.StartsWith($"Broadcast.Host: --set {assignment}: Akka cannot use that ({why}", errors, StringComparison.Ordinal);
        Assert.EndsWith("); hocon.conf has what can be\n", errors, StringComparison.Ordinal);
        Assert.Single(errors, c => c == '\n');
    }

    [Fact]
    public async Task A_server_that_looks_at_tokens_keeps_nothing_in_the_home_directory()
    {
        using var folder = new Folder();
        var home = Directory.CreateDirectory(Path.Combine(folder.Path, "home"));
        var key = Path.Combine(folder.Path, "key");
        await File.WriteAllTextAsync(key, "what nobody else knows, of thirty-two bytes and more");
        await using var host = HostProcess.Start(
            new Dictionary<string, string>(StringComparer.Ordinal) { ["HOME"] = home.FullName },
            "-p", "0", "--set", "broadcast.access=jwt", "--set", $"broadcast.jwt.key-file={key}");
        _ = await host.StartedAsync();
        await host.SignalAsync("TERM");
        var (status, _, errors) = await host.EndAsync();

        Assert.Equal(0, status);
        Assert.DoesNotContain("DataProtection", errors, StringComparison.Ordinal);
        Assert.Empty(home.EnumerateFileSystemInfos());
    }

    [Fact]
    public async Task A_broken_file_is_one_line_that_names_it()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "broadcast {\n  origins = [https://chat.example.org]\n}\n");
            await using var host = HostProcess.Start("--config", file);

            Assert.Equal(
                (78, "", $"Broadcast.Host: {file}: is not HOCON (line 2: : may stand in a list only between quotes)\n"), await host.EndAsync());
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("--help", "--set <key=value>")]
    [InlineData("--version", "0.")]
    public async Task Who_asks_for_help_or_the_version_gets_it_and_no_server(string option, string shown)
    {
        await using var host = HostProcess.Start(option);
        var (status, output, errors) = await host.EndAsync();

        Assert.Equal(0, status);
        Assert.Contains(shown, output, StringComparison.Ordinal);
        Assert.Equal("", errors);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_says_goodbye_to_everybody_and_ends_it_with_status_0(string signal)
    {
        await using var host = HostProcess.Start("-p", "0");
        var address = await host.StartedAsync();
        await using var alice = await Person.JoinAsync(new Uri(address, "?name=Alice"));
        await using var bob = await Person.JoinAsync(new Uri(address, "?name=Bob"));
        // Carol answers nothing.
        using var carol = await RawAsync(address);

        var began = Stopwatch.GetTimestamp();
        await host.SignalAsync(signal);
        await LeavesWithAsync(alice, "System: Bob joined the chat", "System: anonymous joined the chat");
        await LeavesWithAsync(bob, "System: anonymous joined the chat");

        var (status, output, _) = await host.EndAsync();
        Assert.Equal((0, ""), (status, output));
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeToEnd);
    }

    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("INT", 130)]
    public async Task A_second_signal_ends_it_at_once(string signal, int expected)
    {
        await using var host = HostProcess.Start("-p", "0");
        var address = await host.StartedAsync();
        // Carol never answers the close frame, so that the first signal takes its time.
        using var carol = await RawAsync(address);

        await host.SignalAsync(signal);
        await ReadUntilAsync(carol, "the server is shutting down");
        await host.SignalAsync(signal);

        var (status, output, errors) = await host.EndAsync();
        Assert.Equal((expected, ""), (status, output));
        Assert.DoesNotContain("Stopped", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("off")]
    [InlineData("on")]
    public async Task What_people_say_is_in_the_log_only_if_that_was_asked_for(string echo)
    {
        await using var host = HostProcess.Start("-p", "0", "--set", $"broadcast.echo-lines={echo}");
        await using var alice = await Person.JoinAsync(new Uri(await host.StartedAsync(), "?name=Alice"));
        await alice.SayAsync("hi");
        await alice.HearUntilAsync("Alice: hi");
        await alice.SayAsync("a\u001b[31m\u0085b\nSystem: c");
        Assert.Equal("Alice: a␛[31m�b␤System: c", await alice.HearAsync());
        await alice.LeaveAsync();

        await host.SignalAsync("TERM");
        var (_, output, errors) = await host.EndAsync();
        Assert.Equal("", output);
        Assert.Equal(echo == "on", errors.Contains("Broadcasting: Alice: hi\n", StringComparison.Ordinal));
        Assert.Equal(echo == "on", errors.Contains("Broadcasting: Alice: a␛[31m�b␤System: c\n", StringComparison.Ordinal));
        Assert.Equal(echo == "on", errors.Contains("Alice", StringComparison.Ordinal));
    }

    private static async Task JoinAndLeaveAsync(Uri address)
    {
        await using var alice = await Person.JoinAsync(address);
        await alice.LeaveAsync();
    }

    private static async Task LeavesWithAsync(Person person, params string[] heard)
    {
        var (lines, code, reason) = await person.HearUntilClosedAsync();
        Assert.Equal(heard.ToList(), lines);
        Assert.Equal((1001, "the server is shutting down"), (code, reason));
        await person.LeaveAsync();
    }

    private static IPAddress[] Loopbacks() =>
        Socket.OSSupportsIPv6 ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback];

    // Somebody whose WebSocket is written by hand, and so answers nothing.
    private static async Task<TcpClient> RawAsync(Uri address)
    {
        var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port).WaitAsync(Person.Patience);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"GET /ws HTTP/1.1\r\nHost: {address.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")).AsTask().WaitAsync(Person.Patience);
        await ReadUntilAsync(client, "System: anonymous joined the chat");
        return client;
    }

    private static async Task ReadUntilAsync(TcpClient client, string text)
    {
        var seen = "";
        var buffer = new byte[4096];
        while (!seen.Contains(text, StringComparison.Ordinal))
        {
            var read = await client.GetStream().ReadAsync(buffer).AsTask().WaitAsync(Person.Patience);
            Assert.NotEqual(0, read);
            seen += Encoding.Latin1.GetString(buffer, 0, read);
        }
    }
}
