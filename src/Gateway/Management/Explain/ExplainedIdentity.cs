using Gateway.Revocation;

namespace Gateway.Management.Explain;

internal sealed record ExplainedIdentity(
    string? Session, string? Subject, string? TokenId, string? Fingerprint, string? Client, DateTimeOffset? AuthenticatedAt,
    DateTimeOffset? IssuedAt, DateTimeOffset? ExpiresAt,
    IReadOnlyList<string>? Permissions)
{
    public static ExplainedIdentity Of(SessionIdentity identity) => new(
        identity.SessionId, identity.Subject, identity.TokenId, identity.Fingerprint, identity.Client, identity.AuthenticatedAt,
        identity.IssuedAt, identity.ExpiresAt,
        identity.Permissions.Count > 0 ? [.. identity.Permissions.Order(StringComparer.Ordinal)] : null);
}
