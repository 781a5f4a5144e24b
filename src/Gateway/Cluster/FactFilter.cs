using Gateway.Revocation;

namespace Gateway.Cluster;

/// <summary>Which facts to list; null members do not narrow.</summary>
/// <param name="Kind">A kind of target; <see cref="TargetKind.None"/> lists reinstatements.</param>
/// <param name="Target">Exact id of the session, token, subject or client.</param>
/// <param name="ActiveAt">Only revocations that act at this instant: neither expired nor undone.</param>
/// <param name="From">Recorded at or after this instant.</param>
/// <param name="Until">Recorded before this instant.</param>
internal sealed record FactFilter(
    string? Realm = null, TargetKind? Kind = null, string? Target = null, string? Actor = null,
    DateTimeOffset? ActiveAt = null, DateTimeOffset? From = null, DateTimeOffset? Until = null);
