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
    private Verdict? _unavailable;

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
                if (isRead) _unavailable ??= Of(Standing.Unavailable, copy, verdict);
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
        Verdict verdict = Weigh(request, policy);
        // Where the route only reports, the request goes on as it came, and belongs to whoever is good.
        if (policy.Mode == EnforcementMode.Report)
            return verdict.IsGood || _identities is null ? verdict : verdict with { Identities = _identities };
        if (_takenOut is not null && verdict.IsGood) TakenOut.From(request, _takenOut);
        return verdict;
    }

    private readonly Verdict Weigh(HttpRequest request, RoutePolicy policy)
    {
        if (_unavailable is { } unavailable) return unavailable;
        if (_stuck is { } stuck)
            return Verdict.Malformed($"A value for the {stuck.Location} does not verify and stands inside of another value. Leave it out.");
        if (_identities is not null) return Verdict.Good(_identities);
        return _invalid is { } invalid && policy.RefusesInvalid() ? invalid : Without(request, policy);
    }

    /// <summary>Judges a request without a credential.</summary>
    public static Verdict Without(HttpRequest request, RoutePolicy policy)
        => new(IsMissing(request, policy) ? Standing.Missing : Standing.Good, []);

    // A preflight only asks whether the request itself may come; one that the application takes for another method asks for more.
    private static bool IsMissing(HttpRequest request, RoutePolicy policy)
        => policy.Session == SessionPolicy.Required
            && !(policy.Preflight == Preflight.Forward && PreflightRequest.Is(request)
                && request.HttpContext.Features.Get<DroppedHeaders>() is not { OverridesMethod: true });

    private static Verdict Of(Standing standing, Copy copy, in CopyVerdict verdict)
    {
        string realm = (verdict.Realm ?? copy.Location.Judges[0].Realms[0]).Name;
        RefusalReason reason = verdict.Reason ?? new("it does not verify");
        if (standing == Standing.Revoked) reason = reason with { Check = "what it claims to be is revoked; besides, " + reason.Check };
        reason = reason with { Location = copy.Location.ToString(), Realm = realm };
        return new(standing, []) { Realm = realm, Cookie = copy.Cookie, Reason = reason };
    }
}
