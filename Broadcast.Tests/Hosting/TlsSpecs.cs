using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Broadcast.Host.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace Broadcast.Tests.Hosting;

public sealed class TlsSpecs : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("broadcast-tls-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task People_talk_over_TLS_as_they_do_without()
    {
        Certificate.Write("one");
        await using var server = await StartAsync(TimeProvider.System);
        await using var alice = await JoinAsync(server, "Alice");
        await using var bob = await JoinAsync(server, "Bob");
        await alice.HearsAsync("System: Bob joined the chat");
        var line = new string('x', 60_000);
        for (var n = 0; n < 50; n++)
        {
            await bob.SayAsync(line);
        }

        await alice.HearsAsync([.. Enumerable.Repeat($"Bob: {line}", 50)]);
        await bob.LeaveAsync();
        await alice.HearsAsync("System: Bob left the chat");
    }

    [Theory]
    [InlineData("Tls12")]
    [InlineData("Tls13")]
    public async Task Versions_from_1_2_on_are_spoken_and_HTTP_1_1_is_agreed_on(string name)
    {
        var version = Enum.Parse<SslProtocols>(name);
        Certificate.Write("one");
        await using var server = await StartAsync(TimeProvider.System);
        await using var tls = await ShakeHandsAsync(server, version, SslApplicationProtocol.Http2, SslApplicationProtocol.Http11);
        Assert.Equal((version, SslApplicationProtocol.Http11), (tls.SslProtocol, tls.NegotiatedApplicationProtocol));
    }

    [Fact]
    public async Task Who_speaks_only_HTTP_2_is_refused()
    {
        Certificate.Write("one");
        await using var server = await StartAsync(TimeProvider.System);
        await Assert.ThrowsAnyAsync<Exception>(() => ShakeHandsAsync(server, SslProtocols.None, SslApplicationProtocol.Http2));
        await using var alice = await JoinAsync(server, "Alice");
    }

    [Fact]
    public async Task Who_speaks_no_TLS_is_cut_and_nobody_else()
    {
        Certificate.Write("one");
        await using var server = await StartAsync(TimeProvider.System);
        using var peer = await RawPeer.ConnectAsync(server.Port);
        await peer.SendAsync(System.Text.Encoding.ASCII.GetBytes(RawPeer.Upgrade("/ws")));
        await peer.ClosedByServerAsync();
        await using var alice = await JoinAsync(server, "Alice");
    }

    [Fact]
    public async Task A_handshake_that_does_not_end_is_cut()
    {
        var time = new FakeTimeProvider();
        Certificate.Write("one");
        await using var server = await StartAsync(time);
        using var silent = await RawPeer.ConnectAsync(server.Port);
        await using var alice = await JoinAsync(server, "Alice");
        time.Advance(TimeSpan.FromSeconds(10));
        await silent.ClosedByServerAsync();
    }

    [Fact]
    public async Task A_renewed_certificate_is_shown_to_who_comes_then_and_nobody_is_dropped()
    {
        var time = new FakeTimeProvider();
        Certificate.Write("one");
        await using var server = await StartAsync(time);
        await using var alice = await JoinAsync(server, "Alice");
        Assert.Equal("CN=one", await SubjectAsync(server));

        Certificate.Write("two");
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("CN=two", await SubjectAsync(server));

        // Half of a pair is not used.
        await File.WriteAllTextAsync(Certificate.KeyFile, "not a key");
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("CN=two", await SubjectAsync(server));
        Certificate.Write("three");
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("CN=three", await SubjectAsync(server));

        await using var bob = await JoinAsync(server, "Bob");
        await alice.HearsAsync("System: Bob joined the chat");
        await alice.SayAsync("still here");
        await bob.HearsAsync("Alice: still here");
    }

    [Fact]
    public async Task A_certificate_that_is_renewed_behind_linked_directories_is_shown_to_who_comes_then()
    {
        var time = new FakeTimeProvider();
        var current = Path.Combine(_directory.FullName, "current");
        foreach (var name in (string[])["one", "two"])
        {
            new Certificate(
                Path.Combine(_directory.CreateSubdirectory(name).FullName, "certificate.pem"), Path.Combine(_directory.FullName, name, "key.pem")).Write(name);
        }

        Directory.CreateSymbolicLink(current, "one");
        File.CreateSymbolicLink(Certificate.File, Path.Combine("current", "certificate.pem"));
        File.CreateSymbolicLink(Certificate.KeyFile, Path.Combine("current", "key.pem"));
        await using var server = await StartAsync(time);
        Assert.Equal("CN=one", await SubjectAsync(server));

        Directory.Delete(current);
        Directory.CreateSymbolicLink(current, "two");
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("CN=two", await SubjectAsync(server));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("not a key")]
    public async Task What_is_no_certificate_with_its_key_is_refused_at_the_start_in_one_line(string? key)
    {
        Certificate.Write("one");
        File.Delete(Certificate.KeyFile);
        if (key is not null)
        {
            await File.WriteAllTextAsync(Certificate.KeyFile, key);
        }

        var fault = await Assert.ThrowsAsync<SettingException>(() => StartAsync(TimeProvider.System));
        Assert.StartsWith("broadcast.tls: ", fault.Message, StringComparison.Ordinal);
        Assert.Contains("as PEM", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Fact]
    public async Task A_certificate_without_its_key_is_refused_at_the_start()
    {
        Certificate.Write("one");
        var fault = await Assert.ThrowsAsync<SettingException>(() => Server.StartAsync($"broadcast.tls.certificate={Certificate.File}"));
        Assert.Contains("broadcast.tls.key", fault.Message, StringComparison.Ordinal);
    }

    private Certificate Certificate => new(Path.Combine(_directory.FullName, "certificate.pem"), Path.Combine(_directory.FullName, "key.pem"));

    private Task<Server> StartAsync(TimeProvider time) => Server.StartAsync(time, Certificate.Settings);

    private static Task<Person> JoinAsync(Server server, string name) => Person.JoinAsync(
        new UriBuilder(server.Address(name)) { Scheme = "wss" }.Uri, options => options.RemoteCertificateValidationCallback = Certificate.Any);

    private static async Task<SslStream> ShakeHandsAsync(Server server, SslProtocols version, params SslApplicationProtocol[] protocols)
    {
        var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", server.Port);
        var tls = new SslStream(tcp.GetStream());
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                EnabledSslProtocols = version,
                ApplicationProtocols = [.. protocols],
                RemoteCertificateValidationCallback = Certificate.Any,
            }).WaitAsync(Person.Patience);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    private static async Task<string> SubjectAsync(Server server)
    {
        await using var tls = await ShakeHandsAsync(server, SslProtocols.None, SslApplicationProtocol.Http11);
        return tls.RemoteCertificate!.Subject;
    }
}
