using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Dialects.Ory;

/// <summary>Kratos' error object, as herodot writes it: members in its order, empty ones left out.</summary>
internal sealed record OryError(int Code, string Status, string Message, string? Reason = null)
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string? Id { get; init; }

    public static readonly OryError NoSession = new(401, "Unauthorized", "The request could not be authorized",
        "No valid session cookie found.");
    public static readonly OryError NoCredentials = new(401, "Unauthorized", "The request could not be authorized",
        "No valid session credentials found in the request.");
    public static readonly OryError CurrentSession = new(400, "Bad Request", "cannot revoke current session");
    public static readonly OryError NotFound = new(404, "Not Found", "Unable to locate the resource");
    public static readonly OryError UnknownToken = new(403, "Forbidden", "The requested action was forbidden",
        "The provided Ory Session Token could not be found, is invalid, or otherwise malformed.");
    public static readonly OryError Forbidden = new(403, "Forbidden", "The requested action was forbidden");
    public static readonly OryError Unavailable = new(503, "Service Unavailable", "The session could not be checked or ended now",
        "Nothing has changed. Try again.");
    public static readonly OryError Unknown = new(503, "Service Unavailable", "The session could not be ended now",
        "Whether it was ended is not known. Try again.");
    public static readonly OryError TooMany = new(429, "Too Many Requests", "Too many sessions were ended in a short time",
        "Nothing has changed. Try again later.");
    public static readonly OryError TooLarge = new(413, "Request Entity Too Large", "The request body is too large");
    public static readonly OryError Fault = new(500, "Internal Server Error",
        "An internal server error occurred, please contact the system administrator");

    /// <summary>Makes Herodot's general 400, with what was wrong.</summary>
    public static OryError Malformed(string? reason = null)
        => new(400, "Bad Request", "The request was malformed or contained invalid parameters", reason);

    public static OryError Unconfirmed(int sessions)
        => new(409, "Conflict", $"The request would end {sessions} sessions",
            $"Nothing has changed. If that is meant, send the header {SessionEnder.Confirmation}: {sessions}.");

    /// <summary>Gives a 400 whose message is the parser's own text.</summary>
    public static OryError BadValue(string message) => new(400, "Bad Request", message);

    public async Task WriteAsync(DialectCall call)
    {
        byte[] body = Serialize(call.Request.Headers["X-Request-ID"]);
        call.Response.StatusCode = Code;
        call.Response.ContentType = "application/json";
        call.Response.Headers["Ory-Error-Id"] = Id ?? "";
        if (Code == StatusCodes.Status503ServiceUnavailable) call.Response.Headers.RetryAfter = "1";
        call.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(call.Request.Method)) await call.Response.Body.WriteAsync(body);
    }

    private byte[] Serialize(string? request)
    {
        using MemoryStream body = new();
        using (Utf8JsonWriter json = new(body, Plain))
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            if (Id is not null) json.WriteString("id", Id);
            json.WriteNumber("code", Code);
            json.WriteString("status", Status);
            if (!string.IsNullOrEmpty(request)) json.WriteString("request", request);
            if (Reason is not null) json.WriteString("reason", Reason);
            json.WriteString("message", Message);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        body.WriteByte((byte)'\n');
        return OryJson.Escape(body.ToArray());
    }
}
