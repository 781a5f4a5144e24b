using Gateway.Revocation;

namespace Gateway.Realms;

/// <summary>Tokens that nobody can read (reading rule 13): the session id is the fingerprint. Whether one was ever issued
/// cannot be known here, so each is taken for a session until it is revoked.</summary>
internal sealed class OpaqueTokens(string realm, TimeProvider time) : ITokenKind
{
    private static readonly TimeSpan StandsFor = TimeSpan.FromMinutes(10);

    public IReadOnlyList<Companion> Companions => [];
    public bool SessionIsToken => true;
    public int Generation => 0;
    public string? NotReady => null;

    public Task UpkeepAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task<string?> ProbeAsync(CancellationToken cancellation) => Task.FromResult<string?>(null);

    public async Task<TokenExplanation> ExplainAsync(Presented presented)
        => new((await VerifyAsync(presented)).Result,
            [new("form", null, "any token is taken for a session, until it is revoked; its id is its fingerprint")]);

    public ValueTask<Verification> VerifyAsync(Presented presented)
    {
        string fingerprint = Fingerprint.Of(presented.Token);
        SessionIdentity identity = new(realm, fingerprint, fingerprint: fingerprint) { IsUnproven = true };
        SessionIdentity[] others = [.. TokenSpellings.Others(presented.Token)
            .Select(token => identity.Alias(Fingerprint.Of(token), asSession: true))];
        return ValueTask.FromResult(new Verification(TokenResult.Of(identity, others), time.GetUtcNow() + StandsFor));
    }
}
