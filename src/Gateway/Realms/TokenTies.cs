using System.Collections.Concurrent;
using Gateway.Revocation;

namespace Gateway.Realms;

/// <summary>Tells of each realm what a logout of a session ends, as far as its tokens have shown: one whose tokens name no session and are
/// tied by nothing ends one token at a time.</summary>
internal sealed partial class TokenTies(RealmsOptions realms, ILogger<TokenTies> logger)
{
    private readonly ConcurrentDictionary<string, bool> _untied = [];

    /// <summary>Takes note of a token that has been verified.</summary>
    public void Note(SessionIdentity identity)
    {
        bool untied = IsUntied(identity);
        if (_untied.TryGetValue(identity.Realm, out bool known) && (known || !untied)) return;
        _untied[identity.Realm] = untied;
        if (untied && realms.TryGetValue(identity.Realm, out RealmOptions? realm) && !IsOfTokens(realm))
            Untied(logger, identity.Realm, Of(realm, identity));
    }

    /// <summary>Tells what a logout of a session of this realm ends, in words; with the cure where it ends less than is wanted.</summary>
    public string Of(string name)
        => !realms.TryGetValue(name, out RealmOptions? realm) ? "there is no such realm"
            : IsOfTokens(realm) ? OfTokens(realm)
            : !_untied.TryGetValue(name, out bool untied) ? "no token of this realm has been seen here yet"
            : untied ? NoSession(realm) : Tied(realm);

    /// <summary>Tells the same of one token.</summary>
    public static string Of(RealmOptions realm, SessionIdentity identity)
        => IsOfTokens(realm) ? OfTokens(realm) : IsUntied(identity) ? NoSession(realm) : Tied(realm);

    // Where the gateway knows nothing but the token, or the application gives a sign-in one token and no more.
    private static bool IsOfTokens(RealmOptions realm)
        => realm.Opaque is not null || realm is { Lookup.SessionId: null, Lineage.Count: 0 } && realm.Lookup is not null;

    private static string OfTokens(RealmOptions realm) => realm is { Opaque: not null, Lineage.Count: > 0 }
        ? "cookies of one sign-in are tied as the application renews them: logging out any of them ends all"
        : realm.Opaque is null
        ? "a token of this realm is its session: logging it out ends that sign-in"
        : "a token of this realm is its session: logging it out ends that token; one that replaces it passes. Let the application say who "
            + "it is, with Lookup, or tie the cookies that it renews with \"Lineage\": [ \"set-cookie\" ]";

    private static bool IsUntied(SessionIdentity identity) => identity.IsToken && identity.Lineage is null;

    private static string Tied(RealmOptions realm) => realm.Lineage.Count == 0
        ? "tokens of this realm carry a session id: logging out a session ends every token of it, refreshed ones too"
        : $"tokens of one sign-in are tied by {string.Join(" and ", realm.Lineage)}: logging out any of them ends all";

    private static string NoSession(RealmOptions realm)
        => "tokens of this realm carry no session id: logging out a session ends one access token; a refresh passes. " + Cure(realm);

    private static string Cure(RealmOptions realm) => realm.Preset switch
    {
        RealmPreset.EntraId or RealmPreset.EntraIdMultiTenant => "Add the optional claim sid to the access token (Token configuration)",
        RealmPreset.Auth0 => "Add it by an Action: api.accessToken.setCustomClaim(\"https://gateway/sid\", event.session?.id)",
        RealmPreset.Okta => "Add a claim sid with the value session.id to the authorization server",
        RealmPreset.Keycloak => "Give the client the scope basic, which has sid and auth_time",
        RealmPreset.Google => "Google's ID tokens have nothing to tie by: log out the subject, or keep a session of your own",
        RealmPreset.Zitadel => "Add sid by an Action of the complement-token flow",
        RealmPreset.Hydra => "Put the login session into session.access_token.sid when the consent is accepted",
        RealmPreset.AdFs => "Issue sid by a claims rule, or log out the subject",
        _ => "Let the provider add sid to its access tokens, or name in Lineage what those of one sign-in share",
    };

    [LoggerMessage(EventId = 1009, Level = LogLevel.Warning, Message = "Realm {Realm}: {What}.")]
    private static partial void Untied(ILogger logger, string realm, string what);
}
