namespace Gateway.EndToEnd.Support;

public sealed class SupportTests
{
    [Fact]
    public async Task Redis_keeps_what_it_has_answered_through_a_kill_and_loses_it_on_request()
    {
        await using RedisProcess redis = await RedisProcess.Start();
        Assert.Equal("OK", await redis.Command("SET", "k", "grüße"));
        await redis.Kill9();
        await redis.Restart();
        Assert.Equal("grüße", await redis.Command("GET", "k"));
        await redis.Restart(keepData: false);
        Assert.Null(await redis.Command("GET", "k"));
    }

    [Fact]
    public async Task A_frozen_process_answers_after_it_goes_on()
    {
        await using RedisProcess redis = await RedisProcess.Start(appendOnly: false);
        await redis.Freeze();
        Task<string?> answer = redis.Command("PING");
        await Assert.ThrowsAsync<TimeoutException>(() => answer.Within(TimeSpan.FromMilliseconds(200)));
        await redis.Continue();
        Assert.Equal("PONG", await answer.Within());
    }

    [Fact]
    public async Task The_built_gateway_runs_as_a_process_and_proxies()
    {
        await using TestBackend backend = await TestBackend.Start();
        await using TestIssuer issuer = new();
        await using GatewayProcess gateway = await GatewayProcess.Start(GatewaySettings.For(backend, issuer));
        using HttpResponseMessage answer = await gateway.Get("/hello", issuer.Token());
        Assert.True(answer.IsSuccessStatusCode, gateway.Output);
        await gateway.Kill9();
        await gateway.Restart();
        Assert.True((await gateway.Get("/hello", issuer.Token())).IsSuccessStatusCode);
        Assert.Equal(0, await gateway.Stop());
    }
}
