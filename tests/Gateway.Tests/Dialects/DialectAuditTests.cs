using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Gateway.Store;

namespace Gateway.Tests.Dialects;

public sealed class DialectAuditTests
{
    [Fact]
    public async Task A_logout_through_a_dialect_is_in_the_audit_with_who_and_what_and_without_the_token()
    {
        await using TestIssuer issuer = new();
        JsonObject settings = GatewaySettings.For(issuer: issuer);
        settings.Set("Gateway:Dialects:Ory", new JsonObject { ["Realm"] = "main" });
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(settings);
        string token = issuer.Token("alice", "mine");
        using HttpRequestMessage request = new(HttpMethod.Delete, "/sessions")
            { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        using HttpResponseMessage answer = await gateway.Client.SendAsync(request);
        Assert.Equal(200, (int)answer.StatusCode);

        AuditEntry entry = Assert.Single(await gateway.Get<AuditLog>().ListAsync(null, 10, default));
        Assert.EndsWith("alice", entry.Actor);
        Assert.Equal(("revoke", "subject main/alice", "done"), (entry.Action, entry.Target, entry.Outcome));
        Assert.DoesNotContain(token, entry.ToString());
    }
}
