using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Gateway.Credentials;

/// <summary>
/// Gives a backend the host of its own address, unless the route asks for the client's. YARP does so by comparing two
/// spellings of the client's Host, which differ for an internationalised name (<c>xn--…</c>, RFC 5890); the client's then went on.
/// </summary>
internal sealed class DestinationHost : ITransformProvider
{
    public void ValidateRoute(TransformRouteValidationContext context) { }

    public void ValidateCluster(TransformClusterValidationContext context) { }

    public void Apply(TransformBuilderContext context)
    {
        if (context.Route.Transforms?.Any(
            transform => transform.TryGetValue("RequestHeaderOriginalHost", out string? wanted) && bool.TryParse(wanted, out bool original)
                && original) == true) return;
        context.AddRequestTransform(static transform =>
        {
            HttpRequest request = transform.HttpContext.Request;
            bool isClients = transform.ProxyRequest.Headers.Host is { } host && host == request.Headers.Host && host != request.Host.Value;
            if (isClients && string.IsNullOrEmpty(transform.HttpContext.GetReverseProxyFeature().ProxiedDestination?.Model.Config.Host))
                transform.ProxyRequest.Headers.Host = null;
            return default;
        });
    }
}
