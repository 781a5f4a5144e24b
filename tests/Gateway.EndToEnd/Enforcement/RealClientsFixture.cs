using System.Text.Json.Nodes;

namespace Gateway.EndToEnd.Enforcement;

/// <summary>One gateway process and one backend for all the tests of a class.</summary>
public sealed class RealClientsFixture : IAsyncLifetime
{
    internal TestBackend Backend { get; private set; } = null!;
    internal TestIssuer Issuer { get; } = new();
    internal GatewayProcess Gateway { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Backend = await TestBackend.StartAsync();
        JsonObject settings = GatewaySettings.For(Backend, Issuer).Route(("Session", "Optional"));
        settings.Set("ReverseProxy:Clusters:grpc:Destinations:one:Address", Backend.Http2Url);
        settings.Set("ReverseProxy:Clusters:grpc:HttpRequest:Version", "2");
        settings.Set("ReverseProxy:Clusters:grpc:HttpRequest:VersionPolicy", "RequestVersionExact");
        settings.Set("ReverseProxy:Routes:grpc",
            new JsonObject { ["ClusterId"] = "grpc", ["Order"] = -1, ["Match"] = new JsonObject { ["Path"] = "/grpc.Test/{**rest}" },
                ["Metadata"] = new JsonObject { ["Session"] = "Required" } });
        Gateway = await GatewayProcess.StartAsync(settings, http2: true);
    }

    public async Task DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Backend.DisposeAsync();
        await Issuer.DisposeAsync();
    }
}
