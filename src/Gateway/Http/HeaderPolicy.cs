namespace Gateway.Http;

/// <summary>Route metadata <c>MethodOverride</c> and <c>IdentityHeaders</c>: what becomes of headers that are taken out of requests
/// unless their route allows them (reading rules 16 and 18).</summary>
internal enum HeaderPolicy
{
    Drop,

    /// <summary>They go on as they came.</summary>
    Allow,
}
