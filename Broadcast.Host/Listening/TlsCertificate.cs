using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
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
    private (DateTime, DateTime) _written;
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
        _written = Written();
        _lookedAt = time.GetTimestamp();
        try
        {
            _present = Load(files);
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
            // Looking may fail as reading may; who connects is shown the one before.
            var written = Written();
            if (written == _written)
            {
                return;
            }

            _present = Load(_files);
            _written = written;
            Log.Renewed(_logger, _files.Certificate);
        }
        catch (Exception e) when (IsUnusable(e))
        {
            // Perhaps one of the two has been written and the other is still to come.
            Log.Unusable(_logger, _files.Certificate, e.Message);
        }
    }

    private (DateTime, DateTime) Written() => (File.GetLastWriteTimeUtc(_files.Certificate), File.GetLastWriteTimeUtc(_files.Key));

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The options hold it.")]
    [SuppressMessage("Security", "CA5398:Avoid hardcoded SslProtocols values", Justification = "Whatever the machine allows, nothing older.")]
    private static SslServerAuthenticationOptions Load(TlsFiles files)
    {
        var certificate = X509Certificate2.CreateFromPemFile(files.Certificate, files.Key);
        X509Certificate2Collection chain = [];
        chain.ImportFromPemFile(files.Certificate);
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

        [LoggerMessage(EventId = 41, Level = LogLevel.Warning, Message = "{File} has changed but cannot be used with its key, the one before is still shown: {Why}")]
        public static partial void Unusable(ILogger logger, string file, string why);
    }
}
