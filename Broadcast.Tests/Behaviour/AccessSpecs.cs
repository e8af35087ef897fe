using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Broadcast.Actors.Wire;
using Broadcast.Host.Configuration;
using Broadcast.Tests.Hosting;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Broadcast.Tests.Behaviour;

/// <summary>Who gets into a server that does not let everybody in.</summary>
public sealed class AccessSpecs : IDisposable
{
    private const string Key = "correct horse battery staple";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("broadcast-access-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Who_sends_the_key_with_the_request_is_in()
    {
        await using var server = await LockedAsync();
        await using var alice = await Person.JoinAsync(server.Address("Alice"), WithBearer(Key));
        Assert.Equal("System: Alice joined the chat", alice.Joined);
    }

    [Fact]
    public async Task Who_sends_a_wrong_key_with_the_request_is_refused()
    {
        await using var server = await LockedAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await RefusedAsync(server, WithBearer("wrong")));
        Assert.Equal(HttpStatusCode.Unauthorized, await RefusedAsync(server, options => options.SetRequestHeader("Authorization", $"Basic {Key}")));
        Assert.Equal(HttpStatusCode.Unauthorized, await RefusedAsync(server, WithBearer("")));
    }

    [Fact]
    public async Task Who_says_the_key_as_the_first_line_is_in_and_nobody_hears_the_key()
    {
        await using var server = await LockedAsync();
        await using var alice = await Person.JoinAsync(server.Address("Alice"), WithBearer(Key));
        using var bob = await RawPeer.JoinAsync(server.Port, "/ws?name=Bob");
        await bob.SayAsync(Key);
        await bob.SayAsync("hi");
        await alice.HearsAsync("System: Bob joined the chat", "Bob: hi");
    }

    [Fact]
    public async Task Who_says_anything_else_first_is_sent_away_and_nobody_hears_of_it()
    {
        await using var server = await LockedAsync();
        await using var alice = await Person.JoinAsync(server.Address("Alice"), WithBearer(Key));
        using var bob = await RawPeer.JoinAsync(server.Port, "/ws?name=Bob");
        await bob.SayAsync("hi");
        await bob.SayAsync(Key);
        await bob.SayAsync("hi again");
        var close = Assert.Single(await bob.ReadToEndAsync());
        Assert.Equal((1008, CloseReason.KeyWrong.Text), (close.CloseCode, close.CloseText));
        await alice.SayAsync("/who");
        await alice.HearsAsync("System: 1 here: Alice");
    }

    [Fact]
    public async Task Who_guesses_and_says_goodbye_at_once_waits_for_its_answer_all_the_same()
    {
        await using var server = await LockedAsync();
        using var bob = await RawPeer.JoinAsync(server.Port, "/ws?name=Bob");
        await bob.SendAsync([.. RawPeer.ClientFrame(Opcode.Text, "hi"u8), .. RawPeer.ClientFrame(Opcode.Close, [1000 >> 8, 1000 & 0xFF])]);
        var close = Assert.Single(await bob.ReadToEndAsync());
        Assert.Equal((1008, CloseReason.KeyWrong.Text), (close.CloseCode, close.CloseText));
    }

    [Fact]
    public async Task Who_says_the_key_in_its_hello_is_in()
    {
        await using var server = await LockedAsync();
        await using var bob = await JsonPerson.ConnectAsync(server.Address());
        await bob.SendAsync(new { type = "hello", name = "Bob", key = Key });
        Assert.IsType<Welcome>(await bob.HearAsync());
    }

