using System.Collections.Frozen;
using System.IdentityModel.Tokens.Jwt;
using System.Security.Cryptography;
using Gateway.Configuration;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Realms.Jwt;

/// <summary>
/// Tokens that verify with an issuer's keys. What the token says comes from our strict reading; whether it holds (signature,
/// issuer, audience, lifetime) is the verdict of JwtBearer's validators; a token on which the two differ is refused.
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

    public ValueTask<Verdict> Verify(Presented presented)
    {
        string token = presented.Token;
        // Five parts are an encrypted token: refused before the library sees it, which would inflate what is inside.
        if (StrictJwt.Read(token, _names) is not { } jwt || !_algorithms.Contains(jwt.Algorithm)
            || JwtClaims.Read(jwt.Payload, _sessionClaims) is not { } claims || claims.Issuer is not { } issuer
            || Issues(issuer) == false || !HasAudience(claims)) return ValueTask.FromResult(Refused(null));
        KeySet? keys = Keys.Current;
        if (keys is not null && keys.Candidates(jwt.Algorithm, jwt.KeyId) is { Length: > 0 } candidates)
            return ValueTask.FromResult(Check(token, jwt, claims, keys, candidates));
        return WithOtherKeys(token, jwt, claims, keys);
    }

    private async ValueTask<Verdict> WithOtherKeys(string token, StrictJwt jwt, JwtClaims claims, KeySet? before)
    {
        KeySet? keys = before is null ? await Keys.Ready() : jwt.KeyId is null ? before : await Keys.LookForNew();
        if (keys is null)
            return new(TokenResult.Unavailable with { Claimed = Identity(token, jwt, claims) }, _time.GetUtcNow());
        SecurityKey[] candidates = keys.Candidates(jwt.Algorithm, jwt.KeyId);
        return candidates.Length > 0 ? Check(token, jwt, claims, keys, candidates) : Refused(Identity(token, jwt, claims));
    }

    private Verdict Check(string token, StrictJwt jwt, JwtClaims claims, KeySet keys, SecurityKey[] candidates)
    {
        SessionIdentity identity = Identity(token, jwt, claims);
        if (claims.ExpiresAt is not { } expires || !IsAlive(claims, null) || keys.Issuer != claims.Issuer) return Refused(identity);
        TokenValidationParameters parameters = Parameters(keys.Issuer, candidates, claims);
        foreach (ISecurityTokenValidator validator in _bearer.SecurityTokenValidators)
        {
            if (!validator.CanReadToken(token)) continue;
            try
            {
                validator.ValidateToken(token, parameters, out SecurityToken verified);
                if (verified is JwtSecurityToken theirs && Agrees(theirs, claims))
                    return new(TokenResult.Of(identity, Twin(identity, token, jwt)), expires + _options.ClockSkew);
            }
            catch (Exception error) when (error is SecurityTokenException or ArgumentException or CryptographicException or NotSupportedException or InvalidOperationException or FormatException)
            {
                // It does not verify; which of the many ways that was is of no use to whoever sent it.
            }
        }
        return Refused(identity);
    }

    private Verdict Refused(SessionIdentity? claimed) => new(TokenResult.Invalid with { Claimed = claimed }, _time.GetUtcNow() + TokenCache.RefusalsStandFor);

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
        parameters.LifetimeValidator = (_, theirExpiry, _, _) => IsAlive(claims, theirExpiry);
        return parameters;
    }

    // The library knows no instants past 2038 and says null.
    private bool IsAlive(JwtClaims claims, DateTime? theirExpiry)
    {
        if (claims.ExpiresAt is not { } expires || (theirExpiry is { } theirs && Math.Abs((expires.UtcDateTime - theirs).TotalSeconds) > 1)) return false;
        DateTimeOffset now = _time.GetUtcNow();
        return now < expires + _options.ClockSkew && !(claims.NotBefore > now + _options.ClockSkew);
    }

    private static bool Agrees(JwtSecurityToken theirs, JwtClaims ours)
        => theirs.Payload.Iss == ours.Issuer
        && (theirs.Payload.Sub ?? "") == (ours.Subject ?? "")
        && (theirs.Payload.Jti ?? "") == (ours.TokenId ?? "")
        && (ours.SessionClaim is null || (theirs.Payload.TryGetValue(ours.SessionClaim, out object? session) && session as string == ours.SessionId));
}
