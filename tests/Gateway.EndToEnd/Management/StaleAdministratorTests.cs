using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Gateway.EndToEnd.Cluster;

namespace Gateway.EndToEnd.Management;

/// <summary>A node that may not let anybody through lets no administrator in either, unless he has a management key.</summary>
public sealed class StaleAdministratorTests : IAsyncLifetime
{
    private readonly TestIssuer _issuer = new();
    private RedisProcess _redis = null!;

    public async Task InitializeAsync() => _redis = await RedisProcess.StartAsync(appendOnly: false);

    public async Task DisposeAsync()
    {
        await _redis.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_node_that_was_frozen_or_cut_off_through_the_logout_of_an_administrator_does_not_accept_him()
    {
        await using TcpRelay relay = new(_redis.Port);
        JsonObject settings = Settings(_redis.Connection);
        await using GatewayProcess whole = await GatewayProcess.StartAsync(settings);
        await using GatewayProcess lost = await GatewayProcess.StartAsync(
            settings.Set("Gateway:Store:Connection", $"127.0.0.1:{relay.Port}"));
        string first = Administrator("first"), second = Administrator("second");
        foreach (string token in (string[])[first, second]) Assert.Equal(HttpStatusCode.OK, await StatusAsync(lost, token));

        lost.Freeze();
        JsonObject answer = await whole.RevokeSessionAsync("first");
        Assert.Equal((2, 2), answer.Enforced());
        // It lies in the socket when the node goes on, before the node can have heard of anything.
        Task<HttpStatusCode> waiting = StatusAsync(lost, first);
        lost.Continue();
        Assert.NotEqual(HttpStatusCode.OK, await waiting.WithinAsync());

        await lost.ReadyAsync();
        relay.Cut(toServer: true, toClient: true);
        Assert.Equal((2, 2), (await whole.RevokeSessionAsync("second")).Enforced());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(lost, second));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(lost, GatewaySettings.ManagementKey));
        relay.Heal();
        await lost.ReadyAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(lost, second));
    }

    [Fact]
    public async Task A_node_that_starts_without_the_log_accepts_no_administrator()
    {
        JsonObject settings = Settings(_redis.Connection);
        await using GatewayProcess known = await GatewayProcess.StartAsync(settings);
        await known.RevokeSessionAsync("gone");
        await known.StopAsync();
        await _redis.Kill9Async();

        await using GatewayProcess fresh = await GatewayProcess.StartAsync(settings, ready: false);
        await Eventually.PassesAsync(async () => Assert.Equal(HttpStatusCode.OK, await StatusAsync(fresh, GatewaySettings.ManagementKey)));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(fresh, Administrator("gone")));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(fresh, Administrator("other")));
    }

    private JsonObject Settings(string connection) => GatewaySettings.For(issuer: _issuer)
        .Set("Gateway:Store:Kind", "Redis").Set("Gateway:Store:Connection", connection).Set("Gateway:Cluster:Lease", "00:00:02")
        .Set("Gateway:Cluster:AnswerWithin", "00:00:10");

    private string Administrator(string session) => _issuer.Token("carol", session, claims => claims["roles"] = new JsonArray("admin"));

    private static async Task<HttpStatusCode> StatusAsync(GatewayProcess gateway, string credential)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, gateway.ManagementUrl + "/v1/nodes");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
        using HttpResponseMessage answer = await gateway.Client.SendAsync(request);
        return answer.StatusCode;
    }
}
