using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Broadcast.Tests.Hosting;

/// <summary>A certificate that says of itself who it is, and its key, in two files.</summary>
internal sealed record Certificate(string File, string KeyFile)
{
    /// <summary>The server's settings that name it, as for <c>--set</c>.</summary>
    public string[] Settings => [$"broadcast.tls.certificate={File}", $"broadcast.tls.key={KeyFile}"];

    /// <summary>What a client takes for good that wants to know only whether there is one.</summary>
    public static RemoteCertificateValidationCallback Any { get; } = (_, certificate, _, _) => certificate is not null;

    /// <summary>Writes another one.</summary>
    public void Write(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        alternatives.AddDnsName("localhost");
        alternatives.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(alternatives.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        System.IO.File.WriteAllText(File, certificate.ExportCertificatePem());
        System.IO.File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>One that nobody writes over, for the whole run of the tests.</summary>
    public static Certificate ForTheRun { get; } = Make();

    private static Certificate Make()
    {
        var folder = Directory.CreateTempSubdirectory("broadcast-certificate-").FullName;
        var made = new Certificate(Path.Combine(folder, "certificate.pem"), Path.Combine(folder, "key.pem"));
        made.Write("localhost");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return made;
    }
}
