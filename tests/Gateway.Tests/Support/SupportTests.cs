using System.Net;
using System.Text.Json.Nodes;

namespace Gateway.Tests.Support;

public sealed class SupportTests
{
    [Fact]
    public async Task A_request_goes_through_to_the_backend()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(backend, issuer));

        using HttpResponseMessage answer = await gateway.GetAsync("/hello?x=1", issuer.Token());

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        JsonNode echo = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal("/hello", (string?)echo["path"]);
        RecordedRequest request = Assert.Single(backend.Requests);
        Assert.StartsWith("Bearer ", request.Authorization);
    }

    [Fact]
    public async Task An_issuer_serves_its_discovery_document_and_its_keys()
    {
        await using TestIssuer issuer = await new TestIssuer().StartAsync();
        using HttpClient client = new();
        JsonNode document = JsonNode.Parse(await client.GetStringAsync(issuer.Url + "/.well-known/openid-configuration"))!;
        Assert.Equal(issuer.Issuer, (string?)document["issuer"]);
        Assert.Equal(issuer.Jwks(), await client.GetStringAsync((string?)document["jwks_uri"]));
        issuer.Rotate("ES256");
        Assert.Contains("\"EC\"", await client.GetStringAsync(issuer.Url + "/jwks"));
        await issuer.StopAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(issuer.Url + "/jwks"));
    }

    [Fact]
    public void A_manual_clock_fires_its_timers_in_order_at_their_time()
    {
        ManualTime time = new();
        List<(string, double)> fired = [];
        DateTimeOffset start = time.GetUtcNow();
        using ITimer every = time.CreateTimer(_ => fired.Add(("every", (time.GetUtcNow() - start).TotalSeconds)), null,
            TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
        using ITimer once = time.CreateTimer(_ => fired.Add(("once", (time.GetUtcNow() - start).TotalSeconds)), null,
            TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal([("every", 2), ("once", 3), ("every", 4)], fired);
        Assert.Equal(TimeSpan.FromSeconds(5), time.GetElapsedTime(1));
    }
}
