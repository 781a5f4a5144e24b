namespace Gateway.Dialects;

/// <summary>Metadata of an endpoint of the management listener that is a dialect's.</summary>
internal sealed record DialectEndpoint(Dialect Dialect, DialectRoute Route)
{
    public DialectCall Call(HttpContext context)
        => new(Dialect, Route, context, context.Request.RouteValues.Values.FirstOrDefault() as string ?? "",
            static _ => Task.CompletedTask);
}
