using System.Text.Json;
using Gateway.Http;
using Gateway.Logout;
using Gateway.Revocation;

namespace Gateway.Management;

/// <summary><c>/v1/events</c>: revocations and reinstatements as this node applies them, as server-sent events. The id of an
/// event is its place in the log, so that a reader who reconnects with Last-Event-ID misses nothing and gets nothing twice.</summary>
internal static class EventFeed
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public static void MapEvents(this IEndpointRouteBuilder v1)
        => v1.MapGet("/events", StreamAsync).WithTags("Events")
            .WithSummary("Live feed of revocations and reinstatements (server-sent events)")
            .WithDescription("Starts now, or after the event that Last-Event-ID names.").Produces<string>(contentType: "text/event-stream")
            .Problems(400);

    private static async Task StreamAsync(HttpContext context, FactFeed feed, ManagementKeys keys)
    {
        LogPosition? after = Start(context);
        CancellationToken ends = context.RequestAborted;
        context.Response.ContentType = "text/event-stream";
        await WriteAsync(context, ": the feed begins\n\n", ends);
        try
        {
            await foreach (IReadOnlyList<LogEntry> page in feed.FollowAsync(after, Heartbeat, ends))
            {
                if (!await IsKeyGoodAsync(context, keys, ends)) return;
                if (page.Count == 0) await WriteAsync(context, ":\n\n", ends);
                foreach (LogEntry entry in page) await WriteAsync(context, Event(entry), ends);
            }
        }
        catch (OperationCanceledException) { /* the reader has gone, his session has ended, or the gateway stops */ }
        catch (StoreUnavailableException) { /* the reader comes back with its Last-Event-ID */ }
    }

    // A session is a live connection and is ended; a key that was removed is noticed here.
    private static async ValueTask<bool> IsKeyGoodAsync(HttpContext context, ManagementKeys keys, CancellationToken cancellation)
        => context.Features.Get<PresentedKey>() is not { } key || await keys.HasAsync(key.Name, cancellation);

    private static string Event(LogEntry entry) => entry.Fact switch
    {
        Fact.Revocation revocation => Event(entry.Position, "revocation",
            JsonSerializer.Serialize(RevocationAnswer.Of(revocation, entry.Position), ManagementJson.Default.RevocationAnswer)),
        Fact.Reinstatement reinstatement => Event(entry.Position, "reinstatement",
            JsonSerializer.Serialize(ReinstatementAnswer.Of(reinstatement, entry.Position), ManagementJson.Default.ReinstatementAnswer)),
        _ => "",
    };

    private static string Event(LogPosition position, string kind, string data) => $"id: {position}\nevent: {kind}\ndata: {data}\n\n";

    private static LogPosition? Start(HttpContext context)
    {
        if (context.Request.Headers["Last-Event-ID"] is not [{ Length: > 0 } last]) return null;
        int slash = last.LastIndexOf('/');
        return slash >= 0 && long.TryParse(last.AsSpan(slash + 1), out long number) && number >= 0
            ? new(last[..slash], number)
            : throw CallRefusedException.BadRequest("Last-Event-ID is not the id of an event of this feed.");
    }

    private static async Task WriteAsync(HttpContext context, string text, CancellationToken cancellation)
    {
        await context.Response.WriteAsync(text, cancellation);
        await context.Response.Body.FlushAsync(cancellation);
    }
}
