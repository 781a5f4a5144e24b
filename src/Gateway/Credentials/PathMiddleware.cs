using Gateway.Dialects;
using Gateway.Enforcement;

namespace Gateway.Credentials;

/// <summary>Reading rule 14: a path that some server reads as one of another route, or as one that a dialect answers, is
/// refused. A path that everybody reads alike costs two look-overs and no allocation.</summary>
internal sealed class PathMiddleware(RequestDelegate next, RouteTable routes, DialectPaths dialects, RefusalWriter refusals)
{
    private static readonly Refusal Ambiguous = Refusal.BadRequest("Servers read this path in different ways. Send it in its plain form.");

    public Task InvokeAsync(HttpContext context)
        => context.GetEndpoint() is { } matched && IsAmbiguous(context, matched) ? refusals.Write(context, Ambiguous) : next(context);

    private bool IsAmbiguous(HttpContext context, Endpoint matched)
    {
        ReadOnlySpan<char> sent = RequestTarget.Path(context);
        HostString host = context.Request.Host;
        if (PathReadings.IsPlain(sent))
            return routes.CaseLeadsElsewhere(sent, matched) || dialects.IsOtherSpelling(host, sent, Trimmed(sent));
        if (PathReadings.Of(sent.ToString()) is not { } readings) return true;
        foreach (string reading in readings)
            if (dialects.IsOtherSpelling(host, sent, reading) || dialects.IsOtherSpelling(host, sent, Trimmed(reading)) || routes.LeadsElsewhere(context, reading, matched)) return true;
        return false;
    }

    // To many servers a slash at the end makes no difference.
    private static ReadOnlySpan<char> Trimmed(ReadOnlySpan<char> path) => path.Length > 1 ? path.TrimEnd('/') : path;
}
