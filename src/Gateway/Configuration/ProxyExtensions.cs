using Yarp.ReverseProxy.SessionAffinity;

namespace Gateway.Configuration;

internal static class ProxyExtensions
{
    /// <summary>YARP as this gateway runs it, on its own untouched section <c>ReverseProxy</c>.</summary>
    public static IReverseProxyBuilder AddProxy(this IServiceCollection services, IConfiguration configuration)
    {
        IReverseProxyBuilder proxy = services.AddReverseProxy().LoadFromConfig(configuration.GetSection("ReverseProxy"));
        ServiceDescriptor theirs = services.Single(service => service.ServiceType == typeof(ISessionAffinityPolicy) && service.ImplementationType?.Name == "HashCookieSessionAffinityPolicy");
        services.Remove(theirs);
        services.AddSingleton<ISessionAffinityPolicy, HashCookieAffinity>();
        services.AddRequestTimeouts();
        return proxy;
    }
}
