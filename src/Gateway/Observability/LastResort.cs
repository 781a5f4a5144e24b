namespace Gateway.Observability;

/// <summary>What nothing else has caught: a plain 500 problem without a word about the inside, and the whole story in the log.
/// Also says "your request could not be read" for what Kestrel finds out only while a body is read.</summary>
internal sealed partial class LastResort(RequestDelegate next, ILogger<LastResort> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException bad) when (!context.Response.HasStarted)
        {
            await Write(context, bad.StatusCode, "The request cannot be read.");
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; nobody waits for an answer.
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            Failed(logger, error, context.Request.Method, context.GetEndpoint()?.DisplayName);
            await Write(context, StatusCodes.Status500InternalServerError, "Something is wrong with the gateway; its log tells more.");
        }
    }

    private static Task Write(HttpContext context, int status, string detail)
    {
        context.Response.Clear();
        return Management.ProblemAnswer.Write(context, status, detail);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A request failed: {Method} {Endpoint}")]
    private static partial void Failed(ILogger logger, Exception error, string method, string? endpoint);
}
