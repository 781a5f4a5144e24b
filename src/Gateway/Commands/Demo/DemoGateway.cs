using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Commands.Demo;

/// <summary>The gateway of the demo: the same host as <c>run</c>, with a gateway.json and the embedded log in a folder.</summary>
internal sealed class DemoGateway(string folder, DemoPorts ports) : IAsyncDisposable
{
    /// <summary>Known to everybody who reads this, and good for nothing but a demo on loopback.</summary>
    public const string ManagementKey = "demo-management-key";
    public const string Realm = "main";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private WebApplication? _app;

    public string ConfigurationFile { get; } = Path.Combine(folder, "gateway.json");

    public string LogFile { get; } = Path.Combine(folder, "gateway.db");

    /// <exception cref="Configuration.InvalidConfigurationException">The demo's own configuration is wrong.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        await File.WriteAllTextAsync(ConfigurationFile, Settings().ToJsonString(Indented), cancellation);
        // The command line outweighs the environment, where a container may say another address.
        WebApplication app = GatewayHost.Build([$"--Gateway:Management:Url={ports.ManagementUrl}"], configurationFile: ConfigurationFile);
        await app.StartAsync(cancellation);
        _app = app;
    }

    public async Task StopAsync()
    {
        if (_app is null) return;
        WebApplication app = _app;
        _app = null;
        await app.StopSoonAsync(TimeSpan.FromSeconds(3));
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private JsonObject Settings() => new()
    {
        // What the gateway has to say while all is well would only hide the steps.
        ["Logging"] = new JsonObject { ["LogLevel"] = new JsonObject { ["Default"] = "Error", ["Microsoft.Hosting.Lifetime"] = "Error",
            ["Microsoft.AspNetCore"] = "Error", ["Yarp"] = "Error", ["Yarp.ReverseProxy.Forwarder.HttpForwarder"] = "Error",
            ["System.Net.Http"] = "Error", ["Microsoft.Extensions.Hosting"] = "None" } },
        ["Kestrel"] = new JsonObject
        {
            ["Endpoints"] = new JsonObject
            {
                ["Main"] = new JsonObject { ["Url"] = ports.GatewayUrl, ["Protocols"] = "Http1" },
                // gRPC in clear text: HTTP/1.1 and HTTP/2 cannot be told apart on one port without TLS.
                ["Grpc"] = new JsonObject { ["Url"] = ports.Http2Url, ["Protocols"] = "Http2" },
            },
        },
        ["ReverseProxy"] = new JsonObject
        {
            ["Routes"] = new JsonObject
            {
                // Signing in must work with a session that is over; and the answer of signing out would end with its own session.
                ["sign-in"] = Route("/sign-in/{**rest}", new() { ["Session"] = "Ignore" }),
                ["sign-out"] = Route("/sign-out", new() { ["Session"] = "Ignore" }),
                ["app"] = Route("{**rest}", new() { ["Session"] = "Required", ["ForwardIdentity"] = "true" }),
            },
            ["Clusters"] = new JsonObject
            {
                ["app"] = new JsonObject { ["Destinations"] =
                    new JsonObject { ["one"] = new JsonObject { ["Address"] = ports.ApplicationUrl } } },
            },
        },
        ["Gateway"] = new JsonObject
        {
            ["Realms"] = new JsonObject
            {
                [Realm] = new JsonObject
                {
                    // The first two are how APIs and browsers carry a token, the others how the vendors' clients do.
                    ["Credentials"] = new JsonArray(
                        new JsonObject { ["Header"] = "Authorization", ["Scheme"] = "Bearer" },
                        new JsonObject { ["Cookie"] = DemoApplication.Cookie },
                        new JsonObject { ["Query"] = "access_token" },
                        new JsonObject { ["Header"] = "X-Auth-Token" },
                        new JsonObject { ["Header"] = "X-Session-Token" }),
                    ["Jwt"] = new JsonObject { ["Authority"] = ports.ProviderUrl, ["Audience"] = DemoProvider.Audience,
                        ["SessionIdClaims"] = new JsonArray("sid") },
                    ["Permissions"] = new JsonObject
                    {
                        ["Claims"] = new JsonArray("roles"),
                        ["Grants"] = new JsonObject { ["admin"] = new JsonArray("gateway.admin", "logout-device-management",
                            "view-device-management", "session.delete") },
                    },
                    ["SignInUrl"] = "/sign-in",
                },
            },
            ["Store"] = new JsonObject { ["Kind"] = "Sqlite", ["Path"] = LogFile },
            ["Dialects"] = new JsonObject
            {
                ["RocketChat"] = new JsonObject { ["Realm"] = Realm },
                ["Zitadel"] = new JsonObject { ["Realm"] = Realm },
                ["Ory"] = new JsonObject { ["Realm"] = Realm, ["PathPrefixes"] = new JsonArray("", "/auth"),
                    ["Cookie"] = DemoApplication.Cookie },
            },
            ["Management"] = new JsonObject
            {
                ["Url"] = ports.ManagementUrl,
                ["Keys"] = new JsonArray(new JsonObject { ["Name"] = "demo",
                    ["Sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(ManagementKey))) }),
            },
        },
    };

    private static JsonObject Route(string path, JsonObject metadata)
        => new() { ["ClusterId"] = "app", ["Match"] = new JsonObject { ["Path"] = path }, ["Metadata"] = metadata };
}
