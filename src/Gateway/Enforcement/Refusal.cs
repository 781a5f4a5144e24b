namespace Gateway.Enforcement;

/// <summary>An answer that the gateway gives instead of the backend's. It never says why or by whom a session was revoked.</summary>
/// <param name="Status">HTTP status: 400, 401, 503 and few others.</param>
/// <param name="Title">One short sentence for the problem document (RFC 9457).</param>
/// <param name="Detail">What was wrong and how to cure it; no token, no id.</param>
/// <param name="Realm">The realm whose credential was refused, where one is known: its SignInUrl and cookie.</param>
internal sealed record Refusal(int Status, string Title, string? Detail = null, string? Realm = null, TimeSpan? RetryAfter = null)
{
    /// <summary>One word for the metrics, never for the client: <c>malformed</c>, <c>missing</c>, <c>invalid</c>,
    /// <c>revoked</c>, <c>expired</c>, <c>stale</c>, <c>unavailable</c>.</summary>
    public string Cause { get; init; } = Status switch { 400 => "malformed", 401 => "invalid", 503 => "unavailable", _ => "other" };

    /// <summary>The session is over, or the token does not verify: one answer for both, so that nothing is told apart.</summary>
    public static Refusal Unauthorized(string? realm = null) => new(401, "Unauthorized", "The credential is not valid. Sign in again.", realm);

    /// <summary>The route asks for a session and the request shows none.</summary>
    public static Refusal Missing(string? realm = null) => new(401, "Unauthorized", "Sign in first.", realm) { Cause = "missing" };

    /// <summary>This node holds no usable lease, or a token cannot be verified now.</summary>
    public static Refusal Unavailable(TimeSpan retryAfter) => new(503, "Service Unavailable", "The gateway cannot tell now whether this session is good. Try again.", null, retryAfter);

    public static Refusal BadRequest(string detail) => new(400, "Bad Request", detail);
}
