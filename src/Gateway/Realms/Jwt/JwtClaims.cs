using System.Collections.Frozen;
using System.Text.Json;

namespace Gateway.Realms.Jwt;

/// <summary>The claims that make a session identity (RFC 7519 section 4.1, OpenID Connect Core section 2), each of the
/// right type.</summary>
internal sealed class JwtClaims
{
    private static readonly string[] Standard =
        ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "sid", "azp", "client_id", "auth_time"];

    // The year 9999, with room for a tolerance before DateTimeOffset ends.
    private const double MaxSeconds = 253370764800;

    private JwtClaims() { }

    public string? Issuer { get; private init; }
    public string? Subject { get; private init; }
    public string? TokenId { get; private init; }
    public string? AuthorizedParty { get; private init; }
    public string? ClientId { get; private init; }
    public string? SessionId { get; private init; }

    /// <summary>The claim that <see cref="SessionId"/> came from.</summary>
    public string? SessionClaim { get; private init; }
    public DateTimeOffset? ExpiresAt { get; private init; }
    public DateTimeOffset? NotBefore { get; private init; }
    public DateTimeOffset? IssuedAt { get; private init; }
    public DateTimeOffset? AuthenticatedAt { get; private init; }
    public IReadOnlyList<string> Audiences { get; private init; } = [];

    public static FrozenSet<string> Names(IEnumerable<string> sessionClaims)
        => Standard.Concat(sessionClaims).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Reads it. Null when a claim has another type than it should.</summary>
    /// <param name="sessionClaims">Reading rule 9: the first that is present is the session id; empty, null or no string
    /// there refuses the token, without trying the next.</param>
    /// <param name="complaint">What is wrong, where it is null.</param>
    public static JwtClaims? Read(JsonElement payload, IReadOnlyList<string> sessionClaims, out string? complaint)
    {
        complaint = null;
        if (!StrictJwt.Text(payload, "iss", out string? issuer) || !StrictJwt.Text(payload, "sub", out string? subject)
            || !StrictJwt.Text(payload, "jti", out string? tokenId) || !StrictJwt.Text(payload, "azp", out string? party)
            || !StrictJwt.Text(payload, "client_id", out string? client))
            return Wrong("one of iss, sub, jti, azp, client_id is no string", out complaint);
        if (!Instant(payload, "exp", out DateTimeOffset? expires) || !Instant(payload, "nbf", out DateTimeOffset? notBefore)
            || !Instant(payload, "iat", out DateTimeOffset? issued) || !Instant(payload, "auth_time", out DateTimeOffset? authenticated))
            return Wrong("one of exp, nbf, iat, auth_time is no time", out complaint);
        if (ReadAudiences(payload) is not { } audiences) return Wrong("its aud is neither a string nor a list of strings", out complaint);

        string? session = null;
        string? sessionClaim = sessionClaims.FirstOrDefault(name => payload.TryGetProperty(name, out _));
        if (sessionClaim is not null && (!StrictJwt.Text(payload, sessionClaim, out session) || session is not { Length: > 0 }))
            return Wrong("the claim that names its session is empty or no string", out complaint);
        return new JwtClaims
        {
            Issuer = issuer, Subject = NotEmpty(subject), TokenId = NotEmpty(tokenId), AuthorizedParty = NotEmpty(party),
            ClientId = NotEmpty(client),
            SessionId = session, SessionClaim = sessionClaim, Audiences = audiences,
            ExpiresAt = expires, NotBefore = notBefore, IssuedAt = issued, AuthenticatedAt = authenticated,
        };
    }

    private static JwtClaims? Wrong(string what, out string? complaint)
    {
        complaint = what;
        return null;
    }

    private static string? NotEmpty(string? text) => text is { Length: > 0 } ? text : null;

    // RFC 7519 section 4.1.3: one string, or an array of them.
    private static List<string>? ReadAudiences(JsonElement payload)
    {
        if (!payload.TryGetProperty("aud", out JsonElement member)) return [];
        if (member.ValueKind == JsonValueKind.String) return [member.GetString()!];
        if (member.ValueKind != JsonValueKind.Array) return null;
        List<string> audiences = [];
        foreach (JsonElement item in member.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String) return null;
            audiences.Add(item.GetString()!);
        }
        return audiences;
    }

    // A NumericDate (section 2): seconds since 1970, whole or not.
    private static bool Instant(JsonElement payload, string name, out DateTimeOffset? instant)
    {
        instant = null;
        if (!payload.TryGetProperty(name, out JsonElement member)) return true;
        if (member.ValueKind != JsonValueKind.Number || !member.TryGetDouble(out double seconds)
            || !(seconds >= 0 && seconds <= MaxSeconds)) return false;
        instant = DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Floor(seconds * 1000));
        return true;
    }
}
