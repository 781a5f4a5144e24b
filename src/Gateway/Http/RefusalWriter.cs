using System.Globalization;

namespace Gateway.Http;

/// <summary>Answers a request in the gateway's own name, in the form that its client understands: the vendor's own on a
/// dialect's paths, a redirect for a browser that navigates, a status for gRPC, a problem document for everybody else.</summary>
internal sealed class RefusalWriter(IEnumerable<IRefusalFormatter> formatters, RefusalMetrics metrics)
{
    // Rooms are added from the lowest up, and the highest knows its own requests best.
    private readonly IRefusalFormatter[] _formatters = [.. formatters.Reverse()];

    /// <summary>The answer must not have begun; whatever was prepared of it is thrown away.</summary>
    public Task WriteAsync(HttpContext context, Refusal refusal)
    {
        // The metric counts what did not reach a backend; nothing of the management listener could have.
        if (!ManagementListener.Serves(context)) metrics.Refused(refusal.Status, refusal.Cause);
        HttpResponse response = context.Response;
        response.Clear();
        response.Headers.CacheControl = "no-store";
        if (refusal.RetryAfter is { } retry)
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(retry.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        foreach (IRefusalFormatter formatter in _formatters)
            if (formatter.TryWrite(context, refusal, out Task written)) return written;
        // RFC 6750 section 3: no error code where the request showed no credential at all.
        if (refusal.Status == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = refusal.Cause == "missing" ? "Bearer" : "Bearer error=\"invalid_token\"";
        return ProblemDocument.WriteAsync(context, refusal);
    }
}
