using Gateway.Http;

namespace Gateway.Enforcement;

internal static class ProxyExtensions
{
    /// <summary>Adds YARP as this gateway runs it, on its own untouched section <c>ReverseProxy</c>.</summary>
    public static IReverseProxyBuilder AddProxy(this IServiceCollection services, IConfiguration configuration, CorsPoliciesOptions cors)
    {
        services.AddCorsPolicies(cors);
        IReverseProxyBuilder proxy = services.AddReverseProxy().LoadFromConfig(configuration.GetSection("ReverseProxy"));
        services.AddRequestTimeouts();
        return proxy;
    }
}
