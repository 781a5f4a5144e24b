namespace Gateway.Dialects;

/// <summary>Answers the calls of the dialects before the proxy sees them. Everything else goes on untouched.</summary>
internal sealed class DialectMiddleware(RequestDelegate next, IEnumerable<Dialect> dialects, DialectAnswers answers)
{
    private readonly (Dialect Dialect, DialectRoute Route)[] _routes =
        [.. dialects.SelectMany(dialect => dialect.Routes.Where(route => !route.Management).Select(route => (dialect, route)))];

    public Task InvokeAsync(HttpContext context)
    {
        ReadOnlySpan<char> path = RequestTarget.Path(context);
        foreach ((Dialect dialect, DialectRoute route) in _routes)
        {
            if (!route.Path.Matches(path, StringComparison.Ordinal, out ReadOnlySpan<char> segment)) continue;
            if (!route.Methods.Contains(context.Request.Method) || !dialect.Serves(context.Request.Host)) continue;
            bool readable = DialectPath.TryDecode(segment, out string parameter) || segment.IsEmpty;
            DialectCall call = new(dialect, route, context, parameter, next);
            return readable ? answers.Answer(call) : dialect.Fail(call, DialectFailure.BadRequest);
        }
        return next(context);
    }
}
