namespace Gateway.Http;

/// <summary>Refusals of gRPC calls: a status that every client library understands.</summary>
internal sealed class GrpcRefusals : IRefusalFormatter
{
    public bool TryWrite(HttpContext context, Refusal refusal, out Task written)
    {
        written = Task.CompletedTask;
        if (GrpcKind.Of(context.Request.ContentType) is GrpcKind.None) return false;
        // "Trailers-only": the status stands in the headers, and nothing follows.
        HttpResponse response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = GrpcKind.Echo(context.Request.ContentType!);
        response.Headers["grpc-status"] = StatusOf(refusal.Status);
        response.Headers["grpc-message"] = refusal.Title;
        return true;
    }

    /// <summary>Gives the gRPC status code that says the same as an HTTP status (gRPC's http-grpc-status-mapping.md, where 400 and 413 are
    /// said more exactly).</summary>
    public static string StatusOf(int http) => http switch
    {
        StatusCodes.Status400BadRequest => "3",
        StatusCodes.Status401Unauthorized => "16",
        StatusCodes.Status403Forbidden => "7",
        StatusCodes.Status404NotFound or StatusCodes.Status501NotImplemented => "12",
        StatusCodes.Status413PayloadTooLarge => "8",
        StatusCodes.Status502BadGateway or StatusCodes.Status503ServiceUnavailable or StatusCodes.Status504GatewayTimeout => "14",
        _ => "2",
    };
}
