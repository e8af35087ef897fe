using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Broadcast.Cli;

/// <summary>The look at the certificate that a server shows: one for each dial, which it outlives.</summary>
/// <param name="authorities">By which certificates the server is known; null for those of the system.</param>
/// <param name="takesAny">Whether it is known by none.</param>
/// <param name="clock">Whether it is still good.</param>
internal sealed class CertificateCheck(X509Certificate2Collection? authorities, bool takesAny, TimeProvider clock)
{
    /// <summary>Why it was not accepted and what to do about that; null where it was, or where none was shown.</summary>
    public string? Refusal { get; private set; }

    /// <summary>A <see cref="RemoteCertificateValidationCallback"/>.</summary>
    public bool Accepts(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 shown || chain is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return false;
        }

        if (takesAny)
        {
            return true;
        }

        var isVouchedFor = authorities is null ? !errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) : IsKnownBy(authorities, shown, chain);
        Refusal = !isVouchedFor ? NotVouchedFor(shown, chain)
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
                ? "its certificate is for another name. Dial it by the name that it has, or have whoever runs it get a certificate for this one."
            : null;
        return Refusal is null;
    }

    private static bool IsKnownBy(X509Certificate2Collection authorities, X509Certificate2 shown, X509Chain chain)
    {
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(shown);
    }

    // Who is not known may have written anything into the rest.
    private string NotVouchedFor(X509Certificate2 shown, X509Chain chain)
    {
        var status = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        if ((status & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != X509ChainStatusFlags.NoError)
        {
            return authorities is null
                ? "nobody whom this machine trusts vouches for its certificate. Give the certificate of whoever signed it with --ca FILE."
                : "nobody in the file of --ca vouches for its certificate. Give the certificate of whoever signed it.";
        }

        if (!status.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            return string.Create(CultureInfo.InvariantCulture, $"its certificate is not accepted ({status}). Whoever runs it has to get another one.");
        }

        var now = clock.GetUtcNow().UtcDateTime;
        return shown.NotAfter.ToUniversalTime() < now ? Dated("its certificate expired on", shown.NotAfter, "Whoever runs it has to renew it.")
            : shown.NotBefore.ToUniversalTime() > now ? Dated("its certificate is good only from", shown.NotBefore, "Is this machine's clock right?")
            : "one of those who vouch for its certificate do so no longer, or not yet. Whoever runs it has to renew it.";
    }

    private static string Dated(string what, DateTime day, string help) =>
        string.Create(CultureInfo.InvariantCulture, $"{what} {day.ToUniversalTime():yyyy-MM-dd}. {help}");
}
