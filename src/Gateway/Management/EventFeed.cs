using System.Text.Json;
using Gateway.Cluster;
using Gateway.Http;
using Gateway.Revocation;

namespace Gateway.Management;

/// <summary><c>/v1/events</c>: revocations and reinstatements as this node applies them, as server-sent events. The id of an
/// event is its place in the log, so that a reader who reconnects with Last-Event-ID misses nothing and gets nothing twice.</summary>
internal static class EventFeed
{
    private const int PageSize = 200;
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    public static void MapEvents(this IEndpointRouteBuilder v1)
        => v1.MapGet("/events", StreamAsync).WithTags("Events")
            .WithSummary("Live feed of revocations and reinstatements (server-sent events)")
            .WithDescription("Starts now, or after the event that Last-Event-ID names.").Produces<string>(contentType: "text/event-stream")
            .Problems(400);

    private static async Task StreamAsync(HttpContext context, IRevocationLog log, LogFollower follower, ManagementKeys keys,
        TimeProvider time)
    {
        LogPosition at = Start(context) ?? follower.Applied;
        CancellationToken ends = context.RequestAborted;
        context.Response.ContentType = "text/event-stream";
        await WriteAsync(context, ": the feed begins\n\n", ends);
        try
        {
            while (true)
            {
                if (!await IsKeyGoodAsync(context, keys, ends)) return;
                at = await SendAsync(context, log, at, ends);
                Task changed = follower.WaitForAsync(at with { Number = at.Number + 1 }, CancellationToken.None);
                while (await Task.WhenAny(changed, Task.Delay(Heartbeat, time, ends)) != changed)
                {
                    ends.ThrowIfCancellationRequested();
                    if (!await IsKeyGoodAsync(context, keys, ends)) return;
                    await WriteAsync(context, ":\n\n", ends);
                    // A new epoch counts from its own beginning.
                    if (follower.Applied.Epoch != at.Epoch) break;
                }
            }
        }
        catch (OperationCanceledException) { /* the reader has gone, his session has ended, or the gateway stops */ }
        catch (StoreUnavailableException) { /* the reader comes back with its Last-Event-ID */ }
    }

    // A session is a live connection and is ended; a key that was removed is noticed here.
    private static async ValueTask<bool> IsKeyGoodAsync(HttpContext context, ManagementKeys keys, CancellationToken cancellation)
        => context.Features.Get<PresentedKey>() is not { } key || await keys.HasAsync(key.Name, cancellation);

    private static async Task<LogPosition> SendAsync(HttpContext context, IRevocationLog log, LogPosition at,
        CancellationToken cancellation)
    {
        while (true)
        {
            LogPage page;
            try
            {
                page = await log.ReadFromAsync(at, PageSize, cancellation);
            }
            catch (EpochEndedException)
            {
                // The log was begun anew: its facts are told again from the beginning, under new ids.
                LogPosition head = await log.HeadAsync(cancellation);
                at = head with { Number = 0 };
                continue;
            }
            foreach (LogEntry entry in page.Entries) await WriteAsync(context, Event(entry), cancellation);
            at = page.Next;
            if (page.End) return at;
        }
    }

    private static string Event(LogEntry entry) => entry.Fact switch
    {
        Fact.Revocation revocation =>
            $"id: {entry.Position}\nevent: "
                + $"revocation\ndata: {JsonSerializer.Serialize(RevocationAnswer.Of(revocation, entry.Position), ManagementJson.Default.RevocationAnswer)}\n\n",
        Fact.Reinstatement reinstatement =>
            $"id: {entry.Position}\nevent: "
                + $"reinstatement\ndata: {JsonSerializer.Serialize(ReinstatementAnswer.Of(reinstatement, entry.Position), ManagementJson.Default.ReinstatementAnswer)}\n\n",
        _ => "",
    };

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
