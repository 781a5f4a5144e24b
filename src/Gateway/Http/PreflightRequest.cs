namespace Gateway.Http;

/// <summary>A CORS preflight (Fetch Standard, section 4.8): a browser asks whether a page of another origin may send a request. It carries
/// no /// credential, whatever the request itself will carry.</summary>
internal static class PreflightRequest
{
    public static bool Is(HttpRequest request)
        => HttpMethods.IsOptions(request.Method) && request.Headers.Origin is [{ Length: > 0 }]
            && request.Headers.AccessControlRequestMethod is [{ Length: > 0 }];
}
