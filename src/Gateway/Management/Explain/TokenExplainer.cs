using Gateway.Enforcement;
using Gateway.Http;
using Gateway.Realms;
using Gateway.Revocation;

namespace Gateway.Management.Explain;

/// <summary>Tells what realms make of a token, check by check. Neither the cache of verified tokens nor the registry hears of it.</summary>
internal sealed class TokenExplainer(RealmSet realms, SessionGate gate, TimeProvider time)
{
    private static readonly CredentialLocation Bearer = new(CredentialLocationKind.Header, "Authorization", "Bearer");

    /// <param name="realm">The only one to be asked; null for all.</param>
    public async Task<ExplainAnswer> ExplainAsync(string token, string? realm)
    {
        Realm[] wanted = [.. realms.All.Where(one => realm is null || one.Name == realm)];
        // A secret of one application is not told to another only to see what it says.
        bool asksEach = realm is not null || wanted.Count(one => one.Tokens.AsksSomebody) == 1;
        List<ExplainedToken> explained = [];
        foreach (Realm one in wanted)
            explained.Add(!one.Tokens.AsksSomebody || asksEach && !IsJwtOfOthers(one, token)
                ? await ExplainAsync(one, one.Locations.Count > 0 ? one.Locations[0] : Bearer, token)
                : new ExplainedToken(one.Name, "not asked") { Reason = "It would be told the token. Name this realm to have it asked." });
        // The best of them: a request is refused by one that is revoked, and passes by one that is good.
        string[] outcomes = [.. explained.Select(found => found.Outcome)];
        string outcome = outcomes.Contains("revoked") ? "revoked" : outcomes.Contains("good") ? "good"
            : outcomes.Contains("unavailable") ? "unavailable" : "invalid";
        return new(outcome) { Realms = explained };
    }

    /// <summary>Tells what one realm makes of it.</summary>
    public async Task<ExplainedToken> ExplainAsync(Realm realm, CredentialLocation location, string token)
    {
        Presented presented = new(token, location, new string?[realm.Tokens.Companions.Count]);
        TokenExplanation explanation = await realm.Tokens.ExplainAsync(presented);
        TokenResult result = explanation.Result;
        SessionIdentity? identity = result.Identity ?? result.Claimed;
        SessionIdentity[] claimed = result.Claimed is { } claims ? [claims] : [];
        SessionIdentity? revoked = gate.Revoked(result.Failure == TokenFailure.None ? result.Identities : claimed);
        string? by = revoked is null ? null : gate.RevokedBy(revoked).Word;
        ExplainedStep[] steps = [.. explanation.Checks.Select(ExplainedStep.Of)];
        return new(realm.Name, Outcome(result, by))
        {
            Reason = by is null ? result.Reason?.ToLine(time.GetUtcNow()) : $"a revocation of its {by} ends it",
            Steps = by is null ? steps : [.. steps, new("revoked", false, $"a revocation of its {by} ends it")],
            Identity = identity is null ? null : ExplainedIdentity.Of(identity),
            RevokedBy = by,
        };
    }

    private static string Outcome(TokenResult result, string? revokedBy) => revokedBy is not null ? "revoked" : result.Failure switch
    {
        TokenFailure.None => "good",
        TokenFailure.Unavailable => "unavailable",
        _ => "invalid",
    };

    private bool IsJwtOfOthers(Realm realm, string token)
        => Realms.Jwt.StrictJwt.Issuer(token) is { } issuer && realms.All.Any(other => other != realm && other.Jwt?.Issues(issuer) == true);
}
