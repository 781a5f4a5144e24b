using Gateway.Realms;

namespace Gateway.Dialects.Ory;

/// <summary>What kind of tokens a realm has, as far as its vendor's answers depend on it.</summary>
internal sealed class RealmKinds(RealmsOptions realms)
{
    public bool IsJwt(string realm) => realms.GetValueOrDefault(realm)?.Jwt is not null;

    /// <summary>Gives an application that answers for itself stands behind the realm.</summary>
    public bool IsLookup(string realm) => realms.GetValueOrDefault(realm)?.Lookup is not null;
}
