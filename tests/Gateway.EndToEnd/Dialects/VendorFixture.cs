using System.Text.Json.Nodes;

namespace Gateway.EndToEnd.Dialects;

/// <summary>A gateway process on a real Redis that speaks ZITADEL and Ory, with a backend that records what reaches it.</summary>
public sealed class VendorFixture : IAsyncLifetime
{
    internal RedisProcess Redis { get; private set; } = null!;
    internal TestBackend Backend { get; private set; } = null!;
    internal TestIssuer Issuer { get; } = new();
    internal GatewayProcess Gateway { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Redis = await RedisProcess.StartAsync();
        Backend = await TestBackend.StartAsync();
        JsonObject settings = GatewaySettings.For(Backend, Issuer).Route(("Session", "Required"));
        settings.Set("Gateway:Store", new JsonObject { ["Kind"] = "Redis", ["Connection"] = Redis.Connection });
        settings.Set("Gateway:Cluster:Lease", "00:00:02");
        settings.Set("Gateway:Dialects:Zitadel:Realm", "main").Set("Gateway:Dialects:Ory:Realm", "main");
        JsonArray credentials = settings["Gateway"]!["Realms"]!["main"]!["Credentials"]!.AsArray();
        credentials.Add(new JsonObject { ["Header"] = "X-Session-Token" });
        credentials.Add(new JsonObject { ["Cookie"] = "ory_kratos_session" });
        Gateway = await GatewayProcess.StartAsync(settings, http2: true);
    }

    public async Task DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Backend.DisposeAsync();
        await Issuer.DisposeAsync();
        await Redis.DisposeAsync();
    }

    /// <summary>A session whose request has reached the backend.</summary>
    internal async Task<string> SeenAsync(string subject, string session)
    {
        string token = Issuer.Token(subject, session);
        Assert.True(await ReachesAsync(token));
        return token;
    }

    /// <summary>Sends a request with the token; true when it reached the backend, false when it was refused with 401 and did not.</summary>
    internal async Task<bool> ReachesAsync(string token)
    {
        int before = Backend.Requests.Count;
        using HttpResponseMessage answer = await Gateway.GetAsync("/app", token);
        bool reached = Backend.Requests.Count > before;
        Assert.Equal(reached ? 200 : 401, (int)answer.StatusCode);
        return reached;
    }
}
