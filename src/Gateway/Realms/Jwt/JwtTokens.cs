using System.Collections.Frozen;
using Gateway.Revocation;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Realms.Jwt;

/// <summary>
/// Tokens that verify with an issuer's keys. What the token says comes from our strict reading; whether it holds (signature,
/// issuer, audience, lifetime) is the verdict of JwtBearer's handlers; a token on which the two differ is refused.
/// </summary>
internal sealed class JwtTokens : ITokenKind
{
    private static readonly string[] DefaultAlgorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];
    private static readonly string[] KnownAlgorithms = [.. DefaultAlgorithms, "HS256", "HS384", "HS512"];
    private static readonly string[] DefaultSessionClaims = ["sid", "session_state", "jti"];

    private readonly string _realm;
    private readonly JwtOptions _options;
    private readonly Grants _grants;
    private readonly TimeProvider _time;
    private readonly JwtBearerOptions _bearer;
    private readonly FrozenSet<string> _algorithms;
    private readonly string[] _audiences;
    private readonly string[] _sessionClaims;
    private readonly FrozenSet<string> _names;

    public JwtTokens(string realm, JwtOptions options, Grants grants, KeySource keys, TimeProvider time)
    {
        _realm = realm;
        _options = options;
        _grants = grants;
        _time = time;
        Keys = keys;
        _algorithms = AlgorithmsOf(options).ToFrozenSet(StringComparer.Ordinal);
        _audiences = [.. options.Audience is null ? options.Audiences : options.Audiences.Prepend(options.Audience)];
        _sessionClaims = options.SessionIdClaims.Count > 0 ? [.. options.SessionIdClaims] : DefaultSessionClaims;
        _names = JwtClaims.Names(_sessionClaims);
        _bearer = new JwtBearerOptions();
    }

    public KeySource Keys { get; }
    public IReadOnlyList<string> Companions => [];
    public int Generation => Keys.Generation;

    /// <summary>Keys of before serve while the provider is away; only having none at all is a failure.</summary>
    public string? NotReady => Keys.Current is null ? Keys.Trouble ?? "its keys have not been read yet" : null;

    public Task Tried => Keys.Tried;

    public static IEnumerable<string> AlgorithmsOf(JwtOptions options)
        => options.Algorithms.Count > 0 ? options.Algorithms.Where(KnownAlgorithms.Contains) : DefaultAlgorithms;

    public Task Upkeep(CancellationToken cancellation) => Keys.Upkeep(cancellation);

    public Task<string?> Probe(CancellationToken cancellation) => Keys.Probe(cancellation);

    /// <summary>Whether tokens of that issuer are this realm's; null while the issuer is not known.</summary>
    public bool? Issues(string issuer)
    {
        if (Keys.Current is { } keys) return keys.Issuer == issuer;
        if (_options.Issuer is { } known) return known == issuer;
        return _options.Authority is { } authority ? authority.TrimEnd('/') == issuer.TrimEnd('/') : null;
    }

    public ValueTask<Verification> Verify(Presented presented)
    {
        string token = presented.Token;
        // Five parts are an encrypted token: refused before the library sees it, which would inflate what is inside.
        if (StrictJwt.Read(token, _names) is not { } jwt || !_algorithms.Contains(jwt.Algorithm)
            || JwtClaims.Read(jwt.Payload, _sessionClaims) is not { } claims || claims.Issuer is not { } issuer
            || Issues(issuer) == false || !HasAudience(claims)) return ValueTask.FromResult(Refused(null));
        KeySet? keys = Keys.Current;
        if (keys is not null && keys.Candidates(jwt.Algorithm, jwt.KeyId) is { Length: > 0 } candidates)
            return Check(token, jwt, claims, keys, candidates);
        return WithOtherKeys(token, jwt, claims, keys);
    }

    private async ValueTask<Verification> WithOtherKeys(string token, StrictJwt jwt, JwtClaims claims, KeySet? before)
    {
        KeySet? keys = before is null ? await Keys.Ready() : jwt.KeyId is null ? before : await Keys.LookForNew();
        if (keys is null)
            return new(TokenResult.Unavailable with { Claimed = Identity(token, jwt, claims) }, _time.GetUtcNow());
        SecurityKey[] candidates = keys.Candidates(jwt.Algorithm, jwt.KeyId);
        return candidates.Length > 0 ? await Check(token, jwt, claims, keys, candidates) : Refused(Identity(token, jwt, claims));
    }

    private async ValueTask<Verification> Check(string token, StrictJwt jwt, JwtClaims claims, KeySet keys, SecurityKey[] candidates)
    {
        SessionIdentity identity = Identity(token, jwt, claims);
        if (claims.ExpiresAt is not { } expires || !IsAlive(claims) || keys.Issuer != claims.Issuer) return Refused(identity);
        TokenValidationParameters parameters = Parameters(keys.Issuer, candidates, claims);
        foreach (TokenHandler handler in _bearer.TokenHandlers)
        {
            // Why one does not verify is of no use to whoever sent it.
            TokenValidationResult result = await handler.ValidateTokenAsync(token, parameters);
            if (result is { IsValid: true, SecurityToken: JsonWebToken theirs } && Agrees(theirs, claims))
                return new(TokenResult.Of(identity, Twin(identity, token, jwt)), expires + _options.ClockSkew);
        }
        return Refused(identity);
    }

    private Verification Refused(SessionIdentity? claimed) => new(TokenResult.Invalid with { Claimed = claimed }, _time.GetUtcNow() + TokenCache.RefusalsStandFor);

    private bool HasAudience(JwtClaims claims) => _options.AnyAudience || claims.Audiences.Any(_audiences.Contains);

    private SessionIdentity Identity(string token, StrictJwt jwt, JwtClaims claims) => new(
        _realm, claims.SessionId, claims.Subject, claims.TokenId, Fingerprint.Of(token),
        claims.AuthorizedParty ?? claims.ClientId, claims.ClientId,
        claims.AuthenticatedAt, claims.IssuedAt, claims.ExpiresAt, _grants.FromClaims(jwt.Payload));

    // A revocation may name the token's bytes, and an ECDSA signature has a second spelling that verifies as well.
    private static ReadOnlySpan<SessionIdentity> Twin(SessionIdentity identity, string token, StrictJwt jwt)
        => EcdsaTwin.Of(token, jwt.Algorithm) is { } twin ? new[] { identity.Alias(Fingerprint.Of(twin)) } : [];

    private TokenValidationParameters Parameters(string issuer, SecurityKey[] candidates, JwtClaims claims)
    {
        TokenValidationParameters parameters = _bearer.TokenValidationParameters.Clone();
        parameters.ValidIssuer = issuer;
        parameters.ValidateAudience = !_options.AnyAudience;
        parameters.ValidAudiences = _audiences;
        parameters.ValidAlgorithms = _algorithms;
        parameters.IssuerSigningKeyResolver = (_, _, _, _) => candidates;
        parameters.TryAllIssuerSigningKeys = false;
        parameters.RequireSignedTokens = true;
        parameters.LifetimeValidator = (_, theirExpiry, _, _) => IsSame(theirExpiry, claims.ExpiresAt) && IsAlive(claims);
        return parameters;
    }

    private bool IsAlive(JwtClaims claims)
    {
        DateTimeOffset now = _time.GetUtcNow();
        return now < claims.ExpiresAt + _options.ClockSkew && !(claims.NotBefore > now + _options.ClockSkew);
    }

    // A NumericDate may have a fraction, which the library rounds.
    private static bool IsSame(DateTime? theirs, DateTimeOffset? ours)
        => (ours?.UtcDateTime - theirs)?.Duration() < TimeSpan.FromSeconds(1);

    // The library says "" where a claim is absent.
    private static bool Agrees(JsonWebToken theirs, JwtClaims ours)
        => theirs.Issuer == ours.Issuer
        && theirs.Subject == (ours.Subject ?? "")
        && theirs.Id == (ours.TokenId ?? "")
        && (ours.SessionClaim is null || (theirs.TryGetPayloadValue(ours.SessionClaim, out string? session) && session == ours.SessionId));
}
