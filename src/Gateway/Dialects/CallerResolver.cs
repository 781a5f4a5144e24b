using Gateway.Enforcement;
using Gateway.Http;
using Gateway.Realms;
using Gateway.Sessions;

namespace Gateway.Dialects;

/// <summary>Tells who calls a dialect. On a dialect's own paths the vendor's order of credentials decides, so the dialect
/// picks the token and asks here how it stands.</summary>
internal sealed class CallerResolver(SessionGate gate, SessionRegistry sessions)
{
    private static readonly RoutePolicy Policy = new() { Session = SessionPolicy.Required };

    /// <summary>Gives the token that the caller sent. With a good one the call is a live connection from here on, and its session
    /// counts as seen.</summary>
    /// <param name="location">Where the request has the token; null for the realm's first location.</param>
    /// <exception cref="DialectException"><see cref="DialectFailure.Forbidden"/>: a page of another site calls with a cookie.</exception>
    public async ValueTask<Verdict> CallerAsync(DialectCall call, string? token, CredentialLocation? location = null)
    {
        // A browser adds a cookie to what any page asks of it; a header only its own page can set.
        if (location?.Kind == CredentialLocationKind.Cookie && await ForeignPage.MakesAsync(call.Context))
            throw new DialectException(DialectFailure.Forbidden);
        Verdict caller = await TokenAsync(call, token, location);
        GatedCall? gated = GatedCall.Of(call.Context);
        if (caller.IsGood && gated is not null) caller = gated.Enter(Policy, caller.Identities);
        if (!caller.IsGood && gated is not null) gated.Reason = gate.RefusalOf(caller, call.Context).Reason;
        if (caller.IsGood) sessions.Note(caller.Identity!, call.Context);
        return caller;
    }

    /// <summary>Resolves any token of the dialect's realm, as one in a body.</summary>
    public ValueTask<Verdict> TokenAsync(DialectCall call, string? token, CredentialLocation? location = null)
        => string.IsNullOrEmpty(token)
            ? new(new Verdict(Standing.Missing, []))
            : gate.JudgeAsync(call.Context, call.Realm, location, token);
}
