using System.Text.Json;

namespace Gateway.Http;

// The framework's own writer is not used: it writes nothing for a client whose Accept names no JSON.
/// <summary>An error as programs read it (RFC 9457).</summary>
internal sealed record ProblemDocument
{
    public const string ContentType = "application/problem+json";

    public string Type { get; init; } = "about:blank";
    public required string Title { get; init; }
    public required int Status { get; init; }
    public string? Detail { get; init; }

    /// <summary>By which the operator finds the line in the log that says why.</summary>
    public string? TraceId { get; init; }

    /// <summary><c>unknown</c> where it cannot be told whether something has changed.</summary>
    public string? Outcome { get; init; }

    /// <summary>The fact by whose id the outcome can be asked for.</summary>
    public Guid? Id { get; init; }

    /// <summary>How many sessions it would end, where that is to be confirmed.</summary>
    public int? Sessions { get; init; }

    public static Task WriteAsync(HttpContext context, Refusal refusal)
    {
        ProblemDocument problem = new()
        {
            Title = refusal.Title, Status = refusal.Status, Detail = refusal.Detail, TraceId = Http.TraceId.Of(context),
            Outcome = refusal.Unknown is null ? null : "unknown", Id = refusal.Unknown,
            Sessions = refusal.Sessions,
        };
        byte[] body = JsonSerializer.SerializeToUtf8Bytes(problem, ProblemJson.Default.ProblemDocument);
        HttpResponse response = context.Response;
        response.StatusCode = refusal.Status;
        response.ContentType = ContentType;
        response.ContentLength = body.Length;
        response.Headers.XContentTypeOptions = "nosniff";
        // Not cancelled when the client goes away: the server lets go of it quietly then.
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body).AsTask();
    }
}
