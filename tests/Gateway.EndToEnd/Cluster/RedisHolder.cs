namespace Gateway.EndToEnd.Cluster;

internal sealed class RedisHolder : IAsyncDisposable
{
    public required Gateway.EndToEnd.Support.RedisProcess Redis { get; init; }

    public static async Task<RedisHolder> StartAsync() => new() { Redis = await Gateway.EndToEnd.Support.RedisProcess.StartAsync() };

    public ValueTask DisposeAsync() => Redis.DisposeAsync();
}
