using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Broadcast.Actors.Door;
using Broadcast.Actors.Names;
using Broadcast.Actors.Sessions;
using Broadcast.Actors.Wire;
using Broadcast.Host.Configuration;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace Broadcast.Host.Connections;

/// <summary>Who may come in: <c>broadcast.access</c>.</summary>
internal sealed class AccessPolicy
{
    private const string Bearer = "Bearer ";

    // RFC 7518 3.2: a key as long as the hash, at least.
    private const int LeastSecretBytes = 32;
    private const int LeastKeyCharacters = 16;

    // How far the clocks of who issues tokens and of this machine may be apart.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private static readonly string[] Algorithms = [SecurityAlgorithms.HmacSha256, SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256];

    // OpenSSH's (AAAA is how all its blobs begin), RFC 4716's and .NET's.
    private static readonly string[] PublicKeys = ["ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-", "AAAA", "----", "<RSAKeyValue"];

    private readonly Access _access;
    private readonly string _nameClaim;

    /// <param name="options">What it goes by.</param>
    /// <exception cref="SettingException">There is no key where one is needed, or it cannot be used.</exception>
    public AccessPolicy(BroadcastOptions options)
    {
        _access = options.Access;
        _nameClaim = options.Jwt.NameClaim;
        Key = _access == Access.Key ? new JoinKey(KeyOf(options)) : null;
    }

    /// <summary>The key that who has not shown it has to say first; null where there is none.</summary>
    public JoinKey? Key { get; }

    /// <summary>What a refused request is told.</summary>
    public CloseReason Refusal => _access == Access.Jwt ? CloseReason.TokenRefused : CloseReason.KeyRefused;

    /// <summary>Which tokens are good.</summary>
    /// <exception cref="SettingException">The keys cannot be used.</exception>
    public static TokenValidationParameters GoodTokens(TokenRules rules) => new()
    {
        ValidAlgorithms = Algorithms,
        IssuerSigningKeys = KeysOf(rules),
        ClockSkew = Skew,
        ValidateIssuer = rules.Issuer.Length > 0,
        ValidIssuer = rules.Issuer,
        ValidateAudience = rules.Audience.Length > 0,
        ValidAudience = rules.Audience,
    };

    /// <summary>What a request shows of who it is from.</summary>
    /// <param name="context">The request.</param>
    /// <param name="from">Where it comes from.</param>
    /// <returns>Null where it is to be refused, and why where it is not for having shown nothing that is good.</returns>
    public async ValueTask<(Standing? Standing, CloseReason? Why)> StandingOfAsync(HttpContext context, Neighbourhood? from)
    {
        switch (_access)
        {
            case Access.Open:
                return (Standing.Anybody, null);
            case Access.Key:
                return (StandingByKey(context.Request.Headers.Authorization.ToString(), from), null);
            default:
                var result = await context.AuthenticateAsync(JwtBearerDefaults.AuthenticationScheme);
                return result.Succeeded ? StandingByToken(result.Principal) : default;
        }
    }

    private Standing? StandingByKey(string given, Neighbourhood? from) =>
        given.Length == 0 ? new Standing(HasKey: false, From: from)
            : given.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && Key!.Is(given[Bearer.Length..]) ? Standing.Anybody
            : null;

    private (Standing? Standing, CloseReason? Why) StandingByToken(ClaimsPrincipal owner)
    {
        if (_nameClaim.Length == 0)
        {
            return (Standing.Anybody, null);
        }

        // Whoever issues tokens has to hear of a name that is none here: its owner would be somebody else all day.
        return owner.FindFirst(_nameClaim)?.Value is not { } name ? default
            : DisplayName.TryParse(name, out _, out var refusal) ? (new Standing(HasKey: true, name), null)
            : (null, CloseReason.NameInTokenRefused(refusal));
    }

    private static string KeyOf(BroadcastOptions options)
    {
        var (setting, key) = (options.Key, options.KeyFile) switch
        {
            ({ Length: > 0 } given, "") => ("broadcast.key", given.Trim()),
            ("", { Length: > 0 } path) => ("broadcast.key-file", TextOf(Read("broadcast.key-file", path))),
            _ => throw new SettingException("broadcast.access is key: set either broadcast.key-file, or broadcast.key by the variable BROADCAST__KEY"),
        };
        if (!IsOneLine(key))
        {
            throw new SettingException($"{setting}: the join key is not one line of ASCII letters, digits and signs, and clients could not send it");
        }

        return key.Length >= LeastKeyCharacters
            ? key
            : throw new SettingException("the join key is shorter than 16 characters, which can be guessed: take a longer one, such as that of `openssl rand -hex 16`");
    }

