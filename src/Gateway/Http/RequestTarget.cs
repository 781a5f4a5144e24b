using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Http;

/// <summary>The request target as it was sent (RFC 9112 section 3.2).</summary>
internal static class RequestTarget
{
    /// <summary>Gives its path, undecoded: origin form without the query, or what follows the authority of the absolute form.</summary>
    public static ReadOnlySpan<char> Path(HttpContext context)
    {
        string? target = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        if (string.IsNullOrEmpty(target)) return context.Request.Path.Value;
        ReadOnlySpan<char> path = target;
        if (path[0] != '/')
        {
            int authority = path.IndexOf("://");
            if (authority < 0) return path;
            path = path[(authority + 3)..];
            int slash = path.IndexOf('/');
            if (slash < 0) return "/";
            path = path[slash..];
        }
        int end = path.IndexOf('?');
        return end < 0 ? path : path[..end];
    }
}
