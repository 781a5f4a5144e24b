using Gateway.Http;

namespace Gateway.Realms;

/// <summary>Sends a browser that navigates to the page where its realm signs in (<c>SignInUrl</c>), with the page that it wanted, and
/// without the cookie that was refused.</summary>
internal sealed class SignInRedirect(RealmsOptions realms) : IRefusalFormatter
{
    private readonly ReturnUrl _back = new(realms);

    public bool TryWrite(HttpContext context, Refusal refusal, out Task written)
    {
        written = Task.CompletedTask;
        if (refusal.Status != StatusCodes.Status401Unauthorized || ManagementListener.Serves(context) || !Navigation.Is(context.Request)
            || RealmOf(context, refusal) is not { SignInUrl: not null } realm || _back.SignIn(context, realm) is not { } url) return false;
        if (refusal.Cookie is { } cookie) CookieDeletion.Write(context, cookie);
        // A form that was sent is not sent again there.
        context.Response.StatusCode = Navigation.IsRead(context.Request) ? StatusCodes.Status302Found : StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = url;
        return true;
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
}
