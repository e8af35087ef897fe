using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Broadcast.Host.Configuration;

namespace Broadcast.Host.Listening;

/// <summary>
/// The certificate that the server shows, from two PEM files (RFC 7468). They are looked at again as people connect, so
/// that a renewed certificate is used without a restart; who is connected stays so.
/// </summary>
internal sealed partial class TlsCertificate
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly TlsFiles _files;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    private volatile SslServerAuthenticationOptions _present;
    private byte[] _digest;
    private long _lookedAt;

    /// <param name="files">Where it is.</param>
    /// <param name="time">How long ago it was looked at.</param>
    /// <param name="logger">Says when it is another, and when it is none.</param>
    /// <exception cref="SettingException">The files cannot be used.</exception>
    public TlsCertificate(TlsFiles files, TimeProvider time, ILogger<TlsCertificate> logger)
    {
        if (files is { Certificate: "" } or { Key: "" })
        {
            throw new SettingException("broadcast.tls.certificate and broadcast.tls.key belong together: set both, or neither");
        }

        _files = files;
        _time = time;
        _logger = logger;
        _lookedAt = time.GetTimestamp();
        try
        {
            var read = Read();
            _digest = DigestOf(read);
            _present = Load(read);
        }
        catch (Exception e) when (IsUnusable(e))
        {
            throw new SettingException(
                $"broadcast.tls: {files.Certificate} with {files.Key} cannot be used ({e.Message.Split('\n')[0].Trim()}); "
                + "give a certificate, with the intermediate ones behind it, and its private key, both as PEM",
                e);
        }
    }

    /// <summary>What to shake hands with.</summary>
    public SslServerAuthenticationOptions Present
    {
        get
        {
            var now = _time.GetTimestamp();
            var last = Interlocked.Read(ref _lookedAt);
            if (_time.GetElapsedTime(last, now) >= Pause && Interlocked.CompareExchange(ref _lookedAt, now, last) == last)
            {
                LookAgain();
            }

            return _present;
        }
    }

    private void LookAgain()
    {
        try
        {
            var read = Read();
            var digest = DigestOf(read);
            if (digest.AsSpan().SequenceEqual(_digest))
            {
                return;
            }

            _present = Load(read);
            _digest = digest;
            Log.Renewed(_logger, _files.Certificate);
        }
        catch (Exception e) when (IsUnusable(e))
        {
            // Perhaps one of the two has been written and the other is still to come.
            Log.Unusable(_logger, _files.Certificate, e.Message);
        }
    }

    private (string Certificate, string Key) Read() => (File.ReadAllText(_files.Certificate), File.ReadAllText(_files.Key));

    // Times of writing do not say it: behind a link there may be another file that is older, and another directory.
    private static byte[] DigestOf((string Certificate, string Key) read) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"{read.Certificate}\0{read.Key}"));

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The options hold it.")]
    [SuppressMessage("Security", "CA5398:Avoid hardcoded SslProtocols values", Justification = "Whatever the machine allows, nothing older.")]
    private static SslServerAuthenticationOptions Load((string Certificate, string Key) read)
    {
        var certificate = X509Certificate2.CreateFromPem(read.Certificate, read.Key);
        X509Certificate2Collection chain = [];
        chain.ImportFromPem(read.Certificate);
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, chain, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        };
    }

    private static bool IsUnusable(Exception e) =>
        e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    private static partial class Log
    {
        [LoggerMessage(EventId = 40, Level = LogLevel.Information, Message = "{File} is another now: who connects from now on is shown that")]
        public static partial void Renewed(ILogger logger, string file);

        [LoggerMessage(EventId = 41, Level = LogLevel.Warning, Message = "{File} and its key cannot be used as they are now, the certificate before is still shown: {Why}")]
        public static partial void Unusable(ILogger logger, string file, string why);
    }
}
