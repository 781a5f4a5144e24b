using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.TwoFactor;

namespace Gateway.Dialects.RocketChat;

/// <summary>An answer as Rocket.Chat writes it: which keys, in which order.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The whole JSON text.</param>
internal sealed record RocketChatAnswer(int Status, ReadOnlyMemory<byte> Body)
{
    private const string NotLoggedIn = "You must be logged in to do this.";

    // Like JSON.stringify, which leaves quotes and letters beyond ASCII as they are.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static readonly RocketChatAnswer Unauthorized = Of(401, json =>
    {
        json.WriteBoolean("success", false);
        json.WriteString("error", NotLoggedIn);
        json.WriteString("status", "error");
        json.WriteString("message", NotLoggedIn);
    });

    public static readonly RocketChatAnswer Forbidden = Error(403,
        "User does not have the permissions required for this action [error-unauthorized]");
    public static readonly RocketChatAnswer NotFound = Error(404, "Session not found");
    public static readonly RocketChatAnswer InvalidSortKeys = Error(400, "error-invalid-sort-keys");
    public static readonly RocketChatAnswer BadRequest = Error(400, "The request could not be read", "error-bad-request");
    public static readonly RocketChatAnswer TooLarge = Error(413, "The request is too large", "error-too-large");
    public static readonly RocketChatAnswer Unavailable = Error(503, "Service unavailable, nothing was changed. Try again.",
        "error-service-unavailable");
    public static readonly RocketChatAnswer Unknown = Error(503, "Service unavailable, whether it was changed is not known. Try again.",
        "error-service-unavailable");
    public static readonly RocketChatAnswer MailNotSent = Error(503, "The code could not be sent by e-mail. Try again later.",
        "error-email-send-failed");
    public static readonly RocketChatAnswer Fault = Error(500, "Internal server error", "error-internal");

    /// <param name="seconds">How long to wait.</param>
    public static RocketChatAnswer TooManyRequests(long seconds) => Error(429, string.Create(CultureInfo.InvariantCulture,
        $"Error, too many requests. Please slow down. You must wait {seconds} seconds before trying this endpoint again. "
            + $"[error-too-many-requests]"));

    public static RocketChatAnswer Unconfirmed(int sessions) => Error(400,
        $"This would end {sessions} sessions. If that is meant, send the header {SessionEnder.Confirmation}: {sessions}",
        "error-confirmation-required");

    public static RocketChatAnswer InvalidParameters(string message) => Error(400, message, "invalid-params");

    public static RocketChatAnswer InvalidSort(string sort)
        => Error(400, $"Invalid sort parameter provided: \"{sort}\"", "error-invalid-sort");

    /// <summary>Gives a second factor is wanted: none was sent, it was wrong, or it was tried too often.</summary>
    public static RocketChatAnswer Challenge(FactorOutcome outcome)
    {
        (string reason, string code) = outcome.Verdict switch
        {
            FactorVerdict.Required => ("TOTP Required", "totp-required"),
            FactorVerdict.TooManyAttempts => ("TOTP Maximun Failed Attempts Reached", "totp-max-attempts"), // the vendor's spelling
            _ => ("TOTP Invalid", "totp-invalid"),
        };
        return Of(400, json =>
        {
            json.WriteBoolean("success", false);
            json.WriteString("error", $"{reason} [{code}]");
            json.WriteString("errorType", code);
            json.WriteStartObject("details");
            json.WriteString("method", outcome.Method);
            json.WriteBoolean("codeGenerated", outcome.CodeSent);
            if (outcome.Address is not null) json.WriteString("emailOrUsername", outcome.Address);
            if (outcome.CodeExpires is { } expires) json.WriteString("codeExpires", Instant(expires));
            json.WriteStartArray("availableMethods");
            foreach (string method in outcome.Available) json.WriteStringValue(method);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    public static RocketChatAnswer Success(Action<Utf8JsonWriter> members) => Of(200, json =>
    {
        members(json);
        json.WriteBoolean("success", true);
    });

    /// <summary>Writes it as a JavaScript Date stands in JSON.</summary>
    public static string Instant(DateTimeOffset instant)
        => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public async Task WriteAsync(HttpResponse response)
    {
        response.StatusCode = Status;
        response.ContentType = "application/json";
        response.ContentLength = Body.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.Pragma = "no-cache";
        if (Status == StatusCodes.Status503ServiceUnavailable) response.Headers.RetryAfter = "1";
        await response.Body.WriteAsync(Body, response.HttpContext.RequestAborted);
    }

    // Meteor.Error's message is the reason and the code in brackets.
    private static RocketChatAnswer Error(int status, string reason, string code) => Of(status, json =>
    {
        json.WriteBoolean("success", false);
        json.WriteString("error", $"{reason} [{code}]");
        json.WriteString("errorType", code);
    });

    private static RocketChatAnswer Error(int status, string text) => Of(status, json =>
    {
        json.WriteBoolean("success", false);
        json.WriteString("error", text);
    });

    private static RocketChatAnswer Of(int status, Action<Utf8JsonWriter> members)
    {
        using MemoryStream body = new();
        using (Utf8JsonWriter json = new(body, Plain))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return new(status, body.ToArray());
    }
}
