using System.Collections.Frozen;
using System.Text.Json;
using Gateway.Http;

namespace Gateway.Realms.Jwt;

/// <summary>The claims that make a session identity (RFC 7519 section 4.1, OpenID Connect Core section 2), each of the
/// right type.</summary>
internal sealed class JwtClaims
{
    private static readonly string[] Standard =
        ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "sid", "azp", "client_id", "auth_time"];

    /// <summary>The claim that <c>{tenantid}</c> in an issuer stands for (Entra ID).</summary>
    public const string TenantName = "tid";

    // The year 9999, with room for a tolerance before DateTimeOffset ends.
    private const double MaxSeconds = 253370764800;

    private JwtClaims() { }

    public string? Issuer { get; private init; }
    public string? Subject { get; private init; }

    /// <summary>The claim <c>sub</c> itself.</summary>
    public string? StandardSubject { get; private init; }
    public string? TokenId { get; private init; }
    public string? Client { get; private init; }

    /// <summary>Another client that it names: a cut-off on either refuses (reading rule 11).</summary>
    public string? SecondClient { get; private init; }
    public string? SessionId { get; private init; }

    /// <summary>The claim that <see cref="SessionId"/> came from.</summary>
    public ClaimName? SessionClaim { get; private init; }
    public DateTimeOffset? ExpiresAt { get; private init; }
    public DateTimeOffset? NotBefore { get; private init; }
    public DateTimeOffset? IssuedAt { get; private init; }
    public DateTimeOffset? AuthenticatedAt { get; private init; }

    /// <summary>One of the times that a token need not have is there, and null.</summary>
    public bool HasNullTime { get; private init; }
    public IReadOnlyList<string> Audiences { get; private init; } = [];

    /// <summary>What Entra ID calls the tenant; null where it is no string: only an issuer with
    /// <c>{tenantid}</c> asks.</summary>
    public string? TenantId { get; private init; }

    /// <summary>Lists the members that have a meaning: each is spelled exactly, or the token is refused.</summary>
    public static FrozenSet<string> Names(ClaimChoice choice, IEnumerable<ClaimName> others)
        => Standard.Concat(choice.All.Concat(others).Select(name => name.Member)).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Reads it. Null when a claim has another type than it should.</summary>
    /// <param name="choice">Reading rule 9: the first session claim that is present is the session id; empty or no string there refuses
    /// the token, without trying the next. JSON null is absence (rule 8).</param>
    /// <param name="complaint">What is wrong, where it is null.</param>
    public static JwtClaims? Read(JsonElement payload, ClaimChoice choice, out string? complaint)
    {
        complaint = null;
        if (!Text(payload, "iss", out string? issuer) || !Text(payload, "sub", out string? standard)
            || !Text(payload, "jti", out string? tokenId) || !Text(payload, "azp", out _) || !Text(payload, "client_id", out _))
            return Wrong("one of iss, sub, jti, azp, client_id is no string", out complaint);
        if (!Instant(payload, "exp", out DateTimeOffset? expires) || !Instant(payload, "nbf", out DateTimeOffset? notBefore)
            || !Instant(payload, "iat", out DateTimeOffset? issued) || !Authenticated(payload, out DateTimeOffset? authenticated))
            return Wrong("one of exp, nbf, iat, auth_time is no time", out complaint);
        if (ReadAudiences(payload) is not { } audiences) return Wrong("its aud is neither a string nor a list of strings", out complaint);
        if (!Text(choice.Subject.In(payload), out string? subject)) return Wrong($"its {choice.Subject} is no string", out complaint);
        List<string> clients = [];
        foreach (ClaimName name in choice.Clients)
        {
            if (!Text(name.In(payload), out string? client)) return Wrong($"its {name} is no string", out complaint);
            if (client is { Length: > 0 } && !clients.Contains(client)) clients.Add(client);
        }

        string? session = null;
        ClaimName? sessionClaim = Array.Find(choice.Sessions, name => name.In(payload) is not null);
        if (sessionClaim is not null && (!Text(sessionClaim.In(payload), out session) || session is not { Length: > 0 }))
            return Wrong("the claim that names its session is empty or no string", out complaint);
        return new JwtClaims
        {
            Issuer = issuer, Subject = NotEmpty(subject), StandardSubject = standard, TokenId = NotEmpty(tokenId),
            Client = clients.ElementAtOrDefault(0), SecondClient = clients.ElementAtOrDefault(1),
            TenantId = Text(payload, TenantName, out string? tenant) ? tenant : null,
            SessionId = session, SessionClaim = sessionClaim, Audiences = audiences,
            ExpiresAt = expires, NotBefore = notBefore, IssuedAt = issued, AuthenticatedAt = authenticated,
            HasNullTime = IsNull(payload, "nbf") || IsNull(payload, "iat"),
        };
    }

    private static bool Text(JsonElement payload, string name, out string? value)
        => Text(payload.TryGetProperty(name, out JsonElement member) && member.ValueKind != JsonValueKind.Null ? member : null, out value);

    // Absent (null), or a string.
    private static bool Text(JsonElement? member, out string? value)
    {
        value = member is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
        return member is null || value is not null;
    }

    private static JwtClaims? Wrong(string what, out string? complaint)
    {
        complaint = what;
        return null;
    }

    private static string? NotEmpty(string? text) => text is { Length: > 0 } ? text : null;

    private static bool IsNull(JsonElement payload, string name)
        => payload.TryGetProperty(name, out JsonElement member) && member.ValueKind == JsonValueKind.Null;

    // RFC 7519 section 4.1.3: one string, or an array of them.
    private static List<string>? ReadAudiences(JsonElement payload)
    {
        if (!payload.TryGetProperty("aud", out JsonElement member) || member.ValueKind == JsonValueKind.Null) return [];
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
        if (!payload.TryGetProperty(name, out JsonElement member) || member.ValueKind == JsonValueKind.Null) return true;
        if (member.ValueKind != JsonValueKind.Number || !member.TryGetDouble(out double seconds)
            || !(seconds >= 0 && seconds <= MaxSeconds)) return false;
        instant = DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Floor(seconds * 1000));
        return true;
    }

    // Some providers write it as a date (RFC 3339); one without an offset is no instant.
    private static bool Authenticated(JsonElement payload, out DateTimeOffset? instant)
    {
        instant = null;
        if (payload.TryGetProperty("auth_time", out JsonElement member) && member.ValueKind == JsonValueKind.String)
        {
            if (!Instants.TryParse(member.GetString()!, out DateTimeOffset written) || written < DateTimeOffset.UnixEpoch) return false;
            instant = written;
            return true;
        }
        return Instant(payload, "auth_time", out instant);
    }
}
