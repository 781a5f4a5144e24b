using Microsoft.AspNetCore.WebUtilities;

namespace Gateway.Management;

/// <summary>An error as the management API answers it (RFC 9457).</summary>
internal sealed record ProblemAnswer
{
    public string Type { get; init; } = "about:blank";
    public required string Title { get; init; }
    public required int Status { get; init; }
    public string? Detail { get; init; }

    public static Task Write(HttpContext context, int status, string? detail)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            new ProblemAnswer { Status = status, Title = ReasonPhrases.GetReasonPhrase(status), Detail = detail },
            ManagementJson.Default.ProblemAnswer, "application/problem+json", context.RequestAborted);
    }
}
