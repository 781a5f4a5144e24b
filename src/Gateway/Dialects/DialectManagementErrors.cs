using Gateway.Management;

namespace Gateway.Dialects;

/// <summary>What the management listener refuses before a dialect's call runs, a missing key above all, is answered in
/// the vendor's form there too.</summary>
internal sealed class DialectManagementErrors(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<DialectEndpoint>() is not { } endpoint)
        {
            await next(context);
            return;
        }
        try
        {
            await next(context);
        }
        catch (CallRefusedException refused) when (!context.Response.HasStarted)
        {
            await endpoint.Dialect.Fail(endpoint.Call(context), DialectRefusals.Failure(refused.Status));
        }
    }
}

/// <summary>Metadata of an endpoint of the management listener that is a dialect's.</summary>
internal sealed record DialectEndpoint(Dialect Dialect, DialectRoute Route)
{
    public DialectCall Call(HttpContext context)
        => new(Dialect, Route, context, context.Request.RouteValues.Values.FirstOrDefault() as string ?? "", static _ => Task.CompletedTask);
}
