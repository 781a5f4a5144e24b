using Gateway.Revocation;

namespace Gateway.Realms;

/// <summary>Tokens that nobody can read (reading rule 13): the session id is the fingerprint. Whether one was ever issued cannot be known
/// here, so each is taken for a session until it is revoked. Cookies may be tied to those that they renew: then the session is the first
/// of them, and a cookie without the seal beside it, which the gateway gave with it, is none.</summary>
/// <param name="tied">The cookies that come with a seal.</param>
internal sealed class OpaqueTokens(
    string realm, TimeProvider time, LineageSeal? seal = null, params IReadOnlyList<string> tied)
    : ITokenKind
{
    /// <summary>The word of <c>Lineage</c>: what the application sets instead of a cookie that it was sent is of its sign-in.</summary>
    public const string Renewals = "set-cookie";

    private const string NotReadYet = "the key that ties its cookies has not been read from the store yet";

    private static readonly TimeSpan StandsFor = TimeSpan.FromMinutes(10);

    public IReadOnlyList<Companion> Companions { get; } = [.. tied.Select(cookie => new Companion(SealOf(cookie), SealOf(cookie)))];
    public bool SessionIsToken => true;
    public int Generation => 0;
    public string? NotReady => tied.Count == 0 || seal!.IsReady ? null : NotReadYet;

    /// <summary>Whether its cookies are tied.</summary>
    public bool TiesRenewals => tied.Count > 0;

    /// <summary>Gives the name of the cookie that holds the seal of another.</summary>
    public static string SealOf(string cookie) => cookie + "-lineage";

    public Task UpkeepAsync(CancellationToken cancellation) => TiesRenewals ? seal!.ReadyAsync(cancellation) : Task.CompletedTask;

    public Task<string?> ProbeAsync(CancellationToken cancellation) => Task.FromResult<string?>(null);

    public async Task<TokenExplanation> ExplainAsync(Presented presented)
    {
        TokenResult result = (await VerifyAsync(presented)).Result;
        return new(result, [result.Reason is { } reason ? new("lineage", reason.ToLine(time.GetUtcNow()), null)
            : new("form", null, "any token is taken for a session, until it is revoked; its id is its fingerprint")]);
    }

    public ValueTask<Verification> VerifyAsync(Presented presented)
    {
        string fingerprint = Fingerprint.Of(presented.Token);
        if (presented.Location.Kind == CredentialLocationKind.Cookie && IndexOf(presented.Location.Name) is >= 0 and var at)
            return ValueTask.FromResult(VerifyTied(presented, at, fingerprint));
        SessionIdentity identity = new(realm, fingerprint, fingerprint: fingerprint) { IsUnproven = true };
        SessionIdentity[] others = [.. TokenSpellings.Others(presented.Token)
            .Select(token => identity.Alias(Fingerprint.Of(token), asSession: true))];
        return ValueTask.FromResult(new Verification(TokenResult.Of(identity, others), time.GetUtcNow() + StandsFor));
    }

    private Verification VerifyTied(Presented presented, int at, string fingerprint)
    {
        DateTimeOffset now = time.GetUtcNow();
        SessionIdentity claimed = new(realm, fingerprint, fingerprint: fingerprint);
        if (!seal!.IsReady) return new(TokenResult.Unavailable with { Claimed = claimed, Reason = new(NotReadYet) }, now);
        // The seal proves that the application has set it.
        string? root = seal.Open(realm, presented.Companions[at], presented.Token);
        return root is null
            ? new(TokenResult.Refused("the cookie that ties it to its sign-in is missing, or another one's") with { Claimed = claimed },
                now + TokenCache.RefusalsStandFor)
            : new(TokenResult.Of(new SessionIdentity(realm, root, fingerprint: fingerprint)), now + StandsFor);
    }

    private int IndexOf(string cookie)
    {
        for (int at = 0; at < tied.Count; at++)
            if (tied[at] == cookie) return at;
        return -1;
    }
}
