using System.ComponentModel;
using Gateway.Http;

namespace Gateway.Management;

/// <summary><c>/v1/refusals</c>: what this node refused last.</summary>
internal static class RefusalEndpoints
{
    public static void MapRefusals(this IEndpointRouteBuilder v1)
        => v1.MapGet("/refusals", List).WithTags("Refusals")
            .WithSummary("The newest requests that this node refused, with the reason; a few hundred are remembered")
            .Produces<PageAnswer<RefusalAnswer>>().Problems(400);

    private static IResult List(
        HttpContext context, RecentRefusals refusals, RefusalLog log, [Description("1 to 1000, default 100.")] string? count)
        => ManagementJson.Answer(new PageAnswer<RefusalAnswer>(
    [
        .. refusals.Newest(new Query(context, "count").Count()).Select(refused => new RefusalAnswer
        {
            At = refused.At,
            Status = refused.Refusal.Status,
            Route = refused.Route,
            Method = RefusalReason.Shown(refused.Method),
            Path = RefusalReason.Shown(refused.Path),
            Why = log.Why(refused.Refusal),
            Address = refused.Address?.ToString(),
            Trace = refused.Trace,
        }),
    ], null));
}