    private static List<SecurityKey> KeysOf(TokenRules rules)
    {
        if (rules.KeyFile.Length + rules.JwksFile.Length == 0)
        {
            throw new SettingException("broadcast.access is jwt: set broadcast.jwt.key-file or broadcast.jwt.jwks-file, or both");
        }

        List<SecurityKey> keys = [];
        if (rules.KeyFile.Length > 0)
        {
            keys.Add(Usable("broadcast.jwt.key-file", rules.KeyFile, KeyOf));
        }

        if (rules.JwksFile.Length > 0)
        {
            keys.AddRange(Usable("broadcast.jwt.jwks-file", rules.JwksFile, bytes => new JsonWebKeySet(TextOf(bytes)).GetSigningKeys()));
        }

        return keys.Count > 0 ? keys : throw new SettingException($"broadcast.jwt.jwks-file: {rules.JwksFile} has no key for signatures");
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The key is needed for as long as the server runs.")]
    private static SecurityKey KeyOf(byte[] bytes)
    {
        // What is meant as a public key must never become a secret, which everybody would know: not because of what stands
        // in front of it (a byte order mark, words of openssl's), nor in another form.
        var text = TextOf(bytes);
        if (!text.Contains("-----BEGIN", StringComparison.Ordinal))
        {
            return new SymmetricSecurityKey(Encoding.ASCII.GetBytes(SecretOf(text)));
        }

        try
        {
            var elliptic = ECDsa.Create();
            elliptic.ImportFromPem(text);
            return new ECDsaSecurityKey(elliptic);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            var rsa = RSA.Create();
            rsa.ImportFromPem(text);
            return new RsaSecurityKey(rsa);
        }
    }

    private static string SecretOf(string text) =>
        text is ['{' or '[', ..] ? throw new CryptographicException("it is JSON; a JWKS belongs into broadcast.jwt.jwks-file")
            : IsDer(text) || PublicKeys.Any(start => text.StartsWith(start, StringComparison.Ordinal))
                ? throw new CryptographicException("it is a public key: give it as PEM")
            : !IsOneLine(text) ? throw new CryptographicException("it is neither PEM nor one line of ASCII letters, digits and signs")
            : text.Length < LeastSecretBytes ? throw new CryptographicException("a secret for HS256 has at least 32 bytes")
            : text;

    // As consoles show keys and certificates: bare, broken into lines, in base64 or base64url, or in hexadecimal digits.
    private static bool IsDer(string text)
    {
        var letters = string.Concat(text.Where(letter => !char.IsWhiteSpace(letter))).Replace('-', '+').Replace('_', '/').TrimEnd('=');
        var base64 = letters.PadRight((letters.Length + 3) / 4 * 4, '=');
        var bytes = new byte[base64.Length];
        return (Convert.TryFromBase64String(base64, bytes, out var count) && IsDer(bytes.AsMemory(0, count)))
            || (Convert.FromHexString(letters, bytes, out _, out count) == OperationStatus.Done && IsDer(bytes.AsMemory(0, count)));
    }

    // X.509's SubjectPublicKeyInfo and Certificate, and the keys of PKCS #1 and #8: one sequence, which begins with a
    // sequence or a number. Chance makes a secret look so in one case of millions.
    private static bool IsDer(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var all = new AsnReader(bytes, AsnEncodingRules.BER);
            var inside = all.ReadSequence();
            all.ThrowIfNotEmpty();
            var first = inside.PeekTag();
            while (inside.HasData)
            {
                _ = inside.ReadEncodedValue();
            }

            return first == Asn1Tag.Sequence || first == Asn1Tag.Integer;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    // Editors put a byte order mark in front, and a line feed behind. What is not UTF-8 is no ASCII afterwards, either.
    private static string TextOf(byte[] bytes) => Encoding.UTF8.GetString(bytes).Trim().Trim('\uFEFF').Trim();

    private static bool IsOneLine(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static T Usable<T>(string setting, string path, Func<byte[], T> use)
    {
        try
        {
            return use(Read(setting, path));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new SettingException(
                $"{setting}: {path} cannot be used ({e.Message.Split('\n')[0].Trim()}); give a public key as PEM, a secret of at least 32 bytes, or a JWKS (RFC 7517)", e);
        }
    }

    private static byte[] Read(string setting, string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new SettingException($"{setting}: {path} cannot be read ({e.Message.Split('\n')[0].Trim()})", e);
        }
    }
}
