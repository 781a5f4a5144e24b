using Gateway.Cluster;

namespace Gateway.Management;

internal sealed record HealthAnswer(string Status);

/// <summary>Whether traffic may be sent here, and why not.</summary>
internal sealed record ReadyAnswer(bool Ready, IReadOnlyList<string> Reasons);

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: traffic may be sent here. Neither needs a key.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/healthz", () => ManagementJson.Answer(new HealthAnswer("ok"))).WithMetadata(NoKeyNeeded.Mark)
            .WithTags("Health").WithSummary("The process answers").Produces<HealthAnswer>();
        endpoints.MapGet("/readyz", Ready).WithMetadata(NoKeyNeeded.Mark)
            .WithTags("Health").WithSummary("Whether traffic may be sent here, and why not").Produces<ReadyAnswer>().Produces<ReadyAnswer>(StatusCodes.Status503ServiceUnavailable);
    }

    private static IResult Ready(ClusterStatus status)
    {
        IReadOnlyList<string> reasons = status.Reasons();
        bool ready = reasons.Count == 0;
        return ManagementJson.Answer(new ReadyAnswer(ready, reasons), ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
