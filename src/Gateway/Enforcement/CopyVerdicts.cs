using Gateway.Http;
using Gateway.Revocation;

namespace Gateway.Enforcement;

/// <summary>What the copies of one request come to together: all are looked at, and one that is not good refuses it.</summary>
internal struct CopyVerdicts
{
    private IReadOnlyList<SessionIdentity>? _identities;
    private string? _realm;
    private Standing _worst;

    /// <param name="realm">Whose credential it is.</param>
    /// <param name="identities">Of a good one.</param>
    public void Add(Standing standing, string realm, IReadOnlyList<SessionIdentity> identities)
    {
        if (standing == Standing.Good) _identities = _identities is null ? identities : [.. _identities, .. identities];
        if (standing <= _worst) return;
        _worst = standing;
        _realm = realm;
    }

    public readonly Verdict Together(RoutePolicy policy)
    {
        if (_worst != Standing.Good) return new(_worst, []) { Realm = _realm };
        return _identities is not null ? Verdict.Good(_identities) : Without(policy);
    }

    /// <summary>Of a request without a credential.</summary>
    public static Verdict Without(RoutePolicy policy) => new(policy.Session == SessionPolicy.Required ? Standing.Missing : Standing.Good, []);
}
