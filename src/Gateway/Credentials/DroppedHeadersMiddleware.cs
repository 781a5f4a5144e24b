using Gateway.Http;

namespace Gateway.Credentials;

/// <summary>After the route is known: gives back the headers that it allows, and counts and tells what stays out.</summary>
internal sealed partial class DroppedHeadersMiddleware(
    RequestDelegate next, IEnumerable<IReservedPaths> reserved, CredentialsMetrics metrics, TimeProvider time,
    ILogger<DroppedHeadersMiddleware> logger)
{
    private static readonly RoutePolicy OfNoRoute = new();

    private readonly IReservedPaths[] _reserved = [.. reserved];
    private readonly LineBudget _budget = new(time, most: 1, window: TimeSpan.FromMinutes(1));

    public Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<DroppedHeaders>() is { } dropped) Settle(context, dropped);
        return next(context);
    }

    private void Settle(HttpContext context, DroppedHeaders dropped)
    {
        RoutePolicy policy = context.GetEndpoint()?.Metadata.GetMetadata<RoutePolicy>() ?? OfNoRoute;
        // The application would take it for a call that the gateway has to answer.
        if (policy.MethodOverride == HeaderPolicy.Allow && IsReserved(context, dropped))
            policy = policy with { MethodOverride = HeaderPolicy.Drop };
        bool isRehearsal = context.Features.Get<Rehearsal>() is not null;
        foreach (string name in dropped.GiveBack(context.Request.Headers, policy))
        {
            if (isRehearsal) continue;
            (string known, string cure) = HeaderHygiene.Known(name);
            metrics.Dropped(known);
            string route = RefusalLog.RouteOf(context);
            if (logger.IsEnabled(LogLevel.Information) && _budget.TryTake(route, known, out long more))
                DroppedLine(logger, route, known, cure, more);
        }
    }

    private bool IsReserved(HttpContext context, DroppedHeaders dropped)
    {
        foreach (string method in dropped.Methods())
            foreach (IReservedPaths paths in _reserved)
                if (paths.Names(context.Request, method, RequestTarget.Path(context), StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    [LoggerMessage(EventId = 1100, Level = LogLevel.Information,
        Message = "Route {Route}: the header {Header} was taken out of a request. {Cure} ({More} more since the last such line)")]
    private static partial void DroppedLine(ILogger logger, string route, string header, string cure, long more);
}
