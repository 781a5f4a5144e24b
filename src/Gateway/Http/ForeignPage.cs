using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Primitives;

namespace Gateway.Http;

/// <summary>
/// Tells whether a page of another site makes a call, with cookies that the browser adds by itself: by <c>Sec-Fetch-Site</c> (W3C Fetch
/// Metadata), and by <c>Origin</c> (RFC 6454 section 7) from browsers without it. Programs send neither. A site that the CORS policy of the
/// call's route lists, with credentials, is none of these.
/// </summary>
internal static class ForeignPage
{
    public static async ValueTask<bool> MakesAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) return false;
        StringValues origin = request.Headers.Origin;
        return request.Headers["Sec-Fetch-Site"] switch
        {
            ["same-origin" or "same-site" or "none"] => false,
            { Count: 0 } when origin.Count == 0 || IsOf(origin.ToString(), request) => false,
            _ => !await IsListedAsync(context, origin.ToString()),
        };
    }

    // Without the scheme: behind whoever ends TLS it is another one.
    private static bool IsOf(string origin, HttpRequest request)
        => Uri.TryCreate(origin, UriKind.Absolute, out Uri? url)
            && url.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase);

    private static async ValueTask<bool> IsListedAsync(HttpContext context, string origin)
        => origin.Length > 0 && context.GetEndpoint()?.Metadata.GetMetadata<IEnableCorsAttribute>() is { } named
            && await context.RequestServices.GetRequiredService<ICorsPolicyProvider>().GetPolicyAsync(context, named.PolicyName)
                is { SupportsCredentials: true } policy && policy.IsOriginAllowed(origin);
}
