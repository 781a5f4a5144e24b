using Gateway.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Gateway.Realms;

/// <summary>Sends a browser that navigates to the page where its realm signs in (<c>SignInUrl</c>), without the cookie that is
/// good no more.</summary>
internal sealed class SignInRedirect(RealmsOptions realms) : IRefusalFormatter
{
    public bool TryWrite(HttpContext context, Refusal refusal, out Task written)
    {
        written = Task.CompletedTask;
        if (refusal.Status != StatusCodes.Status401Unauthorized || ManagementListener.Serves(context) || !IsNavigation(context.Request)
            || RealmOf(context, refusal) is not { SignInUrl: { } url } realm) return false;
        foreach (CredentialOptions credential in realm.Credentials)
            if (credential.Cookie is { } cookie) DeleteCookie(context.Response, cookie, context.Request.IsHttps);
        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location = url;
        return true;
    }

    private static bool IsNavigation(HttpRequest request)
    {
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)) return false;
        if (request.HttpContext.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }) return false;
        // A browser that says what it is doing is believed; Accept decides for the others.
        if (request.Headers["Sec-Fetch-Mode"] is [{ } mode]) return mode == "navigate";
        foreach (string? accept in request.Headers.Accept)
            if (accept is not null && accept.Contains("text/html", StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    // Where the refusal names no realm, the one of the route's that has such a page, if there is one only.
    private RealmOptions? RealmOf(HttpContext context, Refusal refusal)
    {
        if (refusal.Realm is { } refused) return realms.GetValueOrDefault(refused);
        RoutePolicy? route = context.GetEndpoint()?.Metadata.GetMetadata<RoutePolicy>();
        IEnumerable<string> names = route is { Realms.Count: > 0 } ? route.Realms : realms.Keys;
        IEnumerable<RealmOptions> candidates = names.Select(name => realms.GetValueOrDefault(name)).OfType<RealmOptions>();
        return candidates.Where(realm => realm.SignInUrl is not null).ToArray() is [{ } only] ? only : null;
    }

    private static void DeleteCookie(HttpResponse response, string name, bool https)
    {
        // Browsers take a __Host- or __Secure- cookie, and its deletion, only with Secure.
        bool secure = https || name.StartsWith("__Host-", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("__Secure-", StringComparison.OrdinalIgnoreCase);
        SetCookieHeaderValue deletion = new(name, "")
        {
            Path = "/", Expires = DateTimeOffset.UnixEpoch, Secure = secure, HttpOnly = true,
            SameSite = Microsoft.Net.Http.Headers.SameSiteMode.Lax,
        };
        response.Headers.Append(HeaderNames.SetCookie, deletion.ToString());
    }
}
