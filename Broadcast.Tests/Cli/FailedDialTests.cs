using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Broadcast.Cli;

namespace Broadcast.Tests.Cli;

public sealed class FailedDialTests
{
    [Fact]
    public async Task A_port_where_nothing_listens_is_named_and_ends_with_status_1()
    {
        // Bound and not listening: refused for certain, and nobody else can take it meanwhile.
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        await using var bob = Person.AtTerminal(["connect", $"ws://127.0.0.1:{port}"]);
        Assert.Equal(ExitCode.CannotConnect, await bob.LeavesAsync());
        Assert.Equal($"Nothing listens at ws://127.0.0.1:{port}/ws (connection refused). Is the server running there?\n", bob.Error.All);
        Assert.DoesNotContain("> ", bob.Output.All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, "it is no WebSocket server.")]
    [InlineData(302, "the chat is at another address.")]
    [InlineData(400, "it did not understand the request; is the name an odd one?")]
    [InlineData(403, "it lets nobody in from here.")]
    [InlineData(414, "the name is too long for it.")]
    [InlineData(404, "there is no chat at that path; the usual one is /ws.")]
    [InlineData(431, "the request's header is too large for it; is the key an odd one?")]
    [InlineData(503, "it is full or not ready; try again later.")]
    public async Task A_server_that_answers_without_opening_a_socket_is_understood(int status, string meaning)
    {
        await using var server = await ScriptedServer.AnsweringAsync(status);
        await using var bob = Person.AtTerminal(["connect", server.Url]);
        Assert.Equal(status is 400 or 403 or 404 ? ExitCode.Refused : ExitCode.CannotConnect, await bob.LeavesAsync());
        Assert.Equal($"{server.Url} answered HTTP {status}: {meaning}\n", bob.Error.All);
    }

