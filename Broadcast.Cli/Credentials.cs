using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Broadcast.Cli;

/// <summary>What is shown to the server, and by what the server is known.</summary>
/// <param name="Key">The key or token that is sent along; null for none. A secret.</param>
/// <param name="Authorities">By which certificates the server is known; null for those of the system.</param>
/// <param name="TakesAny">Whether it is known by none.</param>
internal sealed record Credentials(string? Key = null, X509Certificate2Collection? Authorities = null, bool TakesAny = false)
{
    /// <summary>Nothing is shown, and the system knows the server.</summary>
    public static Credentials None { get; } = new();

    /// <summary>From the command line.</summary>
    /// <exception cref="FormatException">A file cannot be used; the message is a sentence for the person.</exception>
    public static Credentials From(string? keyFile, string? keyVariable, string? authorities, bool takesAny)
    {
        var key = keyFile is null ? keyVariable : Read("--key-file", keyFile, File.ReadAllText).Trim();
        return key?.AsSpan().ContainsAnyExceptInRange(' ', '~') == true
            ? throw new FormatException("A key is one line of ASCII letters, digits and signs.")
            : new Credentials(key, authorities is null ? null : Read("--ca", authorities, CertificatesOf), takesAny);
    }

    /// <summary>Has a connection use them.</summary>
    /// <returns>What becomes of the certificate that the server shows.</returns>
    public CertificateCheck ApplyTo(ClientWebSocketOptions options, TimeProvider clock)
    {
        if (Key is not null)
        {
            options.SetRequestHeader("Authorization", $"Bearer {Key}");
        }

        var check = new CertificateCheck(Authorities, TakesAny, clock);
        options.RemoteCertificateValidationCallback = check.Accepts;
        return check;
    }

    private static X509Certificate2Collection CertificatesOf(string path)
    {
        X509Certificate2Collection found = [];
        found.ImportFromPemFile(path);
        return found.Count > 0 ? found : throw new CryptographicException("it has no certificate as PEM");
    }

    private static T Read<T>(string option, string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new FormatException($"{option}: '{path}' cannot be used: {e.Message}", e);
        }
    }
}
