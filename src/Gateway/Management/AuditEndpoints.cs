using System.ComponentModel;
using Gateway.Http;
using Gateway.Store;

namespace Gateway.Management;

/// <summary><c>/v1/audit</c>: who did what, on any node.</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder v1)
        => v1.MapGet("/audit", ListAsync).WithTags("Audit")
            .WithSummary("Who did what, newest first; other nodes' entries come within a second").Produces<PageAnswer<AuditEntry>>()
            .Problems(400, 503);

    private static async Task<IResult> ListAsync(
        HttpContext context, AuditLog audit,
        [Description("1 to 1000, default 100.")] string? count,
        [Description("The 'next' of the page before.")] string? after, CancellationToken cancellation)
    {
        Query query = new(context, "count", "after");
        int wanted = query.Count();
        IReadOnlyList<AuditEntry> page = await audit.ListAsync(query.Number("after"), wanted + 1, cancellation);
        return ManagementJson.Answer(new PageAnswer<AuditEntry>([.. page.Take(wanted)],
            page.Count > wanted ? page[wanted - 1].Sequence.ToString() : null));
    }
}
