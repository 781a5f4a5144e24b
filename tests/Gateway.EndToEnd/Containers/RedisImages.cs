using System.Collections.Concurrent;
using Docker.DotNet;
using DotNet.Testcontainers.Builders;

namespace Gateway.EndToEnd.Containers;

/// <summary>
/// One container of each Redis image that <c>GATEWAY_TEST_REDIS_IMAGES</c> names (with commas between; default redis:7.4),
/// started when a test first asks for it. Where there is no container engine, or an image cannot be had, the test is skipped
/// with the engine's own words; with <c>GATEWAY_REQUIRE_CONTAINERS=1</c> it fails.
/// </summary>
public sealed class RedisImages : IAsyncLifetime
{
    private static readonly bool Required = Environment.GetEnvironmentVariable("GATEWAY_REQUIRE_CONTAINERS") is "1";

    private readonly ConcurrentDictionary<string, Lazy<Task<RedisInContainer>>> _containers = new();

    public static IReadOnlyList<string> Names { get; } =
        (Environment.GetEnvironmentVariable("GATEWAY_TEST_REDIS_IMAGES") is { Length: > 0 } names ? names : "redis:7.4")
        .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>For a theory that runs with each.</summary>
    public static TheoryData<string> Each => [.. Names];

    /// <summary>The container that the tests of an image share.</summary>
    /// <exception cref="SkipException">It cannot be had here.</exception>
    internal async Task<RedisInContainer> SharedAsync(string image)
    {
        try
        {
            return await _containers.GetOrAdd(image, name => new(() => RedisInContainer.StartAsync(name))).Value;
        }
        catch (Exception error) when (!Required && error is DockerUnavailableException or DockerApiException)
        {
            throw new SkipException(error.Message.ReplaceLineEndings(" "));
        }
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (Lazy<Task<RedisInContainer>> container in _containers.Values)
            if (container.Value.IsCompletedSuccessfully) await container.Value.Result.DisposeAsync();
    }
}
