namespace Gateway.EndToEnd.Cluster;

/// <summary>One Redis for the tests of a class; each takes a prefix of its own.</summary>
public sealed class RedisFixture : IAsyncLifetime
{
    private RedisServer? _redis;

    public RedisFixture() { }

    /// <summary>For a server that runs already and is not stopped here.</summary>
    internal RedisFixture(RedisServer redis) => _redis = redis;

    internal RedisServer Redis => _redis!;

    public async Task InitializeAsync() => _redis = await RedisProcess.StartAsync(appendOnly: false);

    public async Task DisposeAsync() => await Redis.DisposeAsync();
}
