using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.EndToEnd.Support;

/// <summary>A certificate authority of a test's own, and a certificate of this machine from it, as PEM files in a folder.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly TempFolder _folder = new();

    /// <param name="name">The host that the certificate is for.</param>
    /// <param name="days">For how long they are good, from two days ago.</param>
    public TestAuthority(string name = "localhost", int days = 30)
    {
        DateTimeOffset from = DateTimeOffset.UtcNow.AddDays(-2), until = from.AddDays(days);
        using ECDsa authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256), key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest authority = new("CN=Test authority", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        authority.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(authority.PublicKey, critical: false));
        using X509Certificate2 root = authority.CreateSelfSigned(from, until);
        CertificateRequest request = new("CN=" + name, key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(name);
        if (name == "localhost") names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(root, true, false));
        using X509Certificate2 certificate = request.Create(root, from, until, [1, 2, 3, 4]);
        CaFile = _folder.Write("ca.pem", root.ExportCertificatePem());
        CertificateFile = _folder.Write("redis.pem", certificate.ExportCertificatePem());
        KeyFile = _folder.Write("redis.key", key.ExportPkcs8PrivateKeyPem());
    }

    public string CaFile { get; }

    public string CertificateFile { get; }

    public string KeyFile { get; }

    public void Dispose() => _folder.Dispose();
}