    [Fact]
    public async Task Something_that_speaks_no_HTTP_is_no_server()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var bob = Person.AtTerminal(["connect", $"ws://{listener.LocalEndpoint}"]);
        using var caller = await listener.AcceptTcpClientAsync().InTimeAsync();
        await caller.GetStream().WriteAsync(Encoding.UTF8.GetBytes("SSH-2.0-OpenSSH_9.9\r\n\r\n")).AsTask().InTimeAsync();
        Assert.Equal(ExitCode.CannotConnect, await bob.LeavesAsync());
        Assert.Equal($"What listens at ws://{listener.LocalEndpoint}/ws is no WebSocket server, or it speaks TLS (wss://).\n", bob.Error.All);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up_in_time()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var bob = Person.AtTerminal(
            ["connect", $"ws://{listener.LocalEndpoint}"],
            new Patience(Dial: TimeSpan.FromMilliseconds(200), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1)));
        Assert.Equal(ExitCode.CannotConnect, await bob.LeavesAsync());
        Assert.StartsWith($"No answer from ws://{listener.LocalEndpoint}/ws within 0.2 s.", bob.Error.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_ends_the_wait_for_an_answer()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var bob = Person.AtTerminal(["connect", $"ws://{listener.LocalEndpoint}"]);
        using var caller = await listener.AcceptTcpClientAsync().InTimeAsync();
        bob.PressesCtrlC();
        Assert.Equal(ExitCode.Interrupted, await bob.LeavesAsync());
        Assert.Empty(bob.Error.All);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused_with_how_to_give_who_does()
    {
        using var certificate = Signed();
        Assert.Equal(
            "nobody whom this machine trusts vouches for its certificate. Give the certificate of whoever signed it with --ca FILE.",
            await RefusedAsync(certificate));
    }

    [Fact]
    public async Task A_certificate_that_those_who_are_given_do_not_vouch_for_is_refused()
    {
        using var certificate = Signed();
        using var another = Signed();
        Assert.Equal(
            "nobody in the file of --ca vouches for its certificate. Give the certificate of whoever signed it.",
            await RefusedAsync(certificate, authority: another));
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_refused_as_that()
    {
        using var certificate = Signed("chat.example.org");
        Assert.Equal(
            "its certificate is for another name. Dial it by the name that it has, or have whoever runs it get a certificate for this one.",
            await RefusedAsync(certificate, authority: certificate));
    }

    [Theory]
    [InlineData(1970, 2001, "its certificate expired on 2001-01-01. Whoever runs it has to renew it.")]
    [InlineData(2099, 2100, "its certificate is good only from 2099-01-01. Is this machine's clock right?")]
    public async Task A_certificate_that_is_good_at_another_time_is_refused_as_that(int from, int to, string why)
    {
        using var certificate = Signed(from: from, to: to);
        Assert.Equal(why, await RefusedAsync(certificate, authority: certificate));
    }

    [Fact]
    public async Task A_certificate_that_is_given_lets_the_server_be_known()
    {
        using var certificate = Signed();
        using var folder = new Hosting.Folder();
        await using var server = await ScriptedServer.WithTlsAsync(certificate);
        await using var bob = Person.AtTerminal(["connect", $"wss://{server.Address.Authority}/ws", "--ca", await FileOfAsync(certificate, folder)]);
        _ = await server.AcceptAsync();
        await bob.Output.ShowsAsync("> ");
    }

    [Fact]
    public async Task Who_speaks_TLS_and_will_not_shake_hands_is_not_to_be_dialled_without()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = $"wss://{listener.LocalEndpoint}/ws";
        await using var bob = Person.AtTerminal(["connect", url]);
        using var caller = await listener.AcceptTcpClientAsync().InTimeAsync();

        // RFC 8446 6: the alert handshake_failure.
        await caller.GetStream().WriteAsync(new byte[] { 21, 3, 3, 0, 2, 2, 40 }).AsTask().InTimeAsync();
        Assert.Equal(ExitCode.CannotConnect, await bob.LeavesAsync());
        Assert.StartsWith($"No secure connection to {url}: ", bob.Error.All, StringComparison.Ordinal);
        Assert.DoesNotContain("ws:// in place", bob.Error.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_TLS_is_told_from_one_with()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var bob = Person.AtTerminal(["connect", $"wss://{server.Address.Authority}/ws"]);
        Assert.Equal(ExitCode.CannotConnect, await bob.LeavesAsync());
        Assert.EndsWith("If the server speaks no TLS, use ws:// in place of wss://.\n", bob.Error.All, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_that_does_not_exist_is_named()
    {
        var address = ServerAddress.FromHost("nowhere.invalid", 8080, "Bob");
        var cause = new HttpRequestException(HttpRequestError.NameResolutionError);
        Assert.Equal("There is no host named 'nowhere.invalid'. Is it spelt right?", FailedDial.Because(address, cause));
    }

    // What the person reads behind the address; in no case that there is a way without TLS.
    private static async Task<string> RefusedAsync(X509Certificate2 shown, X509Certificate2? authority = null)
    {
        using var folder = new Hosting.Folder();
        await using var server = await ScriptedServer.WithTlsAsync(shown);
        var url = $"wss://{server.Address.Authority}/ws";
        await using var bob = Person.AtTerminal(["connect", url, .. authority is null ? [] : (string[])["--ca", await FileOfAsync(authority, folder)]]);
        Assert.Equal(ExitCode.CannotConnect, await bob.LeavesAsync());
        var start = $"No secure connection to {url}: ";
        Assert.StartsWith(start, bob.Error.All, StringComparison.Ordinal);
        return bob.Error.All[start.Length..^1];
    }

    private static async Task<string> FileOfAsync(X509Certificate2 certificate, Hosting.Folder folder)
    {
        var file = Path.Combine(folder.Path, "authority.pem");
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem());
        return file;
    }

    // By itself.
    private static X509Certificate2 Signed(string? name = null, int from = 1970, int to = 2100)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=somebody", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var alternatives = new SubjectAlternativeNameBuilder();
        if (name is null)
        {
            alternatives.AddIpAddress(IPAddress.Loopback);
        }
        else
        {
            alternatives.AddDnsName(name);
        }

        request.CertificateExtensions.Add(alternatives.Build());
        return request.CreateSelfSigned(new DateTimeOffset(from, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(to, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }
}
