using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Http;

/// <summary>Whether a browser shows the answer as a page: only then it is sent elsewhere, or given one to read.</summary>
internal static class Navigation
{
    public static bool Is(HttpRequest request)
    {
        // Scripts of before fetch() say so in this way.
        if (request.Headers.XRequestedWith is [{ } with] && with.Equals("XMLHttpRequest", StringComparison.OrdinalIgnoreCase)) return false;
        if (request.HttpContext.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }) return false;
        // A browser that says what it is doing is believed (Fetch Metadata); Accept decides for the others.
        if (request.Headers["Sec-Fetch-Mode"] is [{ } mode]) return mode == "navigate";
        if (!IsRead(request)) return false;
        foreach (string? accept in request.Headers.Accept)
            if (accept is not null && accept.Contains("text/html", StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    /// <summary>Tells whether the page can be asked for again.</summary>
    public static bool IsRead(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
}
