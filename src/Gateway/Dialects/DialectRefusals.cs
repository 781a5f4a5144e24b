using Gateway.Http;
using Microsoft.AspNetCore.Diagnostics;

namespace Gateway.Dialects;

/// <summary>A request that the gateway refuses before, or instead of, a dialect's own answer is refused in the vendor's form
/// all the same, where it is on a dialect's path, on either listener.</summary>
internal sealed class DialectRefusals(DialectPaths paths) : IRefusalFormatter
{
    public bool TryWrite(HttpContext context, Refusal refusal, out Task written)
    {
        DialectCall? call = ManagementListener.Serves(context)
            ? EndpointOf(context)?.Call(context)
            : paths.Find(context, static _ => Task.CompletedTask);
        written = call?.Dialect.FailAsync(call, Failure(refusal.Status)) ?? Task.CompletedTask;
        return call is not null;
    }

    // Before it lets anybody answer an exception the framework puts the endpoint away.
    private static DialectEndpoint? EndpointOf(HttpContext context)
        => (context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint)?.Metadata.GetMetadata<DialectEndpoint>();

    private static DialectFailure Failure(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => DialectFailure.Unauthenticated,
        StatusCodes.Status403Forbidden => DialectFailure.Forbidden,
        StatusCodes.Status413PayloadTooLarge => DialectFailure.TooLarge,
        StatusCodes.Status429TooManyRequests => DialectFailure.TooMany,
        StatusCodes.Status503ServiceUnavailable => DialectFailure.Unavailable,
        _ => DialectFailure.BadRequest,
    };
}
