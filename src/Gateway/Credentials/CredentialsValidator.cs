using Gateway.Configuration;
using Gateway.Realms;

namespace Gateway.Credentials;

/// <summary>Checks the locations in which the realms' tokens are to be found: that nothing else stands there, and that it can be
/// told whose a token is.</summary>
internal sealed class CredentialsValidator : IConfigurationValidator
{
    // What a credential in one of these would break or could not mean.
    private static readonly string[] TakenHeaders = ["Host", "Cookie", "Connection", "Content-Length", "Transfer-Encoding", "Upgrade", "TE",
        "Trailer", "Proxy-Authorization", "X-Session-Id", "X-Session-Subject", "X-Session-Realm"];

    public void Validate(Checks checks)
    {
        RealmsOptions realms = checks.Options<RealmsOptions>();
        foreach ((string name, RealmOptions realm) in realms)
            foreach ((int index, CredentialOptions credential) in realm.Credentials.Index())
                if (credential.Header is { } header && credential.IsOne())
                    checks.That(!TakenHeaders.Contains(header, StringComparer.OrdinalIgnoreCase) && !HeaderHygiene.Takes(header),
                        $"Gateway:Realms:{name}:{nameof(realm.Credentials)}:{index}:{nameof(credential.Header)}",
                        $"{header} cannot carry a credential; HTTP or the gateway uses it.");
        foreach ((string path, string message) in RealmConflicts.In(realms)) checks.Add(path, message);
    }
}
