using Gateway.Http;

namespace Gateway.Dialects;

/// <summary>Every path that a dialect answers on the main listener. A spelling that only a lenient backend would take for
/// one of them must not be forwarded, or a logout would pass the gateway by (reading rule 14).</summary>
internal sealed class DialectPaths(IEnumerable<Dialect> dialects) : IReservedPaths
{
    private readonly (Dialect Dialect, DialectRoute Route)[] _routes =
        [.. dialects.SelectMany(dialect => dialect.Routes.Where(route => !route.Management).Select(route => (dialect, route)))];

    /// <summary>Gives the call that a request is; null when no dialect knows it.</summary>
    /// <param name="next">Passes the request on as if no dialect knew it.</param>
    public DialectCall? Find(HttpContext context, RequestDelegate next)
    {
        ReadOnlySpan<char> path = RequestTarget.Path(context);
        foreach ((Dialect dialect, DialectRoute route) in _routes)
        {
            if (!route.Path.Matches(path, StringComparison.Ordinal, out ReadOnlySpan<char> segment)) continue;
            if (!route.Methods.Contains(context.Request.Method) || !dialect.Serves(context.Request.Host)) continue;
            bool readable = DialectPath.TryDecode(segment, out string parameter) || segment.IsEmpty;
            return new DialectCall(dialect, route, context, readable ? parameter : null, next);
        }
        return null;
    }

    public bool Names(HttpRequest request, string method, ReadOnlySpan<char> path, StringComparison comparison)
    {
        foreach ((Dialect dialect, DialectRoute route) in _routes)
            if (route.Path.Matches(path, comparison, out _) && route.Methods.Contains(method) && dialect.Serves(request.Host)) return true;
        return false;
    }
}
