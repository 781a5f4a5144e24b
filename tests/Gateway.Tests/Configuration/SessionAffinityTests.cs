using System.Net;
using System.Text.Json.Nodes;

namespace Gateway.Tests.Configuration;

public sealed class SessionAffinityTests
{
    [Fact]
    public async Task A_client_with_the_cookie_stays_with_its_backend_and_a_cookie_of_nobody_is_reassigned()
    {
        await using TestBackend one = await TestBackend.StartAsync(), two = await TestBackend.StartAsync();
        JsonObject settings = GatewaySettings.For(one)
            .Set("ReverseProxy:Clusters:app:Destinations:two", new JsonObject { ["Address"] = two.Url })
            .Set("ReverseProxy:Clusters:app:LoadBalancingPolicy", "RoundRobin")
            .Set("ReverseProxy:Clusters:app:SessionAffinity", new JsonObject
            {
                ["Enabled"] = true, ["Policy"] = "HashCookie", ["AffinityKeyName"] = ".stay",
                ["Cookie"] = new JsonObject { ["HttpOnly"] = true, ["SameSite"] = "Lax", ["MaxAge"] = "01:00:00" },
            });
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(settings);
        async Task<string?> AskAsync(string? cookie)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "/");
            if (cookie is not null) request.Headers.Add("Cookie", cookie);
            using HttpResponseMessage answer = await gateway.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return answer.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? set) ? set.Single() : null;
        }

        string first = (await AskAsync(null))!, second = (await AskAsync(null))!;
        Assert.NotEqual(first.Split(';')[0], second.Split(';')[0]);
        Assert.Contains("httponly", first);
        Assert.Contains("samesite=lax", first);
        int ones = one.Requests.Count, twos = two.Requests.Count;
        for (int i = 0; i < 6; i++) Assert.Null(await AskAsync(first.Split(';')[0]));

        Assert.Equal(6, Math.Max(one.Requests.Count - ones, two.Requests.Count - twos));
        Assert.NotNull(await AskAsync(".stay=0000000000000000"));

        // The cookie of the first release for the destination "two": half the SHA-256 of its id in UTF-8.
        string renewed = Assert.IsType<string>(await AskAsync(".stay=3fc4ccfe745870e2"));
        Assert.Null(await AskAsync(renewed.Split(';')[0]));
    }
}
