using System.Text.Json.Nodes;

namespace Gateway.EndToEnd.Dialects;

public sealed class ForwardTests
{
    [Fact]
    public async Task A_process_that_is_killed_tells_the_application_when_it_is_back()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        JsonObject settings = GatewaySettings.For(backend, issuer)
            .Set("Gateway:Dialects:Ory", new JsonObject { ["Realm"] = "main", ["Then"] = "Forward" });
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings);
        await backend.StopAsync();
        using (HttpRequestMessage logout = new(HttpMethod.Delete, "/sessions"))
        {
            logout.Headers.Add("X-Session-Token", issuer.Token("alice", "phone"));
            using HttpResponseMessage answer = await gateway.Client.SendAsync(logout);
            Assert.Equal(200, (int)answer.StatusCode);
        }
        await gateway.Kill9Async();
        await backend.RestartAsync();
        await gateway.RestartAsync();
        await Eventually.TrueAsync(() => backend.Requests.Any(request => request is { Method: "DELETE", Path: "/sessions" }));
    }
}
