using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>The certificates of the connections to Redis and to its sentinels: the one that this gateway shows, and the authorities that
/// it trusts. The files are read for each connection, so that a renewed one counts from the next on.</summary>
/// <param name="caFile">Null: what the system trusts.</param>
/// <param name="certificateFile">Null: none is shown.</param>
/// <param name="keyFile">Null: the key stands in the certificate's file.</param>
internal sealed class RedisCertificates(string? caFile, string? certificateFile, string? keyFile)
{
    /// <summary>None of one's own.</summary>
    public static readonly RedisCertificates None = new(null, null, null);

    /// <summary>Why the certificate that was shown last cannot be trusted; null when it can, or when there was none. The client
    /// library tells of a connection that did not come about, and not why.</summary>
    public string? Distrust { get; private set; }

    /// <summary>Whether this gateway shows one.</summary>
    public bool ShowsOne => certificateFile is not null;

    public void ApplyTo(ConfigurationOptions options)
    {
        options.CertificateValidation += (_, certificate, chain, errors) => (Distrust = WhyNot(certificate, chain, errors)) is null;
        if (certificateFile is null) return;
        options.CertificateSelection += (_, _, _, _, _) => Read(certificateFile, keyFile);
    }

    /// <summary>Reads a certificate with its key.</summary>
    /// <exception cref="CryptographicException">It is none, or the key is another one's.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static X509Certificate2 Read(string certificateFile, string? keyFile)
        => X509Certificate2.CreateFromPemFile(certificateFile, keyFile ?? certificateFile);

    /// <summary>Reads authorities; at least one.</summary>
    /// <exception cref="CryptographicException">The file holds none.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static X509Certificate2Collection ReadAuthorities(string file)
    {
        X509Certificate2Collection authorities = [];
        authorities.ImportFromPemFile(file);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("it holds no certificate");
    }

    private string? WhyNot(X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable)) return "Redis shows no certificate.";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return "The certificate of Redis is for another host than the connection string names. Connect by a name that it has, or give "
                + "that name as sslHost=.";
        if (caFile is null) return errors == SslPolicyErrors.None ? null : Untrusted(chain, "Name the PEM file of its authority in "
            + "Gateway:Store:CaFile, or trust that as the system does.");
        using X509Chain own = new() { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck } };
        try { own.ChainPolicy.CustomTrustStore.AddRange(ReadAuthorities(caFile)); }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return $"The file of Gateway:Store:CaFile cannot be read: {error.Message}";
        }
        // What the server sent between its certificate and its authority.
        if (chain is not null) own.ChainPolicy.ExtraStore.AddRange(chain.ChainPolicy.ExtraStore);
        using X509Certificate2 certificate = new(shown!);
        return own.Build(certificate) ? null
            : Untrusted(own, "The authorities of Gateway:Store:CaFile are the only ones that are trusted.");
    }

    private static string Untrusted(X509Chain? chain, string cure)
        => $"The certificate of Redis does not verify ("
            + $"{string.Join("; ", chain?.ChainStatus.Select(status => status.StatusInformation) ?? [])}). {cure}";
}
