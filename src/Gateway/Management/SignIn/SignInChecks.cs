using Gateway.Configuration;
using Gateway.Realms;

namespace Gateway.Management.SignIn;

/// <summary>Checks <c>Gateway:Management:SignIn</c>.</summary>
internal static class SignInChecks
{
    public static void Check(IReadOnlyList<SignInOptions> all, RealmsOptions realms, Checks checks)
    {
        foreach ((int index, SignInOptions entry) in all.Index())
        {
            Checks at = checks.At($"{nameof(ManagementOptions.SignIn)}:{index}");
            at.Text(entry.ClientId, "is missing; write the id under which the page is registered at the provider.",
                nameof(entry.ClientId));
            at.That(realms.TryGetValue(entry.Realm, out RealmOptions? realm), nameof(entry.Realm),
                $"'{entry.Realm}' is no realm. Known: {string.Join(", ", realms.Keys)}.");
            if (realm is null) continue;
            at.That(realm.Jwt is { } jwt && (jwt.Authority ?? jwt.MetadataAddress) is not null, nameof(entry.Realm),
                $"the realm {entry.Realm} has no Jwt with an Authority, so its provider's addresses are not known.");
            at.That(realm.Permissions.Grants.Values.Any(grants => grants.Contains(ManagementGate.Permission)), nameof(entry.Realm),
                $"the realm {entry.Realm} grants {ManagementGate.Permission} to nobody, so nobody could use the page. Add it to "
                    + "Permissions:Grants.");
        }
    }
}
