using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.SessionAffinity;

namespace Gateway.Configuration;

/// <summary>YARP's <c>HashCookie</c> session affinity under its own name: the cookie holds a hash of the destination's
/// id, so that it survives restarts and is the same on every node. YARP's own needs a package that is pruned here.</summary>
internal sealed class HashCookieAffinity(TimeProvider time) : ISessionAffinityPolicy
{
    private static readonly object AlreadySet = new();

    private readonly ConditionalWeakTable<DestinationState, string> _keys = [];

    public string Name => SessionAffinityConstants.Policies.HashCookie;

    public AffinityResult FindAffinitizedDestinations(HttpContext context, ClusterState cluster, SessionAffinityConfig config, IReadOnlyList<DestinationState> destinations)
    {
        if (context.Request.Cookies[config.AffinityKeyName] is not { } key) return new(null, AffinityStatus.AffinityKeyNotSet);
        foreach (DestinationState destination in destinations)
        {
            if (Key(destination) != key) continue;
            context.Items[AlreadySet] = AlreadySet;
            return new(destination, AffinityStatus.OK);
        }
        return new(null, AffinityStatus.DestinationNotFound);
    }

    public void AffinitizeResponse(HttpContext context, ClusterState cluster, SessionAffinityConfig config, DestinationState destination)
    {
        if (context.Items.ContainsKey(AlreadySet)) return;
        SessionAffinityCookieConfig cookie = config.Cookie ?? new();
        context.Response.Cookies.Append(config.AffinityKeyName, Key(destination), new CookieOptions
        {
            Path = cookie.Path ?? "/",
            SameSite = cookie.SameSite ?? SameSiteMode.Unspecified,
            HttpOnly = cookie.HttpOnly ?? true,
            MaxAge = cookie.MaxAge,
            Domain = cookie.Domain,
            IsEssential = cookie.IsEssential ?? false,
            Secure = cookie.SecurePolicy == CookieSecurePolicy.Always || cookie.SecurePolicy == CookieSecurePolicy.SameAsRequest && context.Request.IsHttps,
            Expires = cookie.Expiration is { } expiration ? time.GetUtcNow() + expiration : null,
        });
    }

    private string Key(DestinationState destination) => _keys.GetValue(destination, static state =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(state.DestinationId.ToLowerInvariant())).AsSpan(0, 8)));
}
