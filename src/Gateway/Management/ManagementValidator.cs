using Gateway.Configuration;
using Gateway.Http;
using Gateway.Management.SignIn;
using Gateway.Realms;

namespace Gateway.Management;

/// <summary>Checks the section <c>Gateway:Management</c>.</summary>
internal sealed class ManagementValidator : IConfigurationValidator
{
    public void Validate(Checks checks)
    {
        ManagementOptions options = checks.Options<ManagementOptions>();
        RealmsOptions realms = checks.Options<RealmsOptions>();
        checks = checks.At("Gateway:Management");
        Url(options.Url, checks, nameof(options.Url));
        SignInChecks.Check(options.SignIn, realms, checks);
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach ((int index, ManagementKeyOptions key) in options.Keys.Index())
        {
            Checks at = checks.At($"{nameof(options.Keys)}:{index}");
            at.Text(key.Name, "is missing; name the key after who uses it.");
            at.That(names.Add(key.Name), nameof(key.Name),
                $"'{key.Name}' is the name of another key, too. The audit tells callers apart by it.");
            at.That(key.Sha256.Length == 64 && key.Sha256.All(char.IsAsciiHexDigit), nameof(key.Sha256),
                "must be the SHA-256 of the key in 64 hexadecimal digits, never the key itself. 'printf %s KEY | sha256sum' gives it, or "
                    + "let 'key create NAME' keep one in the store.");
        }
    }

    private static void Url(string url, Checks checks, string key)
    {
        if (ListenerAddress.Read(url) is not { } own)
        {
            checks.Add(key, ListenerAddress.Complaint(url));
            return;
        }
        if (own.PathBase.Length > 0) checks.Add(key, $"'{url}' holds a path; write only scheme, host and port.");
        foreach ((string path, string? other) in Listeners.Public(checks.Configuration))
            if (own.Port != 0 && ListenerAddress.Read(other)?.Port == own.Port)
                checks.Add(key, $"the port {own.Port} is also that of {path}. The management listener needs one of its own.");
    }
}
