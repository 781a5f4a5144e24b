using System.ComponentModel;
using Gateway.Http;
using Gateway.Store;

namespace Gateway.Management;

/// <summary><c>/v1/audit</c>: who did what, on any node.</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/audit", ListAsync).WithTags("Audit")
            .WithSummary("Who did what, newest first; other nodes' entries come within a second").Produces<PageAnswer<AuditEntry>>()
            .Problems(400, 503);
        v1.MapGet("/audit/export", Export).WithTags("Audit").WithSummary("All of the audit, newest first, as JSON lines or CSV")
            .Produces<string>(contentType: AuditExport.Lines).Problems(400, 503);
        v1.MapGet("/audit/proof", ProveAsync).WithTags("Audit")
            .WithSummary("Whether the chain of the whole audit holds; its newest hash, to be kept elsewhere")
            .Produces<AuditProofAnswer>().Problems(503);
    }

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

    private static AuditExport Export(HttpContext context, AuditLog audit, [Description("jsonl (default) or csv.")] string? format)
        => new Query(context, "format").Text("format") switch
        {
            null or "jsonl" => new AuditExport(audit, isCsv: false),
            "csv" => new AuditExport(audit, isCsv: true),
            _ => throw CallRefusedException.BadRequest("'format' must be jsonl or csv."),
        };

    private static async Task<IResult> ProveAsync(AuditLog audit, CancellationToken cancellation)
    {
        List<AuditEntry> page = [];
        Stack<AuditEntry> oldestLast = new();
        do
        {
            page = [.. await audit.ListAsync(page.Count > 0 ? page[^1].Sequence : null, AuditExport.PageSize, cancellation)];
            foreach (AuditEntry entry in page) oldestLast.Push(entry);
        }
        while (page.Count == AuditExport.PageSize);
        AuditProof proof = new();
        foreach (AuditEntry entry in oldestLast) proof.Add(entry);
        return ManagementJson.Answer(AuditProofAnswer.Of(proof));
    }
}
