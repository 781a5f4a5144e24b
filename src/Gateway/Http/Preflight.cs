namespace Gateway.Http;

/// <summary>Route metadata <c>Preflight</c>: what becomes of a CORS preflight that no policy of the route answers. Browsers send it
/// without a credential (Fetch Standard, section 4.8).</summary>
internal enum Preflight
{
    /// <summary>It goes on to the backend and needs no credential.</summary>
    Forward,

    /// <summary>It is a request like any other.</summary>
    Check,
}
