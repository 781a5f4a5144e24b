using Gateway.Http;

namespace Gateway.Management;

/// <summary>What routing answers with a bare status is told in a problem document that names the cure.</summary>
internal static class ManagementProblems
{
    public static IApplicationBuilder UseManagementProblems(this IApplicationBuilder management)
        => management.UseStatusCodePages(
            static pages => ProblemDocument.WriteAsync(pages.HttpContext,
                new Refusal(pages.HttpContext.Response.StatusCode, Explain(pages.HttpContext))));

    private static string? Explain(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => "There is nothing at this path. The document at /openapi/v1.json lists what there is.",
        StatusCodes.Status405MethodNotAllowed =>
            $"This path does not take {(context.Request.Method.Length > 20 ? "this method" : context.Request.Method)}. The Allow header "
                + "lists what it takes.",
        StatusCodes.Status415UnsupportedMediaType => "Send application/json.",
        _ => null,
    };
}
