using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Configuration;
using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>Checks the certificates' files of <c>Gateway:Store</c>.</summary>
internal static class RedisCertificatesChecks
{
    public static void Check(StoreOptions options, DateTimeOffset now, Checks checks)
    {
        bool any = options is not { CaFile: null, CertificateFile: null, CertificateKeyFile: null };
        if (!any) return;
        if (!string.IsNullOrEmpty(options.Connection) && ConnectionString.Problem(options.Connection) is null)
            checks.That(ConfigurationOptions.Parse(options.Connection).Ssl, nameof(options.Connection),
                "has no ssl=true, so none of the certificates' files would be used. Add ssl=true, or take the files out.");
        checks.That(options.CertificateKeyFile is null || options.CertificateFile is not null, nameof(options.CertificateKeyFile),
            "goes with CertificateFile, which is missing.");
        const string cure = "Paths are relative to the configuration file.";
        int before = checks.Found;
        checks.File(options.CaFile, cure);
        checks.File(options.CertificateFile, cure);
        checks.File(options.CertificateKeyFile, cure);
        if (checks.Found > before) return;
        if (options.CaFile is { } ca)
            Read(() => RedisCertificates.ReadAuthorities(checks.Folder.Resolve(ca)), nameof(options.CaFile), checks);
        if (options.CertificateFile is not { } file) return;
        string? key = options.CertificateKeyFile is { } named ? checks.Folder.Resolve(named) : null;
        using X509Certificate2? shown = Read(() => RedisCertificates.Read(checks.Folder.Resolve(file), key),
            nameof(options.CertificateFile), checks);
        if (shown is not null)
            checks.That(shown.NotAfter.ToUniversalTime() > now, nameof(options.CertificateFile),
                $"the certificate has expired at {shown.NotAfter.ToUniversalTime():O}. Renew it.");
    }

    private static T? Read<T>(Func<T> read, string key, Checks checks) where T : class
    {
        try { return read(); }
        catch (Exception error) when (error is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            checks.Add(key, $"cannot be used ({error.Message}). It wants PEM: certificates, and the private key of this gateway's own "
                + "without a password.");
            return null;
        }
    }
}
