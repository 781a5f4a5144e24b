using System.Text.Json.Nodes;

namespace Gateway.Tests.Credentials;

/// <summary>Headers that are taken out of requests unless their route allows them.</summary>
public sealed class DroppedHeadersTests : IAsyncLifetime
{
    private TestBackend _backend = null!;
    private TestIssuer _issuer = null!;
    private InProcessGateway _gateway = null!;

    public async Task InitializeAsync()
    {
        _backend = await TestBackend.StartAsync();
        _issuer = new();
        JsonObject settings = GatewaySettings.For(_backend, _issuer);
        Route(settings, "override", ("Session", "Required"), ("MethodOverride", "Allow"));
        Route(settings, "own", ("IdentityHeaders", "Allow"));
        settings.Set("Gateway:Dialects:Zitadel", new JsonObject { ["Realm"] = "main" });
        settings.Set("ReverseProxy:Routes:sessions", new JsonObject
        {
            ["ClusterId"] = "app", ["Match"] = new JsonObject { ["Path"] = "/v2/sessions/{**rest}" },
                ["Metadata"] = new JsonObject { ["MethodOverride"] = "Allow" },
        });
        _gateway = await InProcessGateway.StartAsync(settings);

        static void Route(JsonObject settings, string name, params (string Key, string Value)[] metadata)
        {
            JsonObject values = [];
            foreach ((string key, string value) in metadata) values[key] = value;
            settings.Set($"ReverseProxy:Routes:{name}",
                new JsonObject { ["ClusterId"] = "app", ["Match"] = new JsonObject { ["Path"] = $"/{name}/{{**rest}}" },
                    ["Metadata"] = values });
        }
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _issuer.DisposeAsync();
        await _backend.DisposeAsync();
    }

    [Theory]
    [InlineData("/x", "X-HTTP-Method-Override", false)]
    [InlineData("/override/x", "X-HTTP-Method-Override", true)]
    [InlineData("/override/x", "X-HTTP-Method", true)]
    [InlineData("/override/x", "X_Method_Override", true)]
    [InlineData("/override/x", "X-Session-Id", false)]
    [InlineData("/override/x", "X-Original-URL", false)]
    [InlineData("/own/x", "X-Session-Id", true)]
    [InlineData("/own/x", "X-HTTP-Method-Override", false)]
    // The application would end a session there, past the gateway.
    [InlineData("/v2/sessions/1", "X-HTTP-Method-Override", false)]
    public async Task What_a_route_allows_goes_on_as_it_came(string path, string header, bool allowed)
    {
        RecordedRequest seen = await SendAsync(path, header, "DELETE");
        Assert.Equal(allowed ? "DELETE" : null, seen[header]);
    }

    [Fact]
    public async Task What_is_dropped_is_counted_and_told_with_the_cure()
    {
        for (int i = 0; i < 3; i++) await SendAsync("/x", "X-HTTP-Method-Override", "DELETE");
        await SendAsync("/x", "X_Session_Id", "mine");
        await SendAsync("/x", "X-Forwarded-For", "10.0.0.1");
        await SendAsync("/override/x", "X-HTTP-Method-Override", "DELETE");

        string metrics = await _gateway.Management.GetStringAsync("/metrics");
        Assert.Contains("gateway_requests_headers_dropped_total{header=\"X-HTTP-Method-Override\"} 3", metrics);
        Assert.Contains("gateway_requests_headers_dropped_total{header=\"X-Session-Id\"} 1", metrics);
        Assert.Contains("gateway_requests_headers_dropped_total{header=\"X-Forwarded-*\"} 1", metrics);
        string[] lines = [.. _gateway.Log.Lines.Where(line => line.Text.Contains("taken out", StringComparison.Ordinal)).Select(line
            => line.Text)];
        Assert.Equal(3, lines.Length);
        Assert.Contains(lines, line
            => line.StartsWith("Route app: the header X-HTTP-Method-Override was taken out of a request. MethodOverride: Allow",
                StringComparison.Ordinal));
        Assert.Contains(lines, line
            => line.StartsWith("Route app: the header X-Session-Id was taken out of a request. IdentityHeaders: Allow",
                StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("TrustedProxies", StringComparison.Ordinal));
        Assert.DoesNotContain("10.0.0.1", _gateway.Log.Text);
    }

    [Fact]
    public async Task A_preflight_that_means_another_method_needs_a_credential()
    {
        using HttpResponseMessage plain = await PreflightAsync(null);
        Assert.Equal(200, (int)plain.StatusCode);
        using HttpResponseMessage overriding = await PreflightAsync("DELETE");
        Assert.Equal(401, (int)overriding.StatusCode);
    }

    private Task<HttpResponseMessage> PreflightAsync(string? method)
    {
        HttpRequestMessage request = new(HttpMethod.Options,
            "/override/x") { Headers = { { "Origin", "https://app.example" }, { "Access-Control-Request-Method", "PUT" } } };
        if (method is not null) request.Headers.Add("X-HTTP-Method-Override", method);
        return _gateway.Client.SendAsync(request);
    }

    private async Task<RecordedRequest> SendAsync(string path, string header, string value)
    {
        _backend.Forget();
        HttpRequestMessage request = new(HttpMethod.Post, path) { Headers = { Authorization = new("Bearer", _issuer.Token()) } };
        request.Headers.Add(header, value);
        using HttpResponseMessage answer = await _gateway.Client.SendAsync(request);
        Assert.Equal(200, (int)answer.StatusCode);
        return Assert.Single(_backend.Requests);
    }
}
