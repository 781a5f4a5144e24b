namespace Gateway.EndToEnd.Support;

public sealed class SupportTests
{
    [Fact]
    public async Task Redis_keeps_what_it_has_answered_through_a_kill_and_loses_it_on_request()
    {
        await using RedisProcess redis = await RedisProcess.StartAsync();
        Assert.Equal("OK", await redis.CommandAsync("SET", "k", "grüße"));
        await redis.Kill9Async();
        await redis.RestartAsync();
        Assert.Equal("grüße", await redis.CommandAsync("GET", "k"));
        await redis.RestartAsync(keepData: false);
        Assert.Null(await redis.CommandAsync("GET", "k"));
    }

    [Fact]
    public async Task A_frozen_process_answers_after_it_goes_on()
    {
        await using RedisProcess redis = await RedisProcess.StartAsync(appendOnly: false);
        await redis.FreezeAsync();
        Task<string?> answer = redis.CommandAsync("PING");
        await Assert.ThrowsAsync<TimeoutException>(() => answer.WithinAsync(TimeSpan.FromMilliseconds(200)));
        await redis.ContinueAsync();
        Assert.Equal("PONG", await answer.WithinAsync());
    }

    [Fact]
    public async Task The_built_gateway_runs_as_a_process_and_proxies()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(GatewaySettings.For(backend, issuer));
        using HttpResponseMessage answer = await gateway.GetAsync("/hello", issuer.Token());
        Assert.True(answer.IsSuccessStatusCode, gateway.Output);
        await gateway.Kill9Async();
        await gateway.RestartAsync();
        Assert.True((await gateway.GetAsync("/hello", issuer.Token())).IsSuccessStatusCode);
        Assert.Equal(0, await gateway.StopAsync());
    }
}
