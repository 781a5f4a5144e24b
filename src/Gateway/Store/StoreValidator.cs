using Gateway.Configuration;
using Gateway.Store.Redis;

namespace Gateway.Store;

/// <summary>Checks the section <c>Gateway:Store</c>.</summary>
internal sealed class StoreValidator : IConfigurationValidator
{
    public void Validate(Checks checks)
    {
        StoreOptions options = checks.Options<StoreOptions>();
        checks = checks.At("Gateway:Store");
        if (options.Audit.Most is { } most) checks.Between(most, 1000, 100_000_000, "Audit:Most");
        checks.Between(options.Audit.KeepFor, TimeSpan.FromDays(1), TimeSpan.FromDays(36_500));
        if (options.Kind == StoreKind.Sqlite)
        {
            File(checks, options.Path, nameof(options.Path));
            checks.That(options.Connection is null, nameof(options.Connection),
                "goes with Kind Redis, but Kind is Sqlite. Set Kind to Redis or take Connection out.");
            checks.That(options is { CaFile: null, CertificateFile: null, CertificateKeyFile: null }, "",
                "names files of certificates, which go with Kind Redis, but Kind is Sqlite.");
            return;
        }
        File(checks, options.LocalCopy, nameof(options.LocalCopy));
        checks.Text(options.Connection, "is missing; a StackExchange.Redis connection string like 127.0.0.1:6379.");
        if (!string.IsNullOrEmpty(options.Connection) && ConnectionString.Problem(options.Connection) is { } problem)
            checks.Add(nameof(options.Connection), problem);
        Prefix(checks, options.Prefix);
        RedisCertificatesChecks.Check(options, TimeProvider.System.GetUtcNow(), checks);
        if (options.Replicas is { } replicas) checks.Between(replicas, 0, 100, nameof(options.Replicas));
    }

    private static void File(Checks checks, string file, string key)
    {
        checks.Text(file, "is empty; name a file like gateway.db.", key);
        checks.That(file.Length == 0 || !Directory.Exists(checks.Folder.Resolve(file)), key, $"'{file}' is a folder; name a file in it.");
    }

    private static void Prefix(Checks checks, string prefix)
    {
        checks.That(prefix.Length > 0 && prefix.All(character => char.IsAsciiLetterOrDigit(character) || "-_.{}".Contains(character)),
            nameof(StoreOptions.Prefix),
            $"'{prefix}' is no prefix: letters, digits, '-', '_', '.', and braces around a hash tag.");
        int open = prefix.IndexOf('{'), close = prefix.IndexOf('}');
        checks.That(open < 0 && close < 0 || close > open + 1 && prefix.Count(character => character is '{' or '}') == 2,
            nameof(StoreOptions.Prefix),
            $"'{prefix}' holds no whole hash tag; write one like {{gateway}}.");
    }
}
