using System.Buffers;
using System.Net;
using Microsoft.Net.Http.Headers;

namespace Gateway.Http;

/// <summary>
/// Has a browser delete a cookie that was refused. It is known by name, domain and path (RFC 6265 section 5.3), of which a server is
/// told the name alone, so every pair is named under which the application can have set it.
/// </summary>
internal static class CookieDeletion
{
    // RFC 3986 section 3.3, without the semicolon that ends an attribute, and the comma.
    private static readonly SearchValues<char> OfPaths =
        SearchValues.Create("/-._~!$&'()*+=:@%ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    // A cookie for a domain of one label is taken by no browser; more than these are no application's.
    private const int MostDomains = 4;

    public static void Write(HttpContext context, RefusedCookie cookie)
    {
        Write(context, cookie.Name);
        if (!cookie.IsChunked) return;
        foreach (string name in context.Request.Cookies.Keys)
            if (CookieChunks.IsChunk(name, cookie.Name)) Write(context, name);
    }

    private static void Write(HttpContext context, string name)
    {
        HttpRequest request = context.Request;
        bool isHostOnly = name.StartsWith("__Host-", StringComparison.OrdinalIgnoreCase);
        // Browsers take a __Host- or __Secure- cookie, and its deletion, only with Secure.
        bool secure = request.IsHttps || isHostOnly || name.StartsWith("__Secure-", StringComparison.OrdinalIgnoreCase);
        foreach (string path in isHostOnly ? ["/"] : Paths(request.Path.Value ?? "/"))
            foreach (string? domain in isHostOnly ? [null] : Domains(request.Host.Host))
            {
                SetCookieHeaderValue deletion = new(name, "")
                {
                    Expires = DateTimeOffset.UnixEpoch, Domain = domain, Path = path, Secure = secure, HttpOnly = true,
                    SameSite = Microsoft.Net.Http.Headers.SameSiteMode.Lax,
                };
                context.Response.Headers.Append(HeaderNames.SetCookie, deletion.ToString());
            }
    }

    // The root, and the folders in which an application may have been put: as they are, and as some servers write them.
    private static IEnumerable<string> Paths(string path)
    {
        yield return "/";
        int first = path.IndexOf('/', 1);
        if (first < 2 || !IsPlain(path.AsSpan(0, first))) yield break;
        yield return path[..first];
        yield return path[..(first + 1)];
        int second = path.IndexOf('/', first + 1);
        if (second > first + 1 && IsPlain(path.AsSpan(0, second))) yield return path[..second];
    }

    // The host alone, then itself and its parents as domains.
    private static IEnumerable<string?> Domains(string host)
    {
        yield return null;
        if (IPAddress.TryParse(host, out _)) yield break;
        for (int most = MostDomains; most > 0 && host.Contains('.'); most--)
        {
            yield return host;
            host = host[(host.IndexOf('.') + 1)..];
        }
    }

    private static bool IsPlain(ReadOnlySpan<char> path) => !path.ContainsAnyExcept(OfPaths);
}
