using System.Globalization;

namespace Gateway.Http;

/// <summary>Answers a request in the gateway's own name, in the form that its client understands: the vendor's own on a
/// dialect's paths, a redirect for a browser that navigates, a status for gRPC, a problem document for everybody else.</summary>
internal sealed class RefusalWriter(IEnumerable<IRefusalFormatter> formatters, RefusalLog log)
{
    // Rooms are added from the lowest up, and the highest knows its own requests best.
    private readonly IRefusalFormatter[] _formatters = [.. formatters.Reverse()];

    /// <summary>Writes the answer, which must not have begun; whatever was prepared of it is thrown away.</summary>
    public Task WriteAsync(HttpContext context, Refusal refusal)
    {
        if (context.Features.Get<Rehearsal>() is { } rehearsal)
        {
            rehearsal.Refusal = refusal;
            return Task.CompletedTask;
        }
        log.Refused(context, refusal);
        HttpResponse response = context.Response;
        response.Clear();
        response.Headers.CacheControl = "no-store";
        if (refusal.RetryAfter is { } retry)
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(retry.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        foreach (IRefusalFormatter formatter in _formatters)
            if (formatter.TryWrite(context, refusal, out Task written)) return written;
        if (refusal.Status == StatusCodes.Status401Unauthorized) response.Headers.WWWAuthenticate = Challenge.Of(refusal);
        return ProblemDocument.WriteAsync(context, refusal);
    }
}
