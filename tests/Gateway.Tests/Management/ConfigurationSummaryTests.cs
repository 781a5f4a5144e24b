using System.Text.Json.Nodes;
using Gateway.Management;

namespace Gateway.Tests.Management;

public sealed class ConfigurationSummaryTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_realm_of_every_tenant_is_named_unless_it_names_its_own(bool named)
    {
        JsonObject realm = GatewaySettings.JwtRealm(new TestIssuer());
        realm["Jwt"]!.AsObject().Remove("Issuer");
        realm["Jwt"]!["Issuers"] = new JsonArray("https://login.example/{tenantid}/v2.0");
        if (named) realm["Jwt"]!["RequiredClaims"] = new JsonObject { ["tid"] = "t1" };
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(
            GatewaySettings.For().Set("Gateway:Realms:many", realm));
        Assert.Equal(!named, gateway.Get<ConfigurationSummary>().Warnings()
            .Any(warning => warning.Contains("Realm many takes tokens of every tenant", StringComparison.Ordinal)));
    }
}
