using System.Collections.Frozen;
using Gateway.Http;
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

    private const string OtherIssuer = "its iss is not the realm's issuer", BadSignature = "its signature does not verify";
    private const string Busy = "more tokens are waiting for the check of their signatures than can be checked";
    private const string OtherSigner = "its signer is not the realm's";

    private readonly string _realm;
    private readonly JwtOptions _options;
    private readonly Grants _grants;
    private readonly Lineage _lineage;
    private readonly TimeProvider _time;
    private readonly JwtBearerOptions _bearer;
    private readonly FrozenSet<string> _algorithms;
    private readonly string[] _audiences;
    private readonly ClaimChoice _choice;
    private readonly RequiredClaims _required;
    private readonly AcceptedIssuers? _issuers;
    private readonly FrozenSet<string> _names;
    private readonly SignatureGate _gate;

    public JwtTokens(string realm, JwtOptions options, Grants grants, Lineage lineage, KeySource keys, TimeProvider time,
        SignatureGate gate, bool padded = false)
    {
        _gate = gate;
        _realm = realm;
        _options = options;
        _grants = grants;
        _lineage = lineage;
        _time = time;
        Keys = keys;
        TakesPadding = padded;
        _algorithms = AlgorithmsOf(options).ToFrozenSet(StringComparer.Ordinal);
        _audiences = [.. options.Audience is null ? options.Audiences : options.Audiences.Prepend(options.Audience)];
        _choice = new ClaimChoice(options);
        _required = new RequiredClaims(options.RequiredClaims);
        _issuers = AcceptedIssuers.Of(options);
        _names = JwtClaims.Names(_choice, _required.Names.Concat(lineage.Names)
            .Concat(_issuers is { AskTenant: true } ? [new ClaimName(JwtClaims.TenantName)] : []));
        _bearer = new JwtBearerOptions();
    }

    public KeySource Keys { get; }

    KeysRead? ITokenKind.Keys => Keys.LastRead;

    /// <summary>Whether its provider pads the parts of its tokens.</summary>
    public bool TakesPadding { get; }
    public IReadOnlyList<Companion> Companions => [];
    public int Generation => Keys.Generation;

    /// <summary>Keys of before serve while the provider is away; only having none at all is a failure.</summary>
    public string? NotReady => Keys.Current is null ? Keys.Trouble ?? "its keys have not been read yet" : null;

    public Task Tried => Keys.Tried;

    public static IEnumerable<string> AlgorithmsOf(JwtOptions options)
        => options.Algorithms.Count > 0 ? options.Algorithms.Where(KnownAlgorithms.Contains) : DefaultAlgorithms;

    public Task UpkeepAsync(CancellationToken cancellation) => Keys.UpkeepAsync(cancellation);

    public Task<string?> ProbeAsync(CancellationToken cancellation) => Keys.ProbeAsync(cancellation);

    /// <summary>Tells whether tokens of that issuer are this realm's; null while the issuer is not known.</summary>
    public bool? Issues(string issuer)
    {
        if (_issuers is { } accepted) return accepted.MayBe(issuer);
        if (Keys.Current is { } keys) return keys.Issuer == issuer;
        if (_options.Issuer is { } known) return known == issuer;
        return _options.Authority is { } authority ? authority.TrimEnd('/') == issuer.TrimEnd('/') : null;
    }

    public ValueTask<Verification> VerifyAsync(Presented presented)
    {
        string token = presented.Token;
        if (Read(token, out StrictJwt? jwt, out JwtClaims? claims) is { } complaint) return new(Refused(token, complaint));
        KeySet? keys = Keys.Current;
        if (keys is not null && keys.Candidates(jwt!.Algorithm, jwt.KeyId) is { Length: > 0 } candidates)
            return CheckAsync(token, jwt, claims!, keys, candidates);
        return WithOtherKeysAsync(token, jwt!, claims!, keys);
    }

    /// <summary>Gives each check by its name, with what it found, also behind the first that fails.</summary>
    public async Task<TokenExplanation> ExplainAsync(Presented presented)
    {
        string token = presented.Token;
        TokenResult result = (await VerifyAsync(presented)).Result;
        StrictJwt? jwt = StrictJwt.Read(token, _names, out string? form, TakesPadding);
        if (jwt is null) return new(result, [new("form", form, null)]);
        List<TokenCheck> checks = [new("form", null, "a JWT of three parts"), new("alg", AlgorithmComplaint(jwt), jwt.Algorithm)];
        JwtClaims? claims = JwtClaims.Read(jwt.Payload, _choice, out string? types);
        if (_options.Signer is not null) checks.Add(new("signer", jwt.Signer == _options.Signer ? null : OtherSigner, jwt.Signer));
        checks.Add(new("claims", types, null));
        if (claims is null) return new(result, checks);
        KeySet? keys = Keys.Current;
        checks.Add(new("iss", IssuerComplaint(claims), $"{claims.Issuer ?? "none"}; the realm's is {IssuerKnown}"));
        string audiences = _options.AnyAudience ? "any" : string.Join(' ', _audiences);
        string session = claims.SessionClaim is { } named ? $"{named} {claims.SessionId}"
            : $"none of {string.Join<ClaimName>(", ", _choice.Sessions)}";
        string? left = claims.ExpiresAt is { } expires ? RefusalReason.Distance(expires - _time.GetUtcNow()) : null;
        checks.Add(new("aud", AudienceComplaint(claims), $"{string.Join(' ', claims.Audiences)}; the realm takes {audiences}"));
        if (_required.Names.Any()) checks.Add(new("required", _required.Complaint(jwt.Payload), null));
        checks.Add(new("session", null, session));
        checks.Add(new("exp, nbf", LifetimeComplaint(claims), left));
        checks.Add(new("key", keys is null ? Keys.Trouble : KeyComplaint(jwt, keys), jwt.KeyId is { } id ? $"kid {id}" : "no kid"));
        // The signature is looked at last, and only of a token that has passed everything else.
        if (checks.TrueForAll(check => check.Complaint is null)) checks.Add(new("signature", result.Reason?.Check, null));
        return new(result, checks);
    }

    // What needs no key, in its order; null where the token passes all of it.
    private string? Read(string token, out StrictJwt? jwt, out JwtClaims? claims)
    {
        claims = null;
        jwt = StrictJwt.Read(token, _names, out string? complaint, TakesPadding);
        if (jwt is null) return complaint;
        if (AlgorithmComplaint(jwt) is { } algorithm) return algorithm;
        if (_options.Signer is { } signer && jwt.Signer != signer) return OtherSigner;
        claims = JwtClaims.Read(jwt.Payload, _choice, out complaint);
        return claims is null ? complaint
            : IssuerComplaint(claims) ?? AudienceComplaint(claims) ?? _required.Complaint(jwt.Payload);
    }

    private string? AlgorithmComplaint(StrictJwt jwt)
        => _algorithms.Contains(jwt.Algorithm) ? null : "its alg is none of the realm's Algorithms";

    private string? IssuerComplaint(JwtClaims claims)
        => claims.Issuer is not { } issuer ? "it names no issuer (iss)"
            : _issuers is { } accepted ? accepted.Accepts(issuer, claims.TenantId) ? null : OtherIssuer
            : Issues(issuer) == false ? OtherIssuer : null;

    private string IssuerKnown => _issuers is { } accepted ? string.Join(" or ", accepted.All) : Keys.Issuer ?? "not known yet";

    private string? AudienceComplaint(JwtClaims claims)
        => _options.AnyAudience || claims.Audiences.Any(_audiences.Contains) ? null
            : claims.Audiences.Count == 0 ? "it names no audience (aud)" : "its aud is not the realm's Audience";

    private string? LifetimeComplaint(JwtClaims claims)
    {
        DateTimeOffset now = _time.GetUtcNow();
        return claims.ExpiresAt is not { } expires ? "it names no end (exp)"
            : now >= expires + _options.ClockSkew ? "it has expired (exp)"
            : claims.NotBefore > now + _options.ClockSkew ? "it is not good yet (nbf)" : null;
    }

    private static string? KeyComplaint(StrictJwt jwt, KeySet keys)
        => keys.Candidates(jwt.Algorithm, jwt.KeyId).Length > 0 ? null : "no key of the issuer has its kid and fits its alg";

    private async ValueTask<Verification> WithOtherKeysAsync(string token, StrictJwt jwt, JwtClaims claims, KeySet? before)
    {
        KeySet? keys = before is null ? await Keys.ReadyAsync() : jwt.KeyId is { } id ? await Keys.LookForAsync(id) : before;
        if (keys is null)
        {
            RefusalReason reason = UnverifiedJwt.Reason("the issuer's keys cannot be read", token) with { Detail = Keys.Trouble };
            return new(TokenResult.Unavailable with { Claimed = Identity(token, jwt, claims), Reason = reason }, _time.GetUtcNow());
        }
        SecurityKey[] candidates = keys.Candidates(jwt.Algorithm, jwt.KeyId);
        return candidates.Length > 0 ? await CheckAsync(token, jwt, claims, keys, candidates)
            : Refused(token, KeyComplaint(jwt, keys)!, Identity(token, jwt, claims));
    }

    private async ValueTask<Verification> CheckAsync(string token, StrictJwt jwt, JwtClaims claims, KeySet keys, SecurityKey[] candidates)
    {
        SessionIdentity identity = Identity(token, jwt, claims);
        if (LifetimeComplaint(claims) is { } lifetime) return Refused(token, lifetime, identity);
        if (_issuers is null && keys.Issuer != claims.Issuer) return Refused(token, OtherIssuer, identity);
        if (!await _gate.EnterAsync())
            return new(TokenResult.Unavailable with { Claimed = identity, Reason = new(Busy) }, _time.GetUtcNow());
        try
        {
            return await CheckSignatureAsync(token, jwt, claims, candidates, identity);
        }
        finally { _gate.Leave(); }
    }

    private async ValueTask<Verification> CheckSignatureAsync(string token, StrictJwt jwt, JwtClaims claims, SecurityKey[] candidates,
        SessionIdentity identity)
    {
        // The library takes a time that is null, and padding, for a broken token. All but the signature has been judged here already.
        if (claims.HasNullTime || token.Contains('='))
            return Array.Exists(candidates, key => SignatureCheck.Holds(token, jwt.Algorithm, key))
                ? Good(identity, token, jwt, claims) : Refused(token, BadSignature, identity);
        TokenValidationParameters parameters = Parameters(claims.Issuer!, candidates, claims);
        foreach (TokenHandler handler in _bearer.TokenHandlers)
        {
            TokenValidationResult result = await handler.ValidateTokenAsync(token, parameters);
            if (result is { IsValid: true, SecurityToken: JsonWebToken theirs } && Agrees(theirs, claims))
                return Good(identity, token, jwt, claims);
        }
        return Refused(token, BadSignature, identity);
    }

    private Verification Good(SessionIdentity identity, string token, StrictJwt jwt, JwtClaims claims)
        => new(TokenResult.Of(identity, [.. Twin(identity, token, jwt), .. Lineage.Beside(identity, claims.SessionId)]),
            claims.ExpiresAt!.Value + _options.ClockSkew);

    private Verification Refused(string token, string complaint, SessionIdentity? claimed = null)
        => new(TokenResult.Invalid with { Claimed = claimed, Reason = UnverifiedJwt.Reason(complaint, token) },
            _time.GetUtcNow() + TokenCache.RefusalsStandFor);

    private SessionIdentity Identity(string token, StrictJwt jwt, JwtClaims claims)
        => Identity(token, jwt, claims, _lineage.Of(jwt.Payload));

    private SessionIdentity Identity(string token, StrictJwt jwt, JwtClaims claims, string? lineage) => new(
        _realm, Lineage.SessionOf(lineage, claims.SessionId, claims.TokenId), claims.Subject, claims.TokenId, Fingerprint.Of(token),
        claims.Client, claims.SecondClient,
        claims.AuthenticatedAt, claims.IssuedAt, claims.ExpiresAt, _grants.FromClaims(jwt.Payload), lineage);

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
        parameters.LifetimeValidator = (_, theirExpiry, _, _) => IsSame(theirExpiry, claims.ExpiresAt) && LifetimeComplaint(claims) is null;
        return parameters;
    }

    // A NumericDate may have a fraction, which the library rounds.
    private static bool IsSame(DateTime? theirs, DateTimeOffset? ours)
        => (ours?.UtcDateTime - theirs)?.Duration() < TimeSpan.FromSeconds(1);

    // The library says "" where a claim is absent.
    private static bool Agrees(JsonWebToken theirs, JwtClaims ours)
        => theirs.Issuer == ours.Issuer
        && (theirs.Subject ?? "") == (ours.StandardSubject ?? "")
        && (theirs.Id ?? "") == (ours.TokenId ?? "")
        && (ours.SessionClaim is not { IsPlain: true } name
            || (theirs.TryGetPayloadValue(name.Text, out string? session) && session == ours.SessionId));
}
