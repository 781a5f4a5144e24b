using Docker.DotNet;
using Docker.DotNet.Models;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Networks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.EndToEnd.Containers;

/// <summary>The container engine that Testcontainers uses.</summary>
internal static class ContainerEngine
{
    public static DockerClient Client()
        => TestcontainersSettings.OS.DockerEndpointAuthConfig.GetDockerClientBuilder(Guid.NewGuid()).Build();

    /// <summary>A network of its own, made.</summary>
    public static async Task<INetwork> NewNetworkAsync()
    {
        INetwork network = new NetworkBuilder().WithLogger(NullLogger.Instance).Build();
        await network.CreateAsync();
        return network;
    }

    public static async Task DisconnectAsync(string container, string network)
    {
        using DockerClient client = Client();
        await client.Networks.DisconnectNetworkAsync(network, new NetworkDisconnectParameters { Container = container });
    }
}