    [Theory]
    [InlineData("""{"type":"hello","name":"Bob"}""")]
    [InlineData("""{"type":"hello","name":"Bob","key":"wrong"}""")]
    [InlineData("""{"type":"hello","name":"Bob","key":""}""")]
    public async Task Who_does_not_is_told_that_it_is_not_allowed(string hello)
    {
        await using var server = await LockedAsync();
        await using var bob = await JsonPerson.ConnectAsync(server.Address());
        await bob.SendAsync(hello);
        Assert.Equal("not-allowed", Assert.IsType<Error>(await bob.HearAsync()).Code);
        var buffer = new byte[200];
        var close = await bob.Socket.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Person.Patience);
        Assert.Equal((WebSocketMessageType.Close, 1008), (close.MessageType, (int)bob.Socket.CloseStatus!.Value));
    }

    [Fact]
    public async Task Who_guesses_from_one_address_is_told_to_wait()
    {
        await using var server = await LockedAsync("broadcast.trusted-proxies=127.0.0.1", "broadcast.limits.joins-per-second-per-address=0");
        Action<ClientWebSocketOptions> from = options =>
        {
            options.SetRequestHeader("Authorization", "Bearer wrong");
            options.SetRequestHeader("X-Forwarded-For", "203.0.113.7");
        };
        Assert.All(
            await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => RefusedAsync(server, from))),
            status => Assert.Equal(HttpStatusCode.Unauthorized, status));
        Assert.Equal(HttpStatusCode.TooManyRequests, await RefusedAsync(server, from));
        await using var alice = await Person.JoinAsync(server.Address("Alice"), WithBearer(Key));
    }

    [Fact]
    public async Task A_wrong_key_is_in_no_log()
    {
        await using var server = await LockedAsync();
        _ = await RefusedAsync(server, WithBearer("some secret that somebody mistyped"));
        Assert.DoesNotContain(server.Log.Lines(), line => line.Contains("mistyped", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("HS256")]
    [InlineData("RS256")]
    [InlineData("ES256")]
    public async Task Who_has_a_token_is_in_under_the_name_in_it_and_keeps_that(string algorithm)
    {
        var signing = Signing(algorithm);
        await using var server = await ByTokenAsync("broadcast.jwt.name-claim=nick", "broadcast.jwt.issuer=us", "broadcast.jwt.audience=chat");
        await using var alice = await Person.JoinAsync(server.Address("Mallory"), WithBearer(Token(signing, "Alice")));
        Assert.Equal("System: Alice joined the chat", alice.Joined);
        await alice.SayAsync("/name Mallory");
        await alice.HearsAsync("System: your name comes with your token here and cannot be changed");
        await alice.SayAsync("hi");
        await alice.HearsAsync("Alice: hi");
    }

    [Fact]
    public async Task A_token_is_refused_that_is_late_for_another_from_another_or_signed_by_another()
    {
        var signing = Signing("ES256");
        await using var server = await ByTokenAsync("broadcast.jwt.name-claim=nick", "broadcast.jwt.issuer=us", "broadcast.jwt.audience=chat");
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string?[] tokens =
        [
            null,
            "",
            "nonsense",
            Token(signing, "Alice", expires: DateTime.UnixEpoch.AddYears(1)),
            Token(signing, "Alice", expires: TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-1)),
            Token(signing, "Alice", audience: "shop"),
            Token(signing, "Alice", issuer: "them"),
            Token(signing, nick: null),
            Token(new SigningCredentials(new ECDsaSecurityKey(stranger), SecurityAlgorithms.EcdsaSha256), "Alice"),

            // Signed with the public key as if it were a secret, and not at all.
            Token(new SigningCredentials(new SymmetricSecurityKey(await File.ReadAllBytesAsync(KeyFile)), SecurityAlgorithms.HmacSha256), "Alice"),
            Token(signing: null, "Alice"),
            Token(signing, "Alice", header: "crit"),
        ];
        Assert.All(
            await Task.WhenAll(tokens.Select(token => RefusedAsync(server, token is null ? _ => { } : WithBearer(token)))),
            status => Assert.Equal(HttpStatusCode.Unauthorized, status));
        await using var alice = await Person.JoinAsync(server.Address(), WithBearer(Token(signing, "Alice")));
    }

    [Theory]
    [InlineData("", "a name needs at least one character")]
    [InlineData("  ", "a name needs at least one character")]
    [InlineData("Zoe\u0007", "a name has no line breaks, control characters or invisible characters")]
    [InlineData("A name that is longer than names are here", "a name has at most 32 characters")]
    [InlineData("System", "that name, or one that looks like it, is kept for the system: choose another")]
    public async Task A_token_with_a_name_that_cannot_be_is_refused_with_the_rule_that_it_breaks_and_is_no_guess(string nick, string rule)
    {
        var signing = Signing("HS256");
        await using var server = await ByTokenAsync(
            "broadcast.jwt.name-claim=nick", "broadcast.trusted-proxies=127.0.0.1", "broadcast.limits.joins-per-second-per-address=0");
        Action<ClientWebSocketOptions> With(string name) => options =>
        {
            WithBearer(Token(signing, name))(options);
            options.SetRequestHeader("X-Forwarded-For", "203.0.113.7");
        };
        for (var i = 0; i < 11; i++)
        {
            using var socket = new ClientWebSocket();
            Assert.Equal(HttpStatusCode.Unauthorized, await RefusedAsync(server, With(nick), socket));
            Assert.Equal($"Your token's name cannot be used here: {rule}.", Assert.Single(socket.HttpResponseHeaders!["Broadcast-Refusal"]));
            Assert.Equal("Bearer error=\"invalid_token\"", Assert.Single(socket.HttpResponseHeaders!["WWW-Authenticate"]));
        }

        await using var zoe = await Person.JoinAsync(server.Address(), With("Zoe"));
        Assert.Equal("System: Zoe joined the chat", zoe.Joined);
    }

    [Fact]
    public async Task Who_has_a_token_with_a_name_that_is_taken_gets_a_number_and_is_not_told_to_change_it()
    {
        var signing = Signing("HS256");
        await using var server = await ByTokenAsync("broadcast.jwt.name-claim=nick");
        await using var zoe = await Person.JoinAsync(server.Address(), WithBearer(Token(signing, "Zoe")));
        await using var second = await Person.JoinAsync(server.Address(), WithBearer(Token(signing, "Zoe")));
        Assert.Equal("System: Zoe-2 joined the chat", second.Joined);
        await second.HearsAsync("System: the name Zoe is taken, so you are Zoe-2");

        using var third = await RawPeer.JoinAsync(
            server.Port, "/ws", headers: $"Sec-WebSocket-Protocol: {JsonPerson.Form}\r\nAuthorization: Bearer {Token(signing, "Zoe")}\r\n");
        await third.SayAsync("""{"type":"hello","name":"Mallory"}""");
        await third.SayAsync("""{"type":"ping"}""");
        var heard = (await third.ReadUntilAsync(frame => frame.Text == """{"type":"pong"}""")).ConvertAll(frame => frame.Text);
        Assert.Contains("""{"type":"notice","text":"the name Zoe is taken, so you are Zoe-3"}""", heard);
        Assert.DoesNotContain(heard, frame => frame.StartsWith("""{"type":"error""", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\uFEFF")]
    [InlineData("Bag Attributes: <No Attributes>\n")]
    public async Task A_public_key_is_one_whatever_stands_in_front_of_it_and_never_a_secret(string inFront)
    {
        var signing = Signing("ES256");
        var file = inFront + await File.ReadAllTextAsync(KeyFile);
        await File.WriteAllTextAsync(KeyFile, file);
        await using var server = await ByTokenAsync("broadcast.jwt.name-claim=nick");
        var asSecret = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(file.Trim())), SecurityAlgorithms.HmacSha256);
        Assert.Equal(HttpStatusCode.Unauthorized, await RefusedAsync(server, WithBearer(Token(asSecret, "Mallory"))));
        await using var alice = await Person.JoinAsync(server.Address(), WithBearer(Token(signing, "Alice")));
    }

    [Fact]
    public async Task A_key_in_a_form_that_is_not_taken_is_refused_at_the_start_and_never_a_secret()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=us", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        var der = key.ExportSubjectPublicKeyInfo();
        string[] texts =
        [
            """{"keys":[{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"}]}""",
            """[{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"}]""",
            Convert.ToBase64String(der),
            Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo(), Base64FormattingOptions.InsertLineBreaks),
            Convert.ToBase64String(rsa.ExportRSAPublicKey()),
            Convert.ToBase64String(certificate.RawData),
            Base64UrlEncoder.Encode(der),
            Convert.ToHexStringLower(der),
            "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7 us@here",
            "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTY us@here",
            "AAAAB3NzaC1yc2EAAAADAQABAAABAQC7AAAAB3NzaC1yc2E",
            "---- BEGIN SSH2 PUBLIC KEY ---- AAAAB3NzaC1yc2EAAAADAQABAAABAQC7",
            rsa.ToXmlString(includePrivateParameters: false),
            "what nobody knows, although\nit has a second line",
            "what nobody knows, although\0it has a second part",
        ];
        byte[][] files = [der, Encoding.Unicode.GetBytes(key.ExportSubjectPublicKeyInfoPem()), .. texts.Select(Encoding.UTF8.GetBytes)];
        foreach (var file in files)
        {
            await File.WriteAllBytesAsync(KeyFile, file);
            var fault = await Assert.ThrowsAsync<SettingException>(() => ByTokenAsync());
            Assert.StartsWith($"broadcast.jwt.key-file: {KeyFile} cannot be used (", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_set_of_keys_will_do()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var jwk = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(key) { KeyId = "k1" });
        var set = $$"""{"keys":[{"kty":"EC","crv":"{{jwk.Crv}}","x":"{{jwk.X}}","y":"{{jwk.Y}}","kid":"k1","alg":"ES256"}]}""";
        var path = Path.Combine(_directory.FullName, "keys.json");
        await File.WriteAllTextAsync(path, set);
        await using var server = await Server.StartAsync("broadcast.access=jwt", $"broadcast.jwt.jwks-file={path}");
        var signing = new SigningCredentials(new ECDsaSecurityKey(key) { KeyId = "k1" }, SecurityAlgorithms.EcdsaSha256);
        await using var alice = await Person.JoinAsync(server.Address("Alice"), WithBearer(Token(signing, nick: null)));
        Assert.Equal("System: Alice joined the chat", alice.Joined);
        await alice.SayAsync("/name Alicia");
        await alice.HearsAsync("System: Alice is now known as Alicia");
    }

    [Fact]
    public async Task A_name_that_comes_with_a_token_stands_over_that_of_a_hello()
    {
        var signing = Signing("HS256");
        await using var server = await ByTokenAsync("broadcast.jwt.name-claim=nick");
        await using var alice = await Person.JoinAsync(server.Address(), WithBearer(Token(signing, "Alice")));
        using var bob = await RawPeer.JoinAsync(
            server.Port, "/ws", headers: $"Sec-WebSocket-Protocol: {JsonPerson.Form}\r\nAuthorization: Bearer {Token(signing, "Bob")}\r\n");
        await bob.SayAsync("""{"type":"hello","name":"Mallory"}""");
        await bob.SayAsync("""{"type":"rename","name":"Mallory","n":1}""");
        await bob.SayAsync("""{"type":"say","text":"hi","n":2}""");
        await alice.HearsAsync("System: Bob joined the chat", "Bob: hi");
    }

    [Theory]
    [InlineData("broadcast.access is key: set either broadcast.key-file, or broadcast.key", "broadcast.access=key")]
    [InlineData("broadcast.key-file: /no/such/file cannot be read", "broadcast.access=key", "broadcast.key-file=/no/such/file")]
    [InlineData("broadcast.access is jwt: set broadcast.jwt.key-file", "broadcast.access=jwt")]
    [InlineData("broadcast.jwt.key-file: /no/such/file cannot be read", "broadcast.access=jwt", "broadcast.jwt.key-file=/no/such/file")]
    [InlineData("--set broadcast.key: everybody on this machine can read that", "broadcast.key=correct horse battery staple")]
    public async Task What_lets_nobody_in_or_shows_a_secret_is_refused_at_the_start(string line, params string[] settings)
    {
        var fault = await Assert.ThrowsAsync<SettingException>(() => Server.StartAsync(settings));
        Assert.StartsWith(line, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("horse", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("                             ")]
    public async Task A_key_that_can_be_guessed_is_refused_at_the_start(string key)
    {
        await File.WriteAllTextAsync(KeyFile, key);
        var fault = await Assert.ThrowsAsync<SettingException>(() => Server.StartAsync("broadcast.access=key", $"broadcast.key-file={KeyFile}"));
        Assert.Contains("16 characters", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_file_may_begin_with_a_byte_order_mark()
    {
        await File.WriteAllTextAsync(KeyFile, $"\uFEFF{Key}\r\n");
        await using var server = await Server.StartAsync("broadcast.access=key", $"broadcast.key-file={KeyFile}");
        await using var alice = await Person.JoinAsync(server.Address("Alice"), WithBearer(Key));
    }

    [Theory]
    [InlineData("correct horse\nbattery staple")]
    [InlineData("correct horse\0battery staple")]
    [InlineData("correct horse\u200Bbattery staple")]
    [InlineData("pferd-batterie-heftklammer-größer")]
    public async Task A_key_that_clients_could_not_send_is_refused_at_the_start(string key)
    {
        await File.WriteAllTextAsync(KeyFile, key);
        var fault = await Assert.ThrowsAsync<SettingException>(() => Server.StartAsync("broadcast.access=key", $"broadcast.key-file={KeyFile}"));
        Assert.StartsWith("broadcast.key-file: the join key is not one line of ASCII letters", fault.Message, StringComparison.Ordinal);
    }

    private string KeyFile => Path.Combine(_directory.FullName, "key");

    private async Task<Server> LockedAsync(params string[] settings)
    {
        await File.WriteAllTextAsync(KeyFile, Key + "\n");
        return await Server.StartAsync([.. settings, "broadcast.access=key", $"broadcast.key-file={KeyFile}"]);
    }

    private Task<Server> ByTokenAsync(params string[] settings) =>
        Server.StartAsync([.. settings, "broadcast.access=jwt", $"broadcast.jwt.key-file={KeyFile}"]);

    // The private half; the other one is in the server's file.
    private SigningCredentials Signing(string algorithm)
    {
        switch (algorithm)
        {
            case "HS256":
                var secret = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
                File.WriteAllText(KeyFile, secret);
                return new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret)), SecurityAlgorithms.HmacSha256);
            case "RS256":
                var rsa = RSA.Create(2048);
                File.WriteAllText(KeyFile, rsa.ExportSubjectPublicKeyInfoPem());
                return new SigningCredentials(new RsaSecurityKey(rsa), SecurityAlgorithms.RsaSha256);
            default:
                var elliptic = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                File.WriteAllText(KeyFile, elliptic.ExportSubjectPublicKeyInfoPem());
                return new SigningCredentials(new ECDsaSecurityKey(elliptic), SecurityAlgorithms.EcdsaSha256);
        }
    }

    private static string Token(
        SigningCredentials? signing, string? nick, string issuer = "us", string audience = "chat", DateTime? expires = null, string? header = null) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            Expires = expires ?? DateTime.UnixEpoch.AddYears(200),
            NotBefore = DateTime.UnixEpoch,
            Claims = nick is null ? [] : new Dictionary<string, object>(StringComparer.Ordinal) { ["nick"] = nick },
            AdditionalHeaderClaims = header is null ? [] : new Dictionary<string, object>(StringComparer.Ordinal) { [header] = "exp" },
            SigningCredentials = signing,
        });

    private static Action<ClientWebSocketOptions> WithBearer(string token) =>
        options => options.SetRequestHeader("Authorization", $"Bearer {token}");

    private static async Task<HttpStatusCode> RefusedAsync(Server server, Action<ClientWebSocketOptions> options)
    {
        using var socket = new ClientWebSocket();
        return await RefusedAsync(server, options, socket);
    }

    private static async Task<HttpStatusCode> RefusedAsync(Server server, Action<ClientWebSocketOptions> options, ClientWebSocket socket)
    {
        socket.Options.CollectHttpResponseDetails = true;
        options(socket.Options);
        using var deadline = new CancellationTokenSource(Person.Patience);
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(server.Address("Bob"), deadline.Token));
        return socket.HttpStatusCode;
    }
}
