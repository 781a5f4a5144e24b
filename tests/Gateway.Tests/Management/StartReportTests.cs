namespace Gateway.Tests.Management;

public sealed class StartReportTests
{
    [Fact]
    public async Task Keys_that_arrive_a_moment_later_are_no_trouble()
    {
        await using TestIssuer issuer = await new TestIssuer { AnswersAfter = TimeSpan.FromMilliseconds(300) }.StartAsync();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(issuer: issuer, discovery: true));
        Assert.DoesNotContain("not ready", await ReportAsync(gateway));
    }

    [Fact]
    public async Task A_provider_that_is_away_is_told_as_what_it_is()
    {
        await using TestIssuer issuer = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(issuer: issuer, discovery: true));
        Assert.Contains($"Realm main is not ready: its provider at {issuer.Url}", await ReportAsync(gateway));
    }

    [Fact]
    public async Task A_provider_that_does_not_answer_is_not_waited_for_long()
    {
        await using TestIssuer issuer = await new TestIssuer { AnswersAfter = TimeSpan.FromMinutes(1) }.StartAsync();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(issuer: issuer, discovery: true));
        Assert.Contains("Realm main is not ready", await ReportAsync(gateway));
        Assert.True(gateway.Log.Contains("waits for the keys of main"));
    }

    private static async Task<string> ReportAsync(InProcessGateway gateway)
    {
        string? report = null;
        await Eventually.TrueAsync(() =>
            (report = gateway.Log.Lines.FirstOrDefault(
                line => line.Text.StartsWith("The gateway runs\n", StringComparison.Ordinal))?.Text) is not null);
        return report!;
    }
}
