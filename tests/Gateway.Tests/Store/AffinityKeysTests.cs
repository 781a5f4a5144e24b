namespace Gateway.Tests.Store;

/// <summary>The keys of YARP's affinity cookies lie beside the store file.</summary>
public sealed class AffinityKeysTests
{
    [Fact]
    public async Task An_affinity_cookie_is_good_after_a_restart_that_has_only_the_folder_of_the_store()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(
            GatewaySettings.For(backend).Set("ReverseProxy:Clusters:app:SessionAffinity",
            new System.Text.Json.Nodes.JsonObject { ["Enabled"] = true, ["Policy"] = "Cookie", ["FailurePolicy"] = "Return503Error",
                ["AffinityKeyName"] = "affinity" }));
        using HttpResponseMessage first = await gateway.GetAsync("/a");
        string cookie = Assert.Single(first.Headers.GetValues("Set-Cookie")).Split(';')[0];

        await gateway.RestartAsync();
        using HttpRequestMessage again = new(HttpMethod.Get, "/a");
        again.Headers.Add("Cookie", cookie);
        using HttpResponseMessage second = await gateway.Client.SendAsync(again);
        Assert.True(second.IsSuccessStatusCode, gateway.Log.Text);
        Assert.False(second.Headers.Contains("Set-Cookie"));
        Assert.NotEmpty(Directory.GetFiles(gateway.Folder["gateway.db.keys"]));
    }
}
