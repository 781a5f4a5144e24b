using Gateway.Http;
using Gateway.Revocation;

namespace Gateway.Enforcement;

/// <summary>What the session gate says of a request, a token, or an open connection.</summary>
/// <param name="Identities">Those of every credential, with every spelling of each; empty where there is none.</param>
internal readonly record struct Verdict(Standing Standing, IReadOnlyList<SessionIdentity> Identities)
{
    /// <summary>The realm whose credential was refused, where one is known.</summary>
    public string? Realm { get; init; }

    /// <summary>The cookie that was refused, where it was one.</summary>
    public RefusedCookie? Cookie { get; init; }

    /// <summary>Why it is not good, for the operator, where a check of the credential tells.</summary>
    public RefusalReason? Reason { get; init; }

    /// <summary>Who was refused, where the credential itself is good.</summary>
    public SessionIdentity? Refused { get; init; }

    /// <summary>What kind of revocation ended it; None for one that was not revoked.</summary>
    public TargetKind RevokedBy { get; init; }

    /// <summary>What is wrong with a malformed request, and the cure.</summary>
    public string? Complaint { get; init; }

    /// <summary>Nobody can tell because this node holds no usable lease.</summary>
    public bool IsStale { get; init; }

    public bool IsGood => Standing == Standing.Good;

    /// <summary>Of the first credential.</summary>
    public SessionIdentity? Identity => Identities.Count > 0 ? Identities[0] : null;

    public static Verdict Good(IReadOnlyList<SessionIdentity> identities) => new(Standing.Good, identities);

    public static Verdict Malformed(string complaint) => new(Standing.Malformed, []) { Complaint = complaint };

    public static Verdict Stale(IReadOnlyList<SessionIdentity> identities) => new(Standing.Unavailable, identities) { IsStale = true };

    public static Verdict Revoked(SessionIdentity revoked, TargetKind by, IReadOnlyList<SessionIdentity> identities)
        => new(Standing.Revoked, identities) { Realm = revoked.Realm, RevokedBy = by, Refused = revoked };
}
