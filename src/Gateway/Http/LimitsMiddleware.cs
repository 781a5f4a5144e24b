namespace Gateway.Http;

/// <summary>The limits alone, for the management listener; on the others they are part of the hygiene.</summary>
internal sealed class LimitsMiddleware(RequestDelegate next, RequestLimits limits, RefusalWriter refusals)
{
    public Task InvokeAsync(HttpContext context)
        => limits.IsTargetTooLong(context) ? refusals.WriteAsync(context, RequestLimits.TargetTooLong)
        : limits.AreHeadersTooLong(context.Request.Headers) ? refusals.WriteAsync(context, RequestLimits.HeadersTooLong)
        : next(context);
}
