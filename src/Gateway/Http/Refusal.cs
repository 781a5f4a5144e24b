using Microsoft.AspNetCore.WebUtilities;

namespace Gateway.Http;

/// <summary>An answer that the gateway gives in its own name. It never says why or by whom a session was revoked.</summary>
/// <param name="Status">HTTP status, 400 or above.</param>
/// <param name="Detail">What was wrong and how to cure it; no token, no id.</param>
/// <param name="Realm">The realm whose credential was refused, where one is known: its SignInUrl and cookie.</param>
internal sealed record Refusal(int Status, string? Detail = null, string? Realm = null, TimeSpan? RetryAfter = null)
{
    /// <summary>One word for the metrics, never for the client: <c>malformed</c>, <c>missing</c>, <c>invalid</c>,
    /// <c>revoked</c>, <c>expired</c>, <c>stale</c>, <c>unavailable</c>, <c>backend</c>, <c>other</c>.</summary>
    public string Cause { get; init; } = Status switch { 400 => "malformed", 401 => "invalid", 503 => "unavailable", _ => "other" };

    /// <summary>Rule R18: the fact of which nobody can tell now whether it was recorded; null when nothing has changed.</summary>
    public Guid? Unknown { get; init; }

    /// <summary>How many sessions it would end, where that is to be confirmed; else null.</summary>
    public int? Sessions { get; init; }

    /// <summary>The cookie that was refused; null when it was something else.</summary>
    public RefusedCookie? Cookie { get; init; }

    /// <summary>Why, for the operator alone.</summary>
    public RefusalReason? Reason { get; init; }

    /// <summary>The gateway says no; otherwise nobody could serve the request.</summary>
    public bool IsRefusal => Cause != "backend"
        && Status is < 500 and not 404 or StatusCodes.Status501NotImplemented or StatusCodes.Status503ServiceUnavailable;

    /// <summary>The status in words (RFC 9110 section 15).</summary>
    public string Title => ReasonPhrases.GetReasonPhrase(Status);

    /// <summary>Gives the session is over, or the token does not verify: one answer for both, so that nothing is told apart.</summary>
    public static Refusal Unauthorized(string? realm = null)
        => new(StatusCodes.Status401Unauthorized, "The credential is not valid. Sign in again.", realm);

    /// <summary>Gives the route asks for a session and the request shows none.</summary>
    public static Refusal Missing(string? realm = null)
        => new(StatusCodes.Status401Unauthorized, "Sign in first.", realm) { Cause = "missing" };

    /// <summary>Refuses since this node holds no usable lease, or a token cannot be verified now.</summary>
    public static Refusal Unavailable(TimeSpan retryAfter) => new(
        StatusCodes.Status503ServiceUnavailable, "The gateway cannot tell now whether this session is good. Try again.",
        RetryAfter: retryAfter);

    public static Refusal BadRequest(string detail) => new(StatusCodes.Status400BadRequest, detail);
}
