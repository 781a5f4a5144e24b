using Gateway.Http;

namespace Gateway.Credentials;

/// <summary>Reading rule 14: a path that some server reads as one of another route, or as one that the gateway
/// answers itself, is
/// refused. A path that everybody reads alike costs two look-overs and no allocation.</summary>
internal sealed class PathMiddleware(RequestDelegate next, RouteTable routes, IEnumerable<IReservedPaths> reserved, RefusalWriter refusals)
{
    private readonly IReservedPaths[] _reserved = [.. reserved];

    private static readonly Refusal Ambiguous = Refusal.BadRequest("Servers read this path in different ways. Send it in its plain form.");

    public Task InvokeAsync(HttpContext context)
        => context.GetEndpoint() is { } matched && IsAmbiguous(context, matched) ? refusals.WriteAsync(context, Ambiguous) : next(context);

    private bool IsAmbiguous(HttpContext context, Endpoint matched)
    {
        ReadOnlySpan<char> sent = RequestTarget.Path(context);
        HttpRequest request = context.Request;
        if (PathReadings.IsPlain(sent)) return routes.CaseLeadsElsewhere(sent, matched) || IsLikeReserved(request, sent, Trimmed(sent));
        if (PathReadings.Of(sent.ToString()) is not { } readings) return true;
        foreach (string reading in readings)
            if (IsLikeReserved(request, sent, reading) || IsLikeReserved(request, sent, Trimmed(reading)) || routes.LeadsElsewhere(context, reading, matched)) return true;
        return false;
    }

    // A reading of the path is reserved, in any case of its letters, and the path as sent is not.
    private bool IsLikeReserved(HttpRequest request, ReadOnlySpan<char> sent, ReadOnlySpan<char> reading)
        => IsReserved(request, reading, StringComparison.OrdinalIgnoreCase) && !IsReserved(request, sent, StringComparison.Ordinal);

    private bool IsReserved(HttpRequest request, ReadOnlySpan<char> path, StringComparison comparison)
    {
        foreach (IReservedPaths paths in _reserved)
            if (paths.Names(request, path, comparison)) return true;
        return false;
    }

    // To many servers a slash at the end makes no difference.
    private static ReadOnlySpan<char> Trimmed(ReadOnlySpan<char> path) => path.Length > 1 ? path.TrimEnd('/') : path;
}
