using Gateway.Credentials;
using Gateway.Http;
using Gateway.Revocation;

namespace Gateway.Enforcement;

/// <summary>What the copies of one request come to together: what goes on, what is taken out, and what the route makes of it. One that
/// is revoked refuses the request.</summary>
internal struct CopyVerdicts
{
    private IReadOnlyList<SessionIdentity>? _identities;
    private List<Copy>? _takenOut;
    private Copy? _stuck;
    private Verdict? _revoked;
    private Verdict? _invalid;
    private bool _unavailable;

    /// <summary>Takes a copy out without a look at it.</summary>
    public void TakeOut(Copy copy) => (_takenOut ??= []).Add(copy);

    /// <param name="isRevoked">What it claims to be is revoked, whether or not it verifies.</param>
    public void Add(Copy copy, in CopyVerdict verdict, bool isRevoked)
    {
        if (isRevoked) _revoked ??= Of(Standing.Revoked, copy, verdict);
        bool isRead = copy.Reader is not null;
        switch (verdict.Fate)
        {
            case CopyFate.Good when isRead:
                _identities = _identities is null ? verdict.Identities : [.. _identities, .. verdict.Identities];
                break;
            case CopyFate.Unavailable:
                _unavailable |= isRead;
                break;
            case CopyFate.Good or CopyFate.Invalid:
                if (isRead) _invalid ??= Of(Standing.Invalid, copy, verdict);
                if (copy.Part == Copy.Inseparable) _stuck ??= copy;
                else TakeOut(copy);
                break;
        }
    }

    /// <summary>Leaves the request in the form in which it goes on, unless it does not.</summary>
    public readonly Verdict Together(HttpRequest request, RoutePolicy policy)
    {
        if (_revoked is { } revoked) return revoked;
        if (_unavailable) return new(Standing.Unavailable, []);
        if (_stuck is { } stuck) return Verdict.Malformed($"A value for the {stuck.Location} does not verify and stands inside of another value. Leave it out.");
        if (_takenOut is not null) TakenOut.From(request, _takenOut);
        if (_identities is not null) return Verdict.Good(_identities);
        return _invalid is { } invalid && policy.RefusesInvalid() ? invalid : Without(policy);
    }

    /// <summary>Of a request without a credential.</summary>
    public static Verdict Without(RoutePolicy policy) => new(policy.Session == SessionPolicy.Required ? Standing.Missing : Standing.Good, []);

    private static Verdict Of(Standing standing, Copy copy, in CopyVerdict verdict) => new(standing, [])
    {
        Realm = (verdict.Realm ?? copy.Location.Judges[0].Realms[0]).Name,
        Cookie = copy.Header == "Cookie" ? copy.Location.Name : null,
    };
}
