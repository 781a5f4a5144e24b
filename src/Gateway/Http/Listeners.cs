using System.Net;
using Microsoft.AspNetCore.Server.Kestrel;

namespace Gateway.Http;

/// <summary>
/// Where the gateway listens. <c>Urls</c> and the management listener are brought into <c>Kestrel:Endpoints</c>, because
/// Kestrel ignores <c>Urls</c> as soon as one endpoint is configured. A connection is marked by the listener that
/// accepted it, so that no Host header can make one pass for the other.
/// </summary>
internal static class Listeners
{
    public const string ManagementEndpoint = "GatewayManagement";
    private const string DefaultUrls = "http://127.0.0.1:8080";

    public static WebApplicationBuilder AddListeners(this WebApplicationBuilder builder, string managementUrl)
    {
        Dictionary<string, string?> endpoints = new() { [$"Kestrel:Endpoints:{ManagementEndpoint}:Url"] = managementUrl };
        if (!builder.Configuration.GetSection("Kestrel:Endpoints").GetChildren().Any())
            foreach ((int number, string url) in Urls(builder.Configuration).Index())
                endpoints[$"Kestrel:Endpoints:Urls{number}:Url"] = url;
        // Urls has been translated; left in place, here and where the host has read it before, Kestrel would warn that it is overridden.
        endpoints[WebHostDefaults.ServerUrlsKey] = null;
        endpoints["http_ports"] = null;
        endpoints["https_ports"] = null;
        builder.Configuration.AddInMemoryCollection(endpoints);
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, null);
        builder.Services.AddSingleton<IStartupFilter, OnlyEndpoints>();

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            foreach (IConfigurationSection endpoint in builder.Configuration.GetSection("Kestrel:Endpoints").GetChildren())
                kestrel.ConfigurationLoader!.Endpoint(endpoint.Key, endpoint.Key == ManagementEndpoint ? OfManagement : Of);
        });
        return builder;
    }

    private static void Of(EndpointConfiguration endpoint) => endpoint.ListenOptions.Use(next => connection =>
    {
        // A socket for both families names IPv4 clients as IPv6 addresses. They are written, compared and sent on as what they are.
        if (connection.RemoteEndPoint is IPEndPoint { Address.IsIPv4MappedToIPv6: true } remote)
            connection.RemoteEndPoint = new IPEndPoint(remote.Address.MapToIPv4(), remote.Port);
        return next(connection);
    });

    private static void OfManagement(EndpointConfiguration endpoint)
    {
        Of(endpoint);
        endpoint.ListenOptions.Use(next => connection =>
        {
            connection.Features.Set(ManagementListener.Mark);
            return next(connection);
        });
    }

    /// <summary>Gives every address that is to be listened at, once <see cref="AddListeners"/> has brought them together.</summary>
    public static IEnumerable<string> Configured(IConfiguration configuration)
        => configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"] ?? "?");

    /// <summary>Gives the public listeners, each with its path in the configuration; before <see cref="AddListeners"/>.</summary>
    public static IEnumerable<(string Path, string? Url)> Public(IConfiguration configuration)
    {
        IConfigurationSection[] endpoints = [.. configuration.GetSection("Kestrel:Endpoints").GetChildren()];
        return endpoints.Length == 0
            ? Urls(configuration).Select(url => ("Urls", (string?)url))
            : endpoints.Select(endpoint => (endpoint.Path + ":Url", endpoint["Url"]));
    }

    /// <summary>
    /// Gives the public addresses, as ASP.NET Core reads them: <c>Urls</c>, else <c>HTTP_PORTS</c> and <c>HTTPS_PORTS</c>.
    /// </summary>
    public static IReadOnlyList<string> Urls(IConfiguration configuration)
    {
        const StringSplitOptions options = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        if (configuration[WebHostDefaults.ServerUrlsKey]?.Split(';', options) is { Length: > 0 } urls) return urls;
        IEnumerable<string> Ports(string key, string scheme)
            => (configuration[key] ?? "").Split(';', options).Select(port => $"{scheme}://*:{port}");
        string[] ports = [.. Ports("http_ports", "http"), .. Ports("https_ports", "https")];
        return ports.Length > 0 ? ports : [DefaultUrls];
    }
}
