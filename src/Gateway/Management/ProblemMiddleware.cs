using Gateway.Credentials;
using Gateway.Revocation;
using Gateway.Store;
using Microsoft.Extensions.Primitives;

namespace Gateway.Management;

/// <summary>Makes problem+json of whatever goes wrong in a management call, so that no caller ever sees a stack trace.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, RequestLimits limits, ILogger<ProblemMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        try
        {
            Bound(context.Request);
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null, ContentType: null })
                await ProblemAnswer.Write(context, context.Response.StatusCode, Explain(context));
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            (int status, string? detail) = error switch
            {
                CallRefusedException refused => (refused.Status, refused.Message),
                BadHttpRequestException bad => (bad.StatusCode, "The request cannot be read."),
                InvalidRevocationException invalid => (StatusCodes.Status400BadRequest, invalid.Message),
                IdempotencyConflictException conflict => (StatusCodes.Status422UnprocessableEntity, conflict.Message + " Use a new key for a new request."),
                StoreUnavailableException store => (StatusCodes.Status503ServiceUnavailable, store.Message),
                OperationCanceledException when context.RequestAborted.IsCancellationRequested => (StatusCodes.Status499ClientClosedRequest, null),
                _ => (StatusCodes.Status500InternalServerError, "Something is wrong with the gateway; its log tells more."),
            };
            if (status == StatusCodes.Status500InternalServerError) Failed(logger, error, context.Request.Method, context.GetEndpoint()?.DisplayName);
            context.Response.Clear();
            context.Response.Headers.CacheControl = "no-store";
            if (status == StatusCodes.Status503ServiceUnavailable) context.Response.Headers.RetryAfter = "1";
            if (status != StatusCodes.Status499ClientClosedRequest) await ProblemAnswer.Write(context, status, detail);
        }
    }

    private void Bound(HttpRequest request)
    {
        if (request.Path.Value?.Length + request.QueryString.Value?.Length > limits.Target) throw new CallRefusedException(StatusCodes.Status414UriTooLong, $"Path and query are longer than {limits.Target} characters together.");
        int length = 0;
        foreach ((string name, StringValues values) in request.Headers)
            foreach (string? value in values) length += name.Length + (value?.Length ?? 0);
        if (length > limits.Headers) throw new CallRefusedException(StatusCodes.Status431RequestHeaderFieldsTooLarge, $"The headers are longer than {limits.Headers} characters together.");
    }

    private static string? Explain(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => "There is nothing at this path. The document at /openapi/v1.json lists what there is.",
        StatusCodes.Status405MethodNotAllowed => $"This path does not take {(context.Request.Method.Length > 20 ? "this method" : context.Request.Method)}. The Allow header lists what it takes.",
        StatusCodes.Status415UnsupportedMediaType => "Send application/json.",
        _ => null,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "A management call failed: {Method} {Endpoint}")]
    private static partial void Failed(ILogger logger, Exception error, string method, string? endpoint);
}
