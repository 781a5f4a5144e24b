using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Smtp;

namespace Gateway.TwoFactor;

/// <summary>Trusts as it is configured: with <c>RequireTls</c> the system's authorities or those of a file, and otherwise any
/// certificate, which is more than clear text and less than a promise. Lists of revoked certificates are not asked for:
/// mail servers stand where those cannot be reached.</summary>
internal sealed class TrustingSmtpClient : SmtpClient
{
    private readonly string? _authorities;

    /// <param name="authorities">A file with certificate authorities (PEM); null trusts the system's.</param>
    public TrustingSmtpClient(SmtpOptions smtp, string? authorities)
    {
        _authorities = smtp.RequireTls ? authorities : null;
        CheckCertificateRevocation = false;
#pragma warning disable CA5359   // Said above, and in the manual: whoever wants more sets RequireTls.
        if (!smtp.RequireTls) ServerCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
    }

    protected override SslClientAuthenticationOptions GetSslClientAuthenticationOptions(
        string host, RemoteCertificateValidationCallback remoteCertificateValidationCallback)
    {
        SslClientAuthenticationOptions tls = base.GetSslClientAuthenticationOptions(host, remoteCertificateValidationCallback);
        if (_authorities is null) return tls;
        tls.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        tls.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(_authorities);
        return tls;
    }
}
