using System.Globalization;
using System.Text.Json;
using Gateway.Store;

namespace Gateway.Management;

/// <summary>All entries of the audit, newest first, page by page, as it is read from the store.</summary>
internal sealed class AuditExport(AuditLog audit, bool isCsv) : IResult
{
    public const string Lines = "application/jsonl";
    public const int PageSize = 1000;

    public async Task ExecuteAsync(HttpContext context)
    {
        // The first page before the answer begins: a store that is away is told as that.
        IReadOnlyList<AuditEntry> page = await audit.ListAsync(null, PageSize, context.RequestAborted);
        context.Response.ContentType = isCsv ? "text/csv; charset=utf-8" : Lines;
        if (isCsv) await context.Response.WriteAsync("sequence,at,actor,action,target,outcome,address,detail,trace,hash\r\n");
        while (true)
        {
            foreach (AuditEntry entry in page)
                await context.Response.WriteAsync(isCsv ? Row(entry)
                    : JsonSerializer.Serialize(entry, ManagementJson.Default.AuditEntry) + "\n", context.RequestAborted);
            if (page.Count < PageSize) return;
            page = await audit.ListAsync(page[^1].Sequence, PageSize, context.RequestAborted);
        }
    }

    private static string Row(AuditEntry entry) => string.Join(',', ((string?[])[
        entry.Sequence.ToString(CultureInfo.InvariantCulture), entry.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        entry.Actor, entry.Action, entry.Target, entry.Outcome, entry.Address, entry.Detail, entry.Trace, entry.Hash]).Select(Cell))
        + "\r\n";

    // RFC 4180 section 2; and no cell is a formula to a spreadsheet.
    private static string Cell(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        string shown = text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + text : text;
        return shown.AsSpan().IndexOfAny(",\"\r\n") < 0 ? shown : $"\"{shown.Replace("\"", "\"\"")}\"";
    }
}
