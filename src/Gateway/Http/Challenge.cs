namespace Gateway.Http;

/// <summary>The challenge of a 401 (RFC 6750 section 3).</summary>
internal static class Challenge
{
    /// <summary>Writes it without an error code where the request showed no credential at all.</summary>
    public static string Of(Refusal refusal) => refusal.Cause == "missing" ? "Bearer" : "Bearer error=\"invalid_token\"";
}
