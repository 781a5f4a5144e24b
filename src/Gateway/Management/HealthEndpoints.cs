using Gateway.Cluster;
using Gateway.Hosting;
using Gateway.Observability;
using Gateway.Realms;
using Gateway.Store;

namespace Gateway.Management;

/// <summary>
/// <c>/healthz</c>: the process answers. <c>/readyz</c>: traffic may be sent here. <c>/metrics</c>: its figures. None needs a key.
/// </summary>
internal static class HealthEndpoints
{
    // Some load balancers and monitors ask with HEAD.
    private static readonly string[] GetAndHead = [HttpMethods.Get, HttpMethods.Head];

    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapMethods("/healthz", GetAndHead, () => ManagementJson.Answer(new HealthAnswer("ok"))).WithMetadata(NoKeyNeeded.Mark)
            .WithTags("Health").WithSummary("The process answers").Produces<HealthAnswer>();
        endpoints.MapMethods("/readyz", GetAndHead, Ready).WithMetadata(NoKeyNeeded.Mark)
            .WithTags("Health").WithSummary("Whether traffic may be sent here, and why not").Produces<ReadyAnswer>()
            .Produces<ReadyAnswer>(StatusCodes.Status503ServiceUnavailable);
    }

    public static void MapMetrics(this IEndpointRouteBuilder endpoints)
        => endpoints.MapMethods("/metrics", GetAndHead,
            (PrometheusText metrics) => Results.Text(metrics.Write(), "text/plain; version=0.0.4; charset=utf-8"))
            .WithMetadata(NoKeyNeeded.Mark)
            .WithTags("Health").WithSummary("Metrics in Prometheus' text format").Produces<string>(contentType: "text/plain");

    private static IResult Ready(ClusterStatus status, RealmSet realms, LocalFile store, IEnumerable<StoreWarning> warnings,
        StopAnnouncement stop, LoopStates loops)
    {
        string[] reasons = [.. stop.IsMade ? ["This node is about to stop."] : Array.Empty<string>(), .. status.Reasons(),
            .. realms.States().Where(state => state.NotReady is not null).Select(state => $"Realm {state.Realm}: {state.NotReady}")];
        string[] degraded = [.. store.Trouble is { } trouble
            ? [$"The store file cannot be written, so logouts are answered 503: {trouble}"]
            : Array.Empty<string>(), .. warnings.Select(warning => warning.Now()).OfType<string>(), .. loops.Troubles()];
        bool ready = reasons.Length == 0;
        return ManagementJson.Answer(new ReadyAnswer(ready, reasons, degraded),
            ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
