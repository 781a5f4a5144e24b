namespace Gateway.Tests.Observability;

public sealed class QuietLoggingTests
{
    [Fact]
    public async Task No_token_of_a_request_reaches_the_log_whatever_is_configured()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(backend, issuer)
            .Set("Logging:LogLevel:Default", "Trace").Set("Logging:LogLevel:Microsoft.AspNetCore", "Trace")
            .Set("Logging:LogLevel:Yarp", "Trace").Set("Logging:LogLevel:System.Net.Http", "Trace")
            .Set("Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "Trace"));
        string token = issuer.Token("alice", "s1");

        await gateway.GetAsync("/a?access_token=" + token);
        await gateway.GetAsync("/b", token);
        await gateway.RevokeSessionAsync("s1");
        await gateway.GetAsync("/c?access_token=" + token);
        await gateway.Management.GetAsync("/v1/nodes?access_token=" + token);

        Assert.NotEmpty(backend.Requests);
        Assert.DoesNotContain(token, gateway.Log.Text);
        Assert.DoesNotContain(token[..20], gateway.Log.Text);
        Assert.DoesNotContain(GatewaySettings.ManagementKey, gateway.Log.Text);
    }

    [Fact]
    public async Task The_start_is_told_on_one_screen()
    {
        await using TestIssuer issuer = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(issuer: issuer));

        await Eventually.TrueAsync(() => gateway.Log.Contains("The gateway runs"));
        string report = gateway.Log.Lines.Single(line => line.Text.StartsWith("The gateway runs", StringComparison.Ordinal)).Text;

        Assert.Contains(gateway.Url, report);
        Assert.Contains(gateway.ManagementUrl, report);
        Assert.Contains($"main: Jwt of {issuer.Issuer}", report);
        Assert.Contains("app: {**rest} → app", report);
        Assert.InRange(report.Split('\n').Length, 5, 24);
    }
}
