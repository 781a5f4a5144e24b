using Gateway.Realms;
using Microsoft.Extensions.Primitives;

namespace Gateway.Enforcement;

/// <summary>
/// Ties the cookies that an application renews (ASP.NET Core's sliding expiration, Werkzeug's and others' signed sessions) to the sign-in
/// that they come from. Beside each that an answer sets goes a cookie of the gateway's own with the seal of that sign-in. It is the one of
/// the cookie that the request had; without one, a new sign-in. A request whose cookie had no seal gets none for the next either, so that
/// nobody becomes another session by leaving the seal away.
/// </summary>
internal sealed class RenewedCookies(RequestDelegate next, RealmSet realms, LineageSeal seal)
{
    private readonly (string Realm, CredentialLocation Cookie)[] _tied = [.. TiedOf(realms)];

    public static bool AnyIn(RealmSet realms) => TiedOf(realms).Any();

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(static state =>
        {
            (RenewedCookies renewed, HttpContext of) = ((RenewedCookies, HttpContext))state;
            renewed.Tie(of);
            return Task.CompletedTask;
        }, (this, context));
        return next(context);
    }

    private void Tie(HttpContext context)
    {
        StringValues set = context.Response.Headers.SetCookie;
        if (set.Count == 0 || !seal.IsReady) return;
        foreach ((string realm, CredentialLocation cookie) in _tied)
            foreach (SetCookieLine line in SetCookieLine.Of(set, cookie))
                if (line.Value.Length == 0) Append(context, cookie, "", line);
                // The request as the application had it: what was taken out of it has renewed nothing.
                else if (RootOf(context.Request.Headers.Cookie, realm, cookie, line.Value) is { } root)
                    Append(context, cookie, seal.Write(realm, root, line.Value), line);
    }

    // Null: the request had a cookie that nothing ties.
    private string? RootOf(StringValues cookies, string realm, CredentialLocation cookie, string next)
    {
        bool any = false;
        foreach (string value in SetCookieLine.ValuesOf(cookies, cookie))
        {
            any = true;
            foreach (string shown in CompanionValues.Cookies(cookies, OpaqueTokens.SealOf(cookie.Name)))
                if (seal.Open(realm, shown, value) is { } root) return root;
        }
        return any ? null : LineageSeal.RootOf(next);
    }

    private static void Append(HttpContext context, CredentialLocation cookie, string value, SetCookieLine line)
        => context.Response.Headers.Append("Set-Cookie", $"{OpaqueTokens.SealOf(cookie.Name)}={value}{line.Attributes}"
            + (line.Attributes.Contains("httponly", StringComparison.OrdinalIgnoreCase) ? "" : "; HttpOnly"));

    private static IEnumerable<(string, CredentialLocation)> TiedOf(RealmSet realms) => realms.All
        .Where(realm => realm.Tokens is OpaqueTokens { TiesRenewals: true })
        .SelectMany(realm => realm.Locations.Where(location => location.Kind == CredentialLocationKind.Cookie)
            .Select(location => (realm.Name, location)));
}
