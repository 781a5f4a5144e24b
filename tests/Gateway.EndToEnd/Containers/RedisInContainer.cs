using DotNet.Testcontainers.Networks;
using Microsoft.Extensions.Logging.Abstractions;
using Testcontainers.Redis;

namespace Gateway.EndToEnd.Containers;

/// <summary>Redis in a container: paused, stopped and started again, or cut off from its network, as a test wants.</summary>
internal sealed class RedisInContainer : RedisServer
{
    private readonly RedisContainer _container;
    private readonly INetwork? _network;

    private RedisInContainer(RedisContainer container, INetwork? network) => (_container, _network) = (container, network);

    public override string Host => _container.Hostname;

    /// <summary>Where it is published; a start gives it another one.</summary>
    public override int Port => _container.GetMappedPublicPort(RedisBuilder.RedisPort);

    /// <param name="network">What it is attached to; the engine's own when null.</param>
    /// <param name="alias">Its name in that network.</param>
    /// <param name="port">Where it is published; null takes any port.</param>
    /// <param name="arguments">More arguments of redis-server.</param>
    public static async Task<RedisInContainer> StartAsync(string image, INetwork? network = null, string? alias = null, int? port = null,
        params string[] arguments)
    {
        RedisBuilder builder = new RedisBuilder(image).WithLogger(NullLogger.Instance)
            .WithCommand(["redis-server", "--maxmemory-policy", "noeviction", .. arguments]);
        if (network is not null) builder = builder.WithNetwork(network);
        if (alias is not null) builder = builder.WithNetworkAliases(alias);
        if (port is { } fixedPort) builder = builder.WithPortBinding(fixedPort, RedisBuilder.RedisPort);
        RedisContainer container = builder.Build();
        await container.StartAsync();
        return new(container, network);
    }

    public override Task FreezeAsync() => _container.PauseAsync();

    public override Task ContinueAsync() => _container.UnpauseAsync();

    public Task StopAsync() => _container.StopAsync();

    public Task StartAgainAsync() => _container.StartAsync();

    /// <summary>Pulls its cable; it runs on and knows nothing of it.</summary>
    public Task CutOffAsync() => ContainerEngine.DisconnectAsync(_container.Id, _network!.Name);

    public Task ReconnectAsync() => _container.ConnectAsync(_network!);

    public override ValueTask DisposeAsync() => _container.DisposeAsync();
}
