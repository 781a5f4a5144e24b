using Gateway.Credentials;
using Gateway.Realms;
using Microsoft.Extensions.Primitives;

namespace Gateway.Enforcement;

/// <summary>
/// Ties the cookies that an application renews (ASP.NET Core's sliding expiration, Werkzeug's and others' signed sessions) to the sign-in
/// that they come from. Beside each that an answer sets goes a cookie of the gateway's own with the seal of that sign-in. It is the one of
/// the cookie that the request had; without one, a new sign-in. A request in which some application could read a cookie without a seal, or
/// cookies of two sign-ins, gets none for the next either, so that nobody becomes another session by leaving the seal away, or by writing
/// the cookie in another way (reading rule 2).
/// </summary>
internal sealed class RenewedCookies(RequestDelegate next, RealmSet realms, LineageSeal seal)
{
    // Somebody who signs in while the gateway starts waits for it, for a cookie without its seal would be refused.
    private static readonly TimeSpan WaitsForKey = TimeSpan.FromSeconds(10);

    private readonly Tied[] _tied = [.. TiedOf(realms)];

    public static bool AnyIn(RealmSet realms) => TiedOf(realms).Any();

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(static state =>
        {
            (RenewedCookies renewed, HttpContext of) = ((RenewedCookies, HttpContext))state;
            return renewed.TieAsync(of);
        }, (this, context));
        return next(context);
    }

    private async Task TieAsync(HttpContext context)
    {
        StringValues set = context.Response.Headers.SetCookie;
        if (set.Count == 0) return;
        if (!seal.IsReady)
        {
            if (!Array.Exists(_tied, tied => SetCookieLine.Of(set, tied.Cookie).Any())) return;
            await Task.WhenAny(seal.Ready, Task.Delay(WaitsForKey, context.RequestAborted));
            if (!seal.IsReady) return;
        }
        foreach (Tied tied in _tied)
            foreach (SetCookieLine line in SetCookieLine.Of(set, tied.Cookie))
                if (line.Value.Length == 0) Append(context, tied.Cookie, "", line);
                // The request as the application had it: what was taken out of it has renewed nothing.
                else if (RootOf(context.Request, tied, line.Value) is { } root)
                    Append(context, tied.Cookie, seal.Write(tied.Realm, root, line.Value), line);
    }

    // Null: nobody knows which sign-in the application has renewed, or nothing ties the cookie that it could have read.
    private string? RootOf(HttpRequest request, Tied tied, string next)
    {
        CopyList copies = default;
        CookieCopies.Find(request.Headers.Cookie, tied.Places, ref copies);
        QueryCopies.FindInPath(request.Path.Value, tied.Places, ref copies);
        if (copies.Crowded is not null) return null;
        if (copies.Count == 0) return LineageSeal.RootOf(next);
        string? root = null;
        for (int at = 0; at < copies.Count; at++)
        {
            if (copies[at].IsBroken || Opened(request.Headers.Cookie, tied, copies[at].Text) is not { } opened) return null;
            if ((root ??= opened) != opened) return null;
        }
        return root;
    }

    private string? Opened(StringValues cookies, Tied tied, ReadOnlySpan<char> value)
    {
        foreach (string shown in CompanionValues.Cookies(cookies, OpaqueTokens.SealOf(tied.Cookie.Name)))
            if (seal.Open(tied.Realm, shown, value) is { } root) return root;
        return null;
    }

    private static void Append(HttpContext context, CredentialLocation cookie, string value, SetCookieLine line)
        => context.Response.Headers.Append("Set-Cookie", $"{OpaqueTokens.SealOf(cookie.Name)}={value}{line.Attributes}"
            + (line.Attributes.Contains("httponly", StringComparison.OrdinalIgnoreCase) ? "" : "; HttpOnly"));

    private static IEnumerable<Tied> TiedOf(RealmSet realms) => realms.All
        .Where(realm => realm.Tokens is OpaqueTokens { TiesRenewals: true })
        .SelectMany(realm => realm.Locations.Select(cookie => new Tied(realm.Name, cookie,
            [new NamedLocation(cookie.Kind, cookie.Name, [], [new Reader(cookie, [realm])])])));

    /// <param name="Places">Where some application could read it.</param>
    private sealed record Tied(string Realm, CredentialLocation Cookie, NamedLocation[] Places);
}
