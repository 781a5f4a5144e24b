using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Realms;

/// <summary>How many questions are on their way each realm bounds for itself: who waits waits for his own realm.</summary>
public sealed class SlowRealmTests
{
    private const int Connections = 300;

    [Fact]
    public async Task Connections_with_unknown_tokens_at_a_slow_realm_make_no_other_realm_wait()
    {
        TaskCompletionSource slow = new();
        await using TestApplication stuck = await TestApplication.StartAsync(_ => slow.Task);
        await using TestApplication quick = await TestApplication.StartAsync(
            context => context.Response.WriteAsync("""{"id":"a","identity":{"id":"b"}}"""));
        await using TestBackend backend = await TestBackend.StartAsync();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(backend)
            .Route(("Session", "Required"))
            .Set("Gateway:Realms:stuck", Realm("X-Stuck", stuck.Url)).Set("Gateway:Realms:quick", Realm("X-Quick", quick.Url))
            .Set("Gateway:Dialects:Ory", new JsonObject { ["Realm"] = "stuck" }));

        // Those that ask the application in full as well.
        Task<HttpStatusCode>[] flood = [.. Enumerable.Range(0, Connections)
            .Select(n => AskAsync(gateway, "X-Stuck", "unknown" + n, n % 2 == 0 ? "/" : "/sessions/whoami"))];
        try
        {
            await Eventually.TrueAsync(() => stuck.Asked >= 64);
            // Had they to wait for the others, they would not come before those end.
            for (int n = 0; n < 100; n++)
                Assert.Equal(HttpStatusCode.OK, await AskAsync(gateway, "X-Quick", "good" + n, "/").WithinAsync());
            Assert.DoesNotContain(flood, asked => asked.IsCompleted);
            Assert.InRange(stuck.Asked, 64, 65);   // a probe passes the gate
        }
        finally { slow.SetResult(); }
        Assert.All(await Task.WhenAll(flood).WithinAsync(), status => Assert.NotEqual(HttpStatusCode.OK, status));
    }

    private static JsonObject Realm(string header, string url) => new()
    {
        ["Credentials"] = new JsonArray(new JsonObject { ["Header"] = header }),
        ["Lookup"] = new JsonObject
        {
            ["Url"] = url, ["SessionId"] = "/id", ["Subject"] = "/identity/id", ["Timeout"] = "00:00:50",
        },
    };

    private static async Task<HttpStatusCode> AskAsync(InProcessGateway gateway, string header, string token, string path)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, path) { Headers = { { header, token } } };
        // The dialect's own header, where it looks first.
        if (path != "/") request.Headers.Add("X-Session-Token", token);
        using HttpResponseMessage answer = await gateway.Client.SendAsync(request);
        return answer.StatusCode;
    }
}
