using Gateway.Realms;
using Gateway.Realms.Jwt;

namespace Gateway.Credentials;

/// <summary>
/// Reading rule 5: whose a token is, of the realms that share its location. A JWT belongs to the realm of its issuer and to no
/// other; a token of a realm that does not have this location is nobody's, and so is anything that looks like a JWT and is
/// not read as one, wherever there are realms that have JWTs.
/// </summary>
internal sealed class RealmChoice(RealmSet realms)
{
    private readonly Realm[] _issuers = [.. realms.All.Where(realm => realm.Jwt is not null)];

    /// <summary>Whether any realm has JWTs.</summary>
    public bool HasIssuers => _issuers.Length > 0;

    /// <summary>Tells whether any realm has JWTs of that issuer, or cannot tell yet.</summary>
    public bool IsIssuerOfAny(string issuer) => Array.Exists(_issuers, realm => realm.Jwt!.Issues(issuer) != false);

    /// <summary>Reads it. Null when the token is none of theirs.</summary>
    public Realm? Of(ReadOnlySpan<char> token, Realm[] here)
    {
        if (_issuers.Length == 0 || (here.Length == 1 && here[0].Jwt is not null)) return here[0];
        if (!JwtForm.IsPlain(token) && JwtForm.Of(token.ToString()) is null) return Array.Find(here, realm => realm.Jwt is null);
        if (StrictJwt.Issuer(token) is not { } issuer) return null;
        foreach (Realm realm in _issuers)
            if (realm.Jwt!.Issues(issuer) == true) return here.Contains(realm) ? realm : null;
        // One whose issuer is not known yet may be the token's: it will say that it cannot tell.
        return Array.Find(here, realm => realm.Jwt?.Issues(issuer) is null && realm.Jwt is not null)
            ?? (Array.Exists(_issuers, realm => realm.Jwt!.Issues(issuer) is null) ? null : Array.Find(here, realm => realm.Jwt is null));
    }
}
