using System.Text.RegularExpressions;

namespace Gateway.Tests.Observability;

public sealed partial class MetricsTests
{
    [Fact]
    public async Task What_happens_is_counted_and_told_as_prometheus_reads_it()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(
            GatewaySettings.For(backend, issuer).Route(("Session", "Required")));
        string token = issuer.Token("alice", "s1");

        await gateway.GetAsync("/", token);
        await gateway.GetAsync("/", token);
        await gateway.RevokeSessionAsync("s1");
        await gateway.GetAsync("/", token);
        await gateway.GetAsync("/");
        using HttpClient scraper = new();
        using HttpResponseMessage answer = await scraper.GetAsync(gateway.ManagementUrl + "/metrics");
        string text = await answer.Content.ReadAsStringAsync();

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(2, Value(text, "gateway_requests_forwarded_total"));
        Assert.Equal(1, Value(text, "gateway_requests_refused_total{status=\"401\",cause=\"revoked\"}"));
        Assert.Equal(1, Value(text, "gateway_requests_refused_total{status=\"401\",cause=\"missing\"}"));
        Assert.Equal(1, Value(text, "gateway_revocations_total{target=\"session\"}"));
        Assert.Equal(1, Value(text, "gateway_revocation_duration_seconds_count{everywhere=\"true\"}"));
        Assert.Equal(1, Value(text, "gateway_index_revocations"));
        Assert.Equal(1, Value(text, "gateway_lease_usable"));
        Assert.Equal(1, Value(text, "gateway_store_writable"));
        Assert.Equal(1, Value(text, "gateway_nodes"));
        Assert.Equal(0, Value(text, "gateway_log_lag"));
        Assert.True(Value(text, "gateway_tokens_misses_total") >= 1);
        Assert.Contains("gateway_revocation_duration_seconds_bucket{everywhere=\"true\",le=\"+Inf\"} 1", text);
        Assert.DoesNotContain(token, text);
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries)) Assert.Matches(Line(), line);
    }

    private static double Value(string text, string series)
    {
        string line = text.Split('\n').SingleOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal))
            ?? throw new KeyNotFoundException($"{series} in\n{text}");
        return double.Parse(line[(series.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("""^(# (HELP|TYPE) [a-zA-Z_][a-zA-Z0-9_]* .+|[a-zA-Z_][a-zA-Z0-9_]*(\{([a-zA-Z_][a-zA-Z0-9_]*="[^"]*",?)+\})? [-+0-9.eEINFa]+)$""")]
    private static partial Regex Line();
}
