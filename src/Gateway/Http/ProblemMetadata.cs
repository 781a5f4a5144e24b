namespace Gateway.Http;

internal static class ProblemMetadata
{
    /// <summary>Documents the errors of an endpoint, beside 401 and 403, which every one has.</summary>
    public static RouteHandlerBuilder Problems(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (int status in (ReadOnlySpan<int>)[.. statuses, StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden])
            endpoint.Produces<ProblemDocument>(status, ProblemDocument.ContentType);
        return endpoint;
    }
}
