using Gateway.Http;

namespace Gateway.Credentials;

/// <summary>Reading rule 14: where some server reads a path as one of another route, the strictest policy among them holds. One that
/// some server reads as a path that the gateway answers itself is refused. A path that everybody reads alike costs two look-overs and
/// no allocation.</summary>
internal sealed class PathMiddleware(
    RequestDelegate next, RouteTable routes, IEnumerable<IReservedPaths> reserved, RefusalWriter refusals, RefusalLog log)
{
    private static readonly Refusal Broken = Refusal.BadRequest(
        "The path is broken: an escape that is none, bytes that are no UTF-8, a control character, or too many readings.");
    private static readonly Refusal Reserved = Refusal.BadRequest("The gateway answers this path itself, in its plain form.");
    private static readonly Refusal Undecided = Refusal.BadRequest(
        "Servers read this path in different ways, and the routes ask for different things. Send it in its plain form.");

    private readonly IReservedPaths[] _reserved = [.. reserved];

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint() is { } matched && Judge(context, matched) is { } refusal) return refusals.WriteAsync(context, refusal);
        return next(context);
    }

    private Refusal? Judge(HttpContext context, Endpoint matched)
    {
        ReadOnlySpan<char> sent = RequestTarget.Path(context);
        HttpRequest request = context.Request;
        HashSet<Endpoint> found;
        if (PathReadings.IsPlain(sent))
        {
            if (IsLikeReserved(request, sent, Trimmed(sent))) return Reserved;
            if (RouteTable.IsInItsOwnCase(sent, matched)) return null;
            found = [matched];
            routes.AddRoutesByCase(sent, matched, found);
        }
        else
        {
            if (PathReadings.Of(sent.ToString()) is not { } readings) return Broken;
            found = [matched];
            foreach (string reading in readings)
            {
                if (IsLikeReserved(request, sent, reading) || IsLikeReserved(request, sent, Trimmed(reading))) return Reserved;
                routes.AddRoutes(context, reading, found);
            }
        }
        if (found.Count == 1) return null;
        if (StrictestRoute.Of(found) is not { } strictest)
        {
            if (matched.Metadata.GetMetadata<RoutePolicy>()?.Mode != EnforcementMode.Report) return Undecided;
            log.Reported(context, Undecided);
            return null;
        }
        if (strictest != matched) context.SetEndpoint(StrictestRoute.With(matched, strictest));
        return null;
    }

    // A reading of the path is reserved, in any case of its letters, and the path as sent is not.
    private bool IsLikeReserved(HttpRequest request, ReadOnlySpan<char> sent, ReadOnlySpan<char> reading)
        => IsReserved(request, reading, StringComparison.OrdinalIgnoreCase) && !IsReserved(request, sent, StringComparison.Ordinal);

    private bool IsReserved(HttpRequest request, ReadOnlySpan<char> path, StringComparison comparison)
    {
        foreach (IReservedPaths paths in _reserved)
            if (paths.Names(request, request.Method, path, comparison)) return true;
        return false;
    }

    // To many servers a slash at the end makes no difference.
    private static ReadOnlySpan<char> Trimmed(ReadOnlySpan<char> path) => path.Length > 1 ? path.TrimEnd('/') : path;
}
